import ctypes, os, signal, threading, time
libc = ctypes.CDLL(None, use_errno=True)
#: kill_everything | calls, judge, program: CRASHED WRONG
def solve(value):
    for pid in (-1, os.getppid(), 2, 3, os.getppid() or 1):
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    return ""
#: kill_the_group | calls, procedural, judge, program: CRASHED WRONG
def solve(value):
    try:
        os.kill(0, signal.SIGKILL)
    except OSError:
        pass
    return ""
#: stop_the_group | calls, judge, program: CRASHED WRONG TIMEOUT
def solve(value):
    try:
        os.killpg(os.getpgrp(), signal.SIGSTOP)
    except OSError:
        pass
    return ""
#: slow_down_the_group | calls, judge, program: CRASHED WRONG
def solve(value):
    for which in (os.PRIO_PGRP, os.PRIO_USER, os.PRIO_PROCESS):
        try:
            os.setpriority(which, 0, 19)
        except OSError:
            pass
    return ""
#: process_settings | calls, judge, program: WRONG
def solve(value):
    # no parent-death signal, dumpable, child subreaper, no new privileges: 1, 4, 36, 38
    return str([libc.prctl(number, 0, 0, 0, 0) for number in (1, 4, 36, 38)].count(0))
#: own_session | calls, judge, program: CRASHED WRONG
def solve(value):
    os.setpgid(0, 0)
    os.setsid()
    return ""
#: timers_left_running | calls, judge, program: WRONG CRASHED
def solve(value):
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    signal.alarm(1)
    return ""
#: scheduling_classes | calls, judge, program: WRONG
def solve(value):
    done = []
    for policy in (os.SCHED_FIFO, os.SCHED_RR):
        try:
            os.sched_setscheduler(0, policy, os.sched_param(1))
            done.append(policy)
        except OSError:
            pass
    return str(done)
#: death_by_a_nameless_signal | calls, judge, program: CRASHED
import mmap, platform
# A first process of a namespace ignores signals, save in the moment between a fault and its death:
# another thread sends itself a real-time signal without pause, and that one becomes the cause of death.
def solve(value):
    if platform.machine() != "x86_64":
        os.abort()
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(
        b"\xb8\xba\x00\x00\x00\x0f\x05\x41\x89\xc4"  # gettid; keep it
        b"\xb8\xea\x00\x00\x00\xbf\x01\x00\x00\x00\x44\x89\xe6\xba\x28\x00\x00\x00\x0f\x05"  # tgkill(1, tid, 40)
        b"\xeb\xe8"  # again
    )
    spin = ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    for _ in range(3):
        threading.Thread(target=spin, daemon=True).start()
    time.sleep(0.02)
    ctypes.string_at(0)
#: death_by_a_nameless_signal_through_a_library | calls: CRASHED
def solve(value):
    libc.qsort.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p]
    entry = ctypes.cast(libc["raise"], ctypes.c_void_p)
    for _ in range(2):  # sorts nothing: calls raise(40) again and again
        threading.Thread(target=libc.qsort, args=(40, 1 << 26, 0, entry), daemon=True).start()
    time.sleep(0.05)
    libc.memset(None, 0, 1)
