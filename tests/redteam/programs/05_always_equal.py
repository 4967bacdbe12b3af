#: always_equal_object | calls, procedural: CRASHED | judge, program: WRONG
class Yes:
    def __eq__(self, other):
        return True
    def __ne__(self, other):
        return False
    def __hash__(self):
        return 0
def solve(value):
    return Yes()
#: always_equal_class | calls: CRASHED | judge, program: WRONG
class Meta(type):
    def __eq__(cls, other):
        return True
    def __hash__(cls):
        return 0
class Yes(metaclass=Meta):
    pass
def solve(value):
    return Yes
#: always_equal_inside_a_list | calls, procedural: CRASHED | judge, program: WRONG
class Yes:
    def __eq__(self, other):
        return True
def solve(value):
    return [Yes()] * 3
#: any_of_the_mock_library | calls: CRASHED | judge, program: WRONG
from unittest.mock import ANY
def solve(value):
    return ANY
#: comparison_by_order | calls: CRASHED | judge, program: WRONG
from functools import total_ordering
@total_ordering
class Yes:
    def __eq__(self, other):
        return True
    def __lt__(self, other):
        return True
    __abs__ = __sub__ = __rsub__ = lambda self, *other: self
def solve(value):
    return Yes()
