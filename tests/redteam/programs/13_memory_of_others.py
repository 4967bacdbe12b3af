import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
#: memory_file_of_the_parent | calls, judge, program: CRASHED
def solve(value):
    with open(f"/proc/{os.getppid()}/mem", "rb") as memory:
        return memory.read(9)
#: descriptors_in_proc | calls, judge, program: CRASHED
def solve(value):
    return os.listdir("/proc/self/fd")
#: attach_to_the_parent | calls, judge, program: WRONG
def solve(value):
    return libc.ptrace(16, os.getppid() or 1, 0, 0)
#: read_the_memory_of_a_process | calls, judge, program: WRONG
def solve(value):
    class Piece(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
    room = ctypes.create_string_buffer(64)
    here, there = Piece(ctypes.addressof(room), 64), Piece(id(room), 64)
    count = libc.process_vm_readv(1, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    return room.raw[:count].decode("latin1") if count > 0 else ""
