import sys
#: jump_in_every_frame | calls, judge, program: WRONG CRASHED
def trace(frame, event, argument):
    if event == "line":
        try:
            frame.f_lineno = frame.f_lineno + 1
        except ValueError:
            pass
    return trace
def solve(value):
    frame = sys._getframe()
    sys.settrace(trace)
    while frame:
        frame.f_trace = trace
        frame = frame.f_back
    return ""
#: change_what_is_returned | calls, judge, program: WRONG CRASHED
def trace(frame, event, argument):
    frame.f_trace_opcodes = True
    if event == "exception":
        raise SystemExit(0)
    return trace
def solve(value):
    sys.settrace(trace)
    sys._getframe(1).f_trace = trace
    return ""
