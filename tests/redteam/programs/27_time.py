import signal, time
#: busy_and_deaf | calls, procedural, judge, program: TIMEOUT
for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGXCPU, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
def solve(value):
    while True:
        pass
#: all_signals_blocked | calls: TIMEOUT
def solve(value):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        pass
#: busy_in_c | calls: TIMEOUT
import re
def solve(value):
    return bool(re.match(r"(a*)*b", "a" * 40))
#: busy_number | calls: TIMEOUT
def solve(value):
    return pow(3, 10**8) % 7
#: asleep | calls, program: TIMEOUT
def solve(value):
    time.sleep(10**6)
#: waiting_for_a_signal | calls: TIMEOUT
def solve(value):
    signal.pause()
#: reading_the_control | calls: TIMEOUT
import os
def solve(value):
    return os.read(3, 10)
#: lock_held_twice | calls: TIMEOUT
import threading
def solve(value):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
#: busy_threads | calls: TIMEOUT CRASHED
import hashlib, threading
def burn():
    while True:
        hashlib.sha512(bytes(1 << 18))
def solve(value):
    for _ in range(8):
        threading.Thread(target=burn, daemon=True).start()
    time.sleep(60)
#: stopped_by_itself | calls: WRONG TIMEOUT
import os
def solve(value):
    os.kill(os.getpid(), signal.SIGSTOP)
    return ""
#: busy_while_loading | calls, program: TIMEOUT
while True:
    pass
def solve(value):
    return value
#: busy_while_leaving | calls: TIMEOUT WRONG
import atexit
def forever():
    while True:
        pass
atexit.register(forever)
def solve(value):
    atexit._run_exitfuncs()
#: error_that_never_ends | calls: TIMEOUT
class Slow(Exception):
    def __str__(self):
        while True:
            pass
def solve(value):
    raise Slow
