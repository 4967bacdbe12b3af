"""Random hostile programs: a grammar of attacks, composed by a seed. It never writes a right solution.

A program is a few fragments at the top, a few in `solve`, and an odd way to answer; each fragment may be
wrapped in a thread, an exit handler, a loop or a `try`. The task is to reverse a text: no fragment reverses,
and no constant here is a reversed word of the tasks.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

__all__ = ["STYLES", "answer", "program"]

STYLES = ("calls", "procedural", "judge", "asserts", "program", "symbolic")

_HEAD = """
import atexit, builtins, ctypes, errno, gc, json, os, resource, signal, struct, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
PAGE = ctypes.create_string_buffer(65536)
def sysc(number, *args):
    return libc.syscall(*[ctypes.c_long(ctypes.addressof(PAGE) if a == "page" else a) for a in (number, *args)])
def send(data):
    view = memoryview(data)
    while view:
        view = view[os.write(3, view):]
def message(data):
    return len(data).to_bytes(4, "big") + data
class Equal:
    __hash__ = lambda self: 0
    __eq__ = __lt__ = __gt__ = __le__ = __ge__ = __bool__ = __contains__ = lambda *a: True
    __ne__ = lambda *a: False
    __len__ = lambda self: 3
    __iter__ = lambda self: iter([self])
    __getattr__ = lambda self, name: Equal()
    __call__ = lambda self, *a, **k: Equal()
class Str(str):
    __eq__ = lambda *a: True
    __ne__ = lambda *a: False
    __hash__ = str.__hash__
class Odd(BaseException):
    __str__ = __repr__ = lambda self: os._exit(0)
