import os, threading, time
#: thread_holds_the_pipe | calls, judge, program: WRONG
def solve(value):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return ""
#: main_ends_before_its_thread | calls, judge, program: WRONG
def solve(value):
    copies = [os.dup(1) for _ in range(20)] + [os.dup(3) for _ in range(20)]
    threading.Thread(target=time.sleep, args=(60,)).start()
    return ""
#: forked_holder | calls, judge, program: CRASHED
def solve(value):
    if os.fork() == 0:
        time.sleep(60)
    return ""
#: main_thread_leaves_by_raw_exit | calls: TIMEOUT
import ctypes, platform
def solve(value):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    ctypes.CDLL(None).syscall(60 if platform.machine() == "x86_64" else 93, 0)
