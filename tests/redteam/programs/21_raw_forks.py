import ctypes, os, platform, time
libc = ctypes.CDLL(None, use_errno=True)
INTEL = platform.machine() == "x86_64"
def survive(pid):
    if pid == 0:
        time.sleep(60)
        os._exit(0)
    return f"process {pid}"
#: fork | calls, judge, program: WRONG
def solve(value):
    return survive(libc.fork())
#: vfork_by_number | calls, judge, program: WRONG
def solve(value):
    return survive(libc.syscall(58, 0)) if INTEL else survive(libc.syscall(220, 17, 0, 0, 0, 0))
#: clone_by_number | calls, judge, program: WRONG
def solve(value):
    return survive(libc.syscall(56 if INTEL else 220, 17, 0, 0, 0, 0))
#: clone_into_namespaces | calls, judge, program: WRONG
def solve(value):
    return survive(libc.syscall(56 if INTEL else 220, 17 | 0x10000000 | 0x20000000, 0, 0, 0, 0))
#: clone3_by_number | calls, judge, program: WRONG
def solve(value):
    block = (ctypes.c_uint64 * 11)()
    block[4] = 17
    return survive(libc.syscall(435, ctypes.byref(block), 88))
#: fork_by_the_x32_numbers | calls, judge, program: CRASHED
def solve(value):
    return survive(libc.syscall(0x40000000 + 57)) if INTEL else os.abort()
#: fork_by_no_number | calls, judge, program: WRONG
def solve(value):
    return survive(libc.syscall(-1))
#: call_by_the_32_bit_gate | calls, judge, program: CRASHED
import mmap
def solve(value):
    if not INTEL:
        os.abort()
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(b"\xb8\x02\x00\x00\x00\xcd\x80\xc3")  # mov eax, 2 (fork); int 0x80; ret
    return survive(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))())
#: thread_bomb | calls, judge: CRASHED MEMORY TIMEOUT | program: CRASHED MEMORY TIMEOUT
import threading
def solve(value):
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
