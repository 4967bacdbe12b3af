import atexit, os
#: leave_at_exit | calls, procedural, judge, program: WRONG
atexit.register(os._exit, 0)
def solve(value):
    return ""
#: run_the_exit_functions | calls, judge: CRASHED | program: WRONG
atexit.register(os._exit, 0)
def solve(value):
    atexit._run_exitfuncs()
#: at_thread_exit | calls, judge, program: WRONG
import threading
threading._register_atexit(os._exit, 0)
def solve(value):
    return ""