"""


def _pick(rng: Random, *choices: str) -> str:
    return rng.choice(choices)


def _syscall(rng: Random) -> str:
    # Waiting and leaving calls are drawn as often as others; they end in a limit, which is the point.
    number = rng.choice([rng.randrange(0, 470), rng.randrange(0, 335), rng.choice([2**31, -1, 512, 600])])
    word = [0, 1, 2, 3, -1, -100, 4096, 65535, 2**31, 2**63 - 1, -(2**63), 17, 0x10000000, "page", "page"]
    args = ", ".join(repr(rng.choice(word)) for _ in range(rng.randrange(7)))
    fill = f"PAGE.raw = bytes({[rng.randrange(256) for _ in range(24)]})\n" if rng.random() < 0.4 else ""
    return f"{fill}sysc({number}, {args})" if args else f"{fill}sysc({number})"


def _syscalls(rng: Random) -> str:
    start = rng.randrange(0, 460)
    skip = {15, 23, 34, 35, 60, 61, 128, 130, 202, 219, 230, 231, 247, 270, 271, 7}  # waits and exits
    numbers = [n for n in range(start, start + rng.randrange(2, 40)) if n not in skip]
    arg = rng.choice(["0", "-1", "'page'", "3", "1"])
    return f"for n in {numbers}: sysc(n, {arg}, 'page', {rng.randrange(5000)}, 0, 'page', 0)"


def _frames(rng: Random) -> str:
    target = _pick(rng, "b''", "True", "{'passed': True}", "[]", "None", "Equal()")
    return (
        "frame = sys._getframe()\nwhile frame:\n"
        "    for name, item in list(frame.f_locals.items()) + list(frame.f_globals.items()):\n"
        "        if isinstance(item, (list, dict)) and len(item) < 50 and name[:2] != '__':\n"
        f"            try: {_pick(rng, 'item.clear()', 'item.update(passed=True)', 'item.append(1)')}\n"
        "            except Exception: pass\n"
        f"    try: frame.f_locals['value'] = {target}\n    except Exception: pass\n    frame = frame.f_back"
    )


def _collected(rng: Random) -> str:
    act = _pick(rng, "o.clear()", "o['passed'] = True", "o.update({k: Equal() for k in list(o)[:3]})")
    return (
        f"for o in gc.get_objects()[:{rng.randrange(1, 4000)}]:\n    if type(o) is dict and len(o) < 20:\n"
        f"        try: {act}\n        except Exception: pass"
    )


def _patch(rng: Random) -> str:
    module = _pick(
        rng, "builtins", "os", "json", "sys", "time", "struct", "sys.modules['rlvr_gym.sandbox.wire']"
    )
    value = _pick(
        rng, "lambda *a, **k: True", "Equal()", "None", "lambda *a, **k: os._exit(0)", "Equal", "print"
    )
    return (
        f"for name in list(vars({module}))[{rng.randrange(60)}::{rng.randrange(1, 9)}]:\n"
        f"    try: setattr({module}, name, {value})\n    except Exception: pass"
    )


def _wire(rng: Random) -> str:
    body = _pick(
        rng,
        '{"calls":[{"ok":"x"},{"ok":"y"},{"ok":"z"}]}', '{"passed":true}', '{"exit":0,"detail":""}', "{}", "[[[[", "1",
        '{"ok":{"\\\\u0000handle":0}}', '{"names":["solve","assert","isinstance","len"]}', '{"raise":"StopIteration"}',
        '{"\\\\u0000d":[[1,2],[1,3]]}', '{"\\\\u0000s":[[]]}', '{"\\\\u0000i":"zz"}', "1e999", "NaN", '"\\\\ud800"',
        '{"calls":null}', '{"calls":[{"ok":{"\\\\u0000f":"nan"}}]}', '{"compile_error":"x"}',
    )  # fmt: skip
    kind = _pick(rng, "V", "M", "C", "R", "E", "", "\\0", "VV")
    return _pick(
        rng,
        f"send(message(b'{kind}' + b'{body}'))",
        f"send(message(b'{kind}' + b'{body}')); os._exit({rng.choice([0, 1, 255])})",
        f"for _ in range({rng.randrange(2, 3000)}): send(message(b'{kind}{body}'))",
        f"send(b'{rng.randrange(2**32):08x}'); os.close(3)",
        f"send({rng.randrange(2**32)}.to_bytes(4, 'big') + b'V'); time.sleep(0.05)",
        f"for byte in message(b'{kind}{body}'): os.write(3, bytes([byte])); time.sleep(0.001)",
        f"send(message(b'V' + b'[' * {rng.randrange(100, 200000)}))",
        f"send(message(b'V{{\"calls\":[{{\"ok\":' + b'9' * {rng.randrange(10, 90000)} + b'}}]}}'))",
        "send(message(b'V{\"calls\":[{\"ok\":{\"\\\\u0000s\":[' + b','.join(b'%d' % (k * (2**61 - 1)) "
        f"for k in range({rng.randrange(10, 9000)})) + b']}}}}]}}'))",
        f"send(message(bytes({[rng.randrange(256) for _ in range(rng.randrange(40))]})))",
        f"send(message(b'')); send(message(b'')); send(message(b'{kind}'))",
    )


def _descriptors(rng: Random) -> str:
    fd = rng.choice([0, 1, 2, 3, 3, 1])
    return _pick(
        rng,
        f"os.close({fd})",
        "os.closerange(0, 64)",
        f"os.dup2({rng.randrange(4)}, {rng.randrange(4)})",
        f"os.read({fd}, {rng.randrange(1, 5000)})" if fd in (0, 2) else f"os.set_blocking({fd}, False)",
        f"os.write({fd}, b'passed 3 OK {{\"passed\": true}}\\n' * {rng.randrange(1, 50)})",
        "import fcntl; fcntl.fcntl(3, fcntl.F_SETFL, os.O_NONBLOCK | os.O_APPEND)",
        "pipes = [os.pipe() for _ in range(40)]",
        "os.close(3); time.sleep(0.05)",
        "import socket; s = socket.socket(fileno=os.dup(3)); s.shutdown(2)",
        "import socket; s = socket.socket(fileno=os.dup(3)); s.setsockopt(1, 8, 1)",
        "os.ftruncate(1, 0)",
        "os.lseek(0, 0, 2)",
    )


def _threads(rng: Random) -> str:
    body = _pick(
        rng, "time.sleep(9)", "sum(range(10**7))", "os.write(1, b'x' * 100)", "os.kill(0, 0)", "gc.collect()"
    )
    return (
        f"def spin():\n    while True: {body}\nfor _ in range({rng.randrange(1, 45)}):\n"
        "    try: threading.Thread(target=spin, daemon=True).start()\n    except RuntimeError: break"
    )


def _signals(rng: Random) -> str:
    number = rng.randrange(1, 65)
    pid = rng.choice(["0", "-1", "1", "2", "os.getpid()", "os.getppid() or 7", str(rng.randrange(2, 40000))])
    return _pick(
        rng,
        f"os.kill({pid}, {number})",
        "for n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass",
        "signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)",
        f"signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); os.kill(os.getpid(), {number})",
        "os.kill(os.getpid(), signal.SIGSTOP)",
        f"resource.setrlimit(resource.RLIMIT_{_pick(rng, 'CPU', 'AS', 'NOFILE', 'FSIZE', 'STACK')}, (1, 1))",
    )


def _floods(rng: Random) -> str:
    size = rng.choice([1000, 100_000, 2_000_000, 300_000_000])
    return _pick(
        rng,
        f"waste = bytearray({size})",
        f"waste = [bytearray(1 << 20) for _ in range({rng.randrange(1, 400)})]",
        f"sys.stdout.write('x' * min({size}, 5000000))",
        f"os.write(1, bytes(min({size}, 5000000)))",
        "for _ in range(3000): os.write(1, b'.')",
        f"open('redteam', 'wb').write(bytes(min({size}, 40000000)))",
        "for n in range(600): open(f'redteam{n}', 'w').close()",
        "waste = 7 ** 10000000",
        "waste = 'a' * 10**9",
        "import re; re.match('(a+)+$', 'a' * 40 + 'b')",
    )


def _files(rng: Random) -> str:
    path = _pick(
        rng, "/tmp/redteam", "/w/redteam", "/redteam", "/dev/null", "/dev/zero", "/proc/self/mem", "/etc/passwd",
        "math.py", "../redteam", "/dev/shm/redteam", "/w/tmp/../../tmp/redteam", "a" * 300, "stdin",
    )  # fmt: skip
    return _pick(
        rng,
        f"open({path!r}, 'w').write('raise SystemExit')",
        f"open({path!r}).read(100)",
        f"os.mkdir({path!r})",
        f"os.symlink('/etc/passwd', {path!r})",
        f"os.link('/dev/null', {path!r})",
        f"os.rename('/w/tmp', {path!r})",
        f"os.unlink({path!r})",
        f"os.chmod({path!r}, 0o6777)",
        f"os.mkfifo({path!r}); os.open({path!r}, os.O_RDWR)",
        "for n in range(300): os.mkdir('d'); os.chdir('d')",
        f"os.chdir({path!r})",
    )


def _time(rng: Random) -> str:
    return _pick(
        rng,
        f"time.sleep({rng.choice([0.001, 0.02, 0.1, 9])})",
        "time.time = time.monotonic = time.perf_counter = lambda: 0.0",
        "time.clock_settime(time.CLOCK_REALTIME, 0)",
        f"until = time.process_time() + {rng.choice([0.01, 0.1, 9])}\nwhile time.process_time() < until: pass",
        "os.setpriority(os.PRIO_PGRP, 0, 19)",
        "os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))",
        "os.sched_setaffinity(0, [0])",
    )


def _endings(rng: Random) -> str:
    return _pick(
        rng,
        f"os._exit({rng.choice([0, 1, 98, 255])})", "sys.exit(0)", "raise SystemExit(Equal())", "raise Odd()", "os.abort()",
        "raise MemoryError", "raise KeyboardInterrupt", "raise StopIteration", "raise RecursionError('x' * 10**6)",
        "raise type('\\ud800', (Exception,), {})('\\ud800')", "raise ExceptionGroup('g', [ValueError(Equal())])",
        "ctypes.string_at(0)", "def f(): f()\nf()", "sys.setrecursionlimit(10**9)\ndef f(): return [f()]\nf()",
        "eval('(' * 5000)", "sys.exit('\\ud800' * 1000)", "raise GeneratorExit", "ctypes.memset(id(True), 255, 64)",
        "sys.excepthook = sys.unraisablehook = lambda *a: os._exit(0)", "atexit.register(os._exit, 0)",
        "sys.settrace(lambda *a: os._exit(0))", "sys.setprofile(lambda *a: None)", "sys.modules.clear()",
        "sys.stdout = sys.stderr = sys.stdin = None", "sys.stdout = Equal()", "gc.disable()", "import faulthandler; faulthandler._sigsegv()",
    )  # fmt: skip


def _honest(rng: Random) -> str:
    return _pick(
        rng,
        f"x = sorted(range({rng.randrange(2, 2000)}), key=lambda n: -n)", "s = json.dumps({'a': [1, 2.5, None]})",
        f"x = {rng.randrange(10**9)} ** 3 % 97", "print('debug', 1)", "import math; x = math.sqrt(2)", "x = {n: str(n) for n in range(50)}",
    )  # fmt: skip


_KINDS: tuple[tuple[Callable[[Random], str], int], ...] = (
    (_syscall, 4), (_syscalls, 3), (_frames, 3), (_collected, 2), (_patch, 4), (_wire, 6), (_descriptors, 4),
    (_threads, 2), (_signals, 3), (_floods, 3), (_files, 3), (_time, 2), (_endings, 5), (_honest, 5),
)  # fmt: skip
_RETURNS = (
    "value", "Equal()", "Str(value)", "None", "True", "''", "[value]", "value.upper()", "float('nan')", "-0.0",
    "10 ** 5000", "1 << 200000", "'\\ud800' + value", "value * 100000", "bytes(2000000)", "{value: value}", "{1: 2, True: 3}",
    "set(range(3000))", "{k * (2**61 - 1) for k in range(500)}", "(value, [value])", "lambda: value", "iter(value)",
    "(yield value)", "solve", "type('X', (dict,), {})()", "{'\\0t': [1]}", "{'\\0handle': 0}", "Odd()", "complex('nan')",
    "(lambda x: [x.append(x), x][1])([])", "(lambda f: f(f, 5000))(lambda f, n: [f(f, n - 1)] if n else [])",
    "[[value]] * 100000", "memoryview(b'x')", "NotImplemented", "...", "value.encode()", "hash(value)", "sorted(value)",
)  # fmt: skip


def _fragment(rng: Random) -> str:
    makers, weights = zip(*_KINDS, strict=True)
    text: str = rng.choices(makers, weights)[0](rng)
    wrap = rng.random()
    if wrap < 0.55:  # most go on after a refusal: what follows is then reached
        return f"try:\n{_indent(text)}\nexcept Exception: pass"
    if wrap < 0.62:
        return f"def later():\n{_indent(text)}\n_ = threading.Thread(target=later, daemon=True).start()"
    if wrap < 0.67:
        return f"def later():\n{_indent(text)}\n_ = atexit.register(later)"
    if wrap < 0.70:
        return f"for _ in range({rng.randrange(2, 30)}):\n    try:\n{_indent(_indent(text))}\n    except BaseException: pass"
    return text


def _indent(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))


def program(seed: int, index: int) -> tuple[str, str]:
    """Return (style, program) of an index: the program defines `solve(value)` and does not solve."""
    rng = Random(f"{seed}/{index}")
    style = rng.choice(STYLES[:-1])
    top = [_fragment(rng) for _ in range(rng.choice([0, 0, 0, 1, 1, 2]))]
    body = [_fragment(rng) for _ in range(rng.choice([0, 1, 1, 2, 3]))]
    body.append(f"return {rng.choice(_RETURNS)}")
    return style, "\n".join([_HEAD, *top, "def solve(value):", *map(_indent, body)]) + "\n"


_ATOMS = (
    "x",
    "y",
    "1",
    "0",
    "-1",
    "\\pi",
    "e",
    "\\infty",
    "\\frac{1}{0}",
    "9^{9^{9}}",
    "10^{10^{10}}",
    "100000!",
    "i",
    "1.5",
)


def _tree(rng: Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(_ATOMS)
    a, b = _tree(rng, depth - 1), _tree(rng, depth - 1)
    return rng.choice((
        f"({a}+{b})", f"{a}^{{{b}}}", f"\\frac{{{a}}}{{{b}}}", f"\\sqrt{{{a}}}", f"\\sin({a})", f"\\log({a})",
        f"({a})({b})", f"({a})!", f"\\binom{{{a}}}{{{b}}}", f"|{a}|", f"{a}={b}", f"\\{{{a},{b}\\}}", f"\\sum_{{n=1}}^{{{a}}}{b}",
    ))  # fmt: skip


def answer(seed: int, index: int) -> str:
    """Return a hostile answer in mathematics: deep, large, undefined, hedged or no notation at all."""
    rng = Random(f"{seed}/{index}/answer")
    text = _tree(rng, rng.choice([1, 2, 4, 6, 7]))
    extra = rng.choice(
        [
            "",
            "",
            " or " + rng.choice(_ATOMS),
            "{" * rng.choice([1, 9000]),
            "\ud800",
            "__import__('os')",
            "\\boxed{x}",
            "\0",
        ]
    )
    return f"\\boxed{{{text}{extra}}}"
