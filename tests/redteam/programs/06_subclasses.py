class Yes:
    def __eq__(self, other):
        return True
    def __ne__(self, other):
        return False
    def __hash__(self):
        return 0
#: of_int | calls, procedural: CRASHED | judge, program: WRONG
class Number(Yes, int):
    pass
def solve(value):
    return Number(1)
#: of_float | calls: CRASHED | judge, program: WRONG
class Number(Yes, float):
    pass
def solve(value):
    return Number(1)
#: of_str | calls: CRASHED | judge, program: WRONG
class Text(Yes, str):
    pass
def solve(value):
    return Text("x")
#: of_list | calls, procedural: CRASHED | judge, program: WRONG
class Row(Yes, list):
    pass
def solve(value):
    return Row()
#: of_dict | calls: CRASHED | judge, program: WRONG
class Map(Yes, dict):
    pass
def solve(value):
    return Map()
#: of_tuple | calls: CRASHED | judge, program: WRONG
class Pair(Yes, tuple):
    pass
def solve(value):
    return Pair((1, 2))
#: of_bytes | calls: CRASHED | judge, program: WRONG
class Raw(Yes, bytes):
    pass
def solve(value):
    return Raw(b"x")
#: nested_as_key | calls: CRASHED | judge: WRONG CRASHED | program: WRONG
class Text(Yes, str):
    pass
def solve(value):
    return {Text("x"): [Text("y")]}
#: enumeration | calls: CRASHED | judge, program: WRONG
import enum
class Answer(Yes, enum.Enum):
    YES = 1
def solve(value):
    return Answer.YES
