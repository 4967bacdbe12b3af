import sys
#: exit_while_loading | calls, procedural, judge: CRASHED | program: WRONG
sys.exit(0)
def solve(value):
    return value
#: raise_while_loading | calls, judge: CRASHED | program: WRONG
raise SystemExit
def solve(value):
    return value
#: exit_in_the_call | calls, procedural, judge: CRASHED | program: WRONG
def solve(value):
    exit(0)
#: quit_with_true | calls, judge: CRASHED | program: CRASHED
def solve(value):
    quit(True)
#: hostile_exit_code | calls, judge: CRASHED | program: CRASHED
class Code:
    def __str__(self):
        raise SystemExit(0)
    def __index__(self):
        return 0
def solve(value):
    raise SystemExit(Code())
#: keyboard_interrupt | calls, procedural, judge, program: CRASHED
def solve(value):
    raise KeyboardInterrupt
#: generator_exit | calls, judge, program: CRASHED
def solve(value):
    raise GeneratorExit
#: stop_iteration | calls, judge, program: CRASHED
def solve(value):
    raise StopIteration(value)
#: assertion_error | calls, program: CRASHED | judge: WRONG
def solve(value):
    raise AssertionError("passed")
#: base_exception | calls, judge, program: CRASHED
class Gone(BaseException):
    pass
def solve(value):
    raise Gone
