import os
#: reduce | calls: CRASHED | judge, program: WRONG
class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/redteam-reduce",)
    __reduce_ex__ = lambda self, protocol: self.__reduce__()
def solve(value):
    return Bomb()
#: lying_class | calls: CRASHED | judge, program: WRONG
class Liar:
    __class__ = str
    def __str__(self):
        return "x"
def solve(value):
    return Liar()
#: metaclass_with_a_lying_name | calls, program: CRASHED WRONG | judge: CRASHED WRONG FORBIDDEN
class Meta(type):
    __module__ = __qualname__ = __name__ = property(lambda cls: (_ for _ in ()).throw(SystemExit(0)))
Liar = Meta("Liar", (), {})
def solve(value):
    return Liar()
#: leaving_destructor | calls, judge: CRASHED | program: WRONG
class Gone:
    def __del__(self):
        os._exit(0)
def solve(value):
    Gone()
    return ""
#: leaving_hash | calls: CRASHED | judge, program: WRONG CRASHED
class Gone:
    armed = False
    def __hash__(self):
        if Gone.armed:
            os._exit(0)
        return 1
    def __repr__(self):
        os._exit(0)
def solve(value):
    item = {Gone(): 1}
    Gone.armed = True
    return item
#: exception_without_words | calls, judge, program: CRASHED
class Mute(Exception):
    def __str__(self):
        raise SystemExit(0)
    __repr__ = __str__
def solve(value):
    raise Mute
#: exception_with_a_lying_name | calls, judge, program: CRASHED WRONG
class Meta(type):
    __name__ = property(lambda cls: "x" * 10**6)
class Odd(Exception, metaclass=Meta):
    pass
def solve(value):
    raise Odd("x" * 10**6)
#: group_of_exceptions | calls, judge, program: CRASHED
def solve(value):
    raise BaseExceptionGroup("many", [SystemExit(0), KeyboardInterrupt()])
#: iterator_that_leaves | calls: CRASHED | judge, program: WRONG CRASHED
class Rows:
    def __iter__(self):
        os._exit(0)
    __len__ = __bool__ = __iter__
def solve(value):
    return Rows()
#: awaitable | calls: CRASHED | judge, program: WRONG
async def solve(value):
    return value[::-1]
