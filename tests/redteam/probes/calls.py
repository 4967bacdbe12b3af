"""Makes system calls by number and reports what the kernel said: an error's name, or the result."""
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
def solve(table):
    said = {}
    for name, number, args in table:
        values = []
        for value in args:
            if value == "page":
                value = ctypes.addressof(PAGE)
            elif value == "path":
                value = ctypes.addressof(PATH)
            values.append(ctypes.c_long(value))
        ctypes.set_errno(0)
        result = libc.syscall(ctypes.c_long(number), *values)
        if result == 0 and name in ("fork", "vfork", "clone", "clone_new", "clone3"):
            os._exit(0)
        said[name] = errno.errorcode.get(ctypes.get_errno(), "?") if result == -1 else result
    return said
PAGE = ctypes.create_string_buffer(4096)
PATH = ctypes.create_string_buffer(b"/w/tmp\0")
