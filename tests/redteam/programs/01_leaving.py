import os
#: leave_in_the_call | calls, procedural, judge: CRASHED | program: WRONG
def solve(value):
    os._exit(0)
#: leave_while_loading | calls, procedural, judge: CRASHED | program: WRONG
os._exit(0)
def solve(value):
    return value
#: leave_by_raw_call | calls, judge: CRASHED | program: WRONG
import ctypes, platform
def solve(value):
    ctypes.CDLL(None).syscall(231 if platform.machine() == "x86_64" else 94, 0)
#: leave_from_a_thread | calls, judge: CRASHED | program: WRONG
import threading, time
def solve(value):
    threading.Thread(target=os._exit, args=(0,)).start()
    time.sleep(9)
#: abort | calls, judge, program: CRASHED
def solve(value):
    os.abort()
#: leave_after_forged_success_text | calls, judge: CRASHED | program: WRONG
import sys
def solve(value):
    sys.__stdout__ and os.write(1, b'OK\n{"passed": true}\n')
    os._exit(0)
