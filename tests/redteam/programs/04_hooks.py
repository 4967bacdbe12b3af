import os, sys
#: excepthook | calls, judge, program: CRASHED
sys.excepthook = lambda *args: os._exit(0)
def solve(value):
    raise ValueError
#: thread_excepthook | calls, judge: CRASHED | program: WRONG
import threading
threading.excepthook = lambda *args: os._exit(0)
def solve(value):
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
#: unraisable_hook | calls, judge: CRASHED | program: WRONG
sys.unraisablehook = lambda *args: os._exit(0)
class Bad:
    def __del__(self):
        raise ValueError
def solve(value):
    Bad()
#: audit_hook | calls, judge: CRASHED | program: WRONG
def solve(value):
    sys.addaudithook(lambda *args: os._exit(0))
    open("redteam", "w")
#: profile_hook | calls, judge: CRASHED | program: WRONG
def solve(value):
    sys.setprofile(lambda *args: os._exit(0))
    return ""
