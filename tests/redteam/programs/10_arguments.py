#: give_back_the_argument | calls, judge, program: WRONG | procedural: WRONG CRASHED
def solve(value):
    return value
#: empty_every_case | calls: FORBIDDEN | judge, program: WRONG
import sys
def solve(value):
    frame = sys._getframe()
    while frame:
        for item in list(frame.f_locals.values()):
            if isinstance(item, dict) and isinstance(item.get("calls"), list):
                item["calls"].clear()
        frame = frame.f_back
    return ""
#: change_the_arguments | procedural: WRONG CRASHED
def solve(value):
    value[:] = []
    return value
#: more_cases_than_asked | calls: FORBIDDEN | judge, program: WRONG
import sys
def solve(value):
    frame = sys._getframe()
    while frame:
        for item in list(frame.f_locals.values()):
            if isinstance(item, dict) and isinstance(item.get("calls"), list) and len(item["calls"]) < 50:
                item["calls"].append([["x"], {}])
        frame = frame.f_back
    return ""
