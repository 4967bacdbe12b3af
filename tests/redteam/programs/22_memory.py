#: two_gigabytes | calls, procedural, judge, program: MEMORY
def solve(value):
    return len(bytearray(1 << 31))
#: growing_list | calls: MEMORY
def solve(value):
    rows = []
    while True:
        rows.append(bytes(1 << 20))
#: swallowed_error | calls: MEMORY TIMEOUT CRASHED WRONG
def solve(value):
    rows = []
    try:
        while True:
            rows.append(bytes(1 << 20))
    except MemoryError:
        return ""
#: by_a_c_library | calls, judge: CRASHED WRONG MEMORY
import ctypes
def solve(value):
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    room = libc.malloc(ctypes.c_size_t(1 << 31))
    ctypes.memset(room, 1, 1 << 31)
    return ""
#: full_private_folder | calls, judge, program: CRASHED
def solve(value):
    with open("redteam-full", "wb") as file:
        while True:
            file.write(bytes(1 << 20))
#: many_small_files | calls: CRASHED
import os
def solve(value):
    number = 0
    while True:
        number += 1
        os.close(os.open(f"redteam-{number}", os.O_CREAT | os.O_WRONLY))
#: anonymous_maps | calls: CRASHED MEMORY
import mmap
def solve(value):
    maps = []
    while True:
        maps.append(mmap.mmap(-1, 64 << 20))
        maps[-1].write(bytes(1 << 20))
#: full_pipes | calls: CRASHED
import fcntl, os
def solve(value):
    while True:
        reader, writer = os.pipe()
        fcntl.fcntl(writer, 1031, 1 << 20)
        os.set_blocking(writer, False)
        os.write(writer, bytes(1 << 20))
