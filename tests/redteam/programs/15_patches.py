import builtins
#: comparisons_of_builtins | calls, procedural: FORBIDDEN WRONG CRASHED | judge, program: WRONG CRASHED FORBIDDEN OUTPUT_LIMIT
class Yes:
    def __eq__(self, other):
        return True
builtins.all = builtins.any = builtins.isinstance = lambda *args: True
builtins.len = lambda *args: 3
builtins.AssertionError = ZeroDivisionError
def solve(value):
    return ""
#: text_of_builtins | calls, judge, program: WRONG CRASHED FORBIDDEN
builtins.str = builtins.repr = lambda *args: "passed"
def solve(value):
    return ""
#: test_libraries | calls, judge, program: WRONG
import math, operator, unittest
unittest.TestCase.assertEqual = lambda *args: None
operator.eq = math.isclose = lambda *args, **kwargs: True
def solve(value):
    return ""
#: the_json_module | calls: FORBIDDEN WRONG CRASHED | judge, program: WRONG CRASHED FORBIDDEN
import json
json.loads = lambda *args, **kwargs: {"passed": True}
json.dumps = lambda *args, **kwargs: '{"passed": true}'
def solve(value):
    return ""
#: comparison_slot_of_str | calls, judge, program: WRONG CRASHED
import ctypes
def solve(value):
    # tp_richcompare of str, overwritten in memory: every comparison in this process now answers True.
    compare = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.py_object, ctypes.c_int)(lambda a, b, op: True)
    globals()["keep"] = compare
    slots = (ctypes.c_void_p * 40).from_address(id(str))
    slots[25] = ctypes.cast(compare, ctypes.c_void_p).value
    return ""
#: import_system | calls, judge, program: WRONG CRASHED
import sys, types
class Finder:
    def find_spec(self, name, *args):
        raise SystemExit(0)
sys.meta_path.insert(0, Finder())
for name in list(sys.modules):
    if name not in ("sys", "builtins", "os", "io"):
        sys.modules.pop(name)
def solve(value):
    return ""
