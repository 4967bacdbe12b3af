#: remember_what_it_is_compared_with | calls, procedural: CRASHED | judge, program: WRONG
SEEN = []
class Spy:
    def __eq__(self, other):
        SEEN.append(other)
        return True
def solve(value):
    return SEEN[-1] if SEEN else Spy()
#: remember_what_it_is_asked | calls: CRASHED | judge: CRASHED WRONG | program: WRONG
class Spy:
    def __getattribute__(self, name):
        print(name)
        return lambda *args: args[0] if args else self
    __iter__ = __len__ = __getitem__ = __contains__ = lambda self, *args: args[0]
def solve(value):
    return Spy()
#: reflected_comparison | calls: CRASHED | judge, program: WRONG
class Spy(str):
    def __eq__(self, other):
        globals()["seen"] = other
        return str.__eq__(self, other)
    __hash__ = str.__hash__
def solve(value):
    return globals().get("seen") or Spy("x")
