import sys
#: without_end | calls, procedural, judge, program: CRASHED
def solve(value):
    return solve(value)
#: without_limit | calls: CRASHED MEMORY TIMEOUT
sys.setrecursionlimit(1 << 30)
def solve(value):
    return solve(value)
#: through_c | calls, judge: CRASHED MEMORY
sys.setrecursionlimit(1 << 30)
class Deep:
    def __repr__(self):
        return repr([self])
def solve(value):
    return repr(Deep())
#: segmentation_fault | calls, judge, program: CRASHED
import ctypes
def solve(value):
    return ctypes.string_at(0)
#: fault_handler | calls, program: CRASHED WRONG
import faulthandler
def solve(value):
    faulthandler.enable(file=open("redteam-fault", "w"))
    faulthandler._sigsegv()
#: raised_limits | calls, judge, program: CRASHED WRONG
import resource
def solve(value):
    for kind in range(16):
        try:
            resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        except (ValueError, OSError):
            continue
    return len(bytearray(1 << 20))
#: raised_limit_then_memory | calls, judge: CRASHED MEMORY
import resource
def solve(value):
    try:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except ValueError:
        pass
    return len(bytearray(1 << 31))
#: deep_source | calls, judge, program: CRASHED MEMORY UNPARSABLE
exec("(" * 5000 + ")" * 5000)
def solve(value):
    return value
#: chain_of_destructors | calls: WRONG CRASHED TIMEOUT
def solve(value):
    class Link:
        pass
    link = None
    for _ in range(500_000):
        fresh = Link()
        fresh.next = link
        link = fresh
    del link, fresh
    return ""
