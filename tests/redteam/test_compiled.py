"""Hostile C++ and JavaScript: at the compiler, at the walls after execve, and at the harness around calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Ending, Job, Limits, Result
from tests.redteam.arena import footprint

pytestmark = pytest.mark.compilers
# On a busy machine, too, CPU time decides; only what waits meets the clock on the wall.
LIMITS = Limits(cpu_s=1.0, wall_s=20.0, memory_mb=192, output_kb=256)
BRIEF = replace(LIMITS, wall_s=4.0)
COMPILE = {"cpu_s": 2.0, "wall_s": 40.0, "memory_mb": 512}
HEAD = "#include <bits/stdc++.h>\n#include <unistd.h>\n#include <fcntl.h>\n#include <sys/mman.h>\n#include <sys/syscall.h>\n#include <sys/socket.h>\n#include <sys/ptrace.h>\n#include <sys/mount.h>\n#include <signal.h>\n#include <sched.h>\n#include <sys/resource.h>\nusing namespace std;\n"
REPLIED, COMPILE_ERROR = Ending.REPLIED, "compile_error"


@pytest.fixture(scope="module")
def forge() -> Iterator[Sandbox]:
    """A sandbox with one worker for all attacks: what one leaves behind meets the next."""
    with Sandbox("native", workers=1) as made:
        made.start("compiled")
        yield made


def run(forge: Sandbox, runner: str, source: str, limits: Limits = LIMITS) -> Result:
    """Run a program on an empty input, or its function `f` without arguments."""
    payload = {"source": source, "compile": COMPILE}
    payload |= {"stdin": [""]} if runner.endswith("program") else {"entry": "f", "calls": [[[], {}]]}
    return forge.run([Job(runner, payload, limits, image="compiled")])[0]


def named(result: Result) -> str:
    """Return how a job ended, a compile error apart from a reply."""
    return (
        COMPILE_ERROR if result.value is not None and COMPILE_ERROR in result.value else result.ending.value
    )


AT_THE_COMPILER = {
    "reads a file of the host": ('#include "/etc/passwd"\nint main() {}', [COMPILE_ERROR]),
    "reads /proc": ('#include "/proc/self/environ"\nint main() {}', [COMPILE_ERROR]),
    "reads its input": ('#include "/dev/stdin"\nint main() {}', [COMPILE_ERROR]),
    "reads zeros": ('#include "/dev/zero"\nint main() {}', ["memory"]),
    "reads noise": ('#include "/dev/urandom"\nint main() {}', ["memory", "cpu", COMPILE_ERROR]),
    "includes itself": ('#include "solution.cpp"\nint main() {}', [COMPILE_ERROR]),
    "embeds a file of the host": ('asm(".incbin \\"/etc/passwd\\""); int main() {}', [COMPILE_ERROR]),
    "embeds zeros": ('asm(".incbin \\"/dev/zero\\""); int main() {}', [COMPILE_ERROR, "memory"]),
    "assembles for ever": ('asm(".rept 1000000000\\n.byte 1\\n.endr"); int main() {}', ["memory", "cpu", COMPILE_ERROR]),
    "recurses in templates": ("template <int N> struct A { A<N + 1> a; }; A<0> a; int main() {}", [COMPILE_ERROR]),
    "doubles templates": ("template <class T, int N> struct A { A<T, N - 1> a; A<T *, N - 1> b; }; template <class T> struct A<T, 0> {}; A<int, 40> a; int main() {}", ["memory", "cpu"]),
    "loops in constants": ("constexpr long f() { long s = 0; while (1) s++; return s; } constexpr long x = f(); int main() {}", [COMPILE_ERROR]),
    "computes in constants": ("constexpr long f(long n) { long s = 0; for (int j = 0; j < 100; j++) for (long i = 0; i < n; i++) s += i; return s; }\n" + "".join(f"constexpr long x{i} = f(90000 + {i});\n" for i in range(300)) + "int main() {}", ["cpu"]),
    "doubles macros": ("#define A x x x x x x x x x x\n#define B A A A A A A A A A A\n#define C B B B B B B B B B B\n#define D C C C C C C C C C C\n#define E D D D D D D D D D D\n#define F E E E E E E E E E E\n#define G F F F F F F F F F F\n#define H G G G G G G G G G G\nint main() { H H H H }", ["memory", "cpu", COMPILE_ERROR]),
    "holds a giant of data": ("char a[1 << 29] = {1}; int main() { return a[5]; }", [COMPILE_ERROR, "memory"]),
    "holds a giant of zeros": ("static char a[2147483647]; int main(int n, char **) { a[n] = 1; return a[n + 1]; }", ["memory"]),
    "warns for ever": ("#pragma GCC diagnostic warning \"-Wall\"\n" + "#warning " + "x" * 900 + "\n" + "#include \"solution.cpp\"\nint main() {}", [COMPILE_ERROR]),
    "loads a plugin": ('#pragma GCC plugin "/w/tmp/x.so"\n#pragma GCC optimize("-fplugin=/w/tmp/x.so")\n#error end\nint main() {}', [COMPILE_ERROR]),
    "nests braces": ("int main() " + "{" * 60000 + "}" * 60000, ["memory", "cpu", COMPILE_ERROR, "replied"]),
    "is a megabyte of nothing": ("(" * 1_000_000, ["memory", "cpu", COMPILE_ERROR]),
    "is empty": ("", [COMPILE_ERROR]),
    "has a NUL": ("int main() { \0 missing; }", [COMPILE_ERROR]),
    "breaks out of the text": ('int main() {}\n#line 1 "/etc/shadow"\n#error forged', [COMPILE_ERROR]),
}  # fmt: skip


def _cpp(body: str) -> str:
    return f"{HEAD}int main() {{ {body} }}"


CPP = {
    "forks": (_cpp("while (fork() >= 0); return errno == EPERM ? 0 : 1;"), ["replied"]),
    "forks by clone and vfork": (_cpp("bool a = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) < 0, b = syscall(SYS_clone3, 0, 0) < 0; exit(a && b ? 0 : 1);"), ["replied"]),
    "makes threads without end": (_cpp("vector<thread> v; for (;;) v.emplace_back([] { sleep(99); });"), ["signalled", "memory"]),
    "burns in threads": (_cpp("vector<thread> v; for (int i = 0; i < 8; i++) v.emplace_back([] { for (volatile int x = 0;;) x = 1; }); sleep(99);"), ["cpu", "signalled"]),
    "asks for a shell": (_cpp('exit(system("id") == 0);'), ["replied"]),
    "becomes a shell": (_cpp('execl("/bin/sh", "sh", "-c", "id", nullptr); execl("/bin/bash", "bash", nullptr); exit(0);'), ["replied"]),
    "becomes node": (_cpp('execl("/usr/bin/node", "node", "-e", "while(1);", nullptr); exit(1);'), ["cpu", "wall", "signalled", "memory", "replied"]),
    "becomes itself for ever": (f'{HEAD}int main(int, char **v) {{ execl("./program", v[0], nullptr); return 1; }}', ["cpu", "wall"]),
    "opens sockets": (_cpp("for (int kind : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_PACKET}) if (socket(kind, SOCK_STREAM, 0) >= 0 || socket(kind, SOCK_DGRAM, 0) >= 0) return 1; int p[2]; return socketpair(AF_UNIX, SOCK_STREAM, 0, p) >= 0;"), ["replied"]),
    "traces": (_cpp("return ptrace(PTRACE_TRACEME, 0, 0, 0) >= 0 || ptrace(PTRACE_ATTACH, 1, 0, 0) >= 0;"), ["replied"]),
    "makes namespaces": (_cpp("for (long f : {0x20000L, 0x10000000L, 0x40000000L, 0x20000000L, 0x4000000L, 0x8000000L, 0x2000000L}) if (unshare((int)f) == 0 || syscall(SYS_clone, f | SIGCHLD, 0, 0, 0, 0) >= 0) return 1; return 0;"), ["replied"]),
    "mounts": (_cpp('return mount("x", "/w/tmp", "tmpfs", 0, nullptr) == 0 || umount("/w/tmp") == 0 || chroot("/w") == 0;'), ["replied"]),
    "asks for rare calls": (_cpp("for (long n : initializer_list<long>{SYS_bpf, SYS_keyctl, SYS_add_key, SYS_perf_event_open, SYS_userfaultfd, 425L, SYS_memfd_create, SYS_process_vm_readv, SYS_seccomp, SYS_prctl, SYS_setns, SYS_execveat}) if (syscall(n, 0, 0, 0, 0, 0) >= 0 || (errno != EPERM && errno != ENOSYS)) return (int)(n % 200) + 1; return 0;"), ["replied"]),
    "reads the host": (_cpp('for (auto p : {"/etc/passwd", "/proc/self/status", "/sys/kernel", "/root", "/home", "/var", "/etc/shadow", "/dev/mem", "/dev/shm"}) if (open(p, O_RDONLY) >= 0) return 1; return 0;'), ["replied"]),
    "writes outside": (_cpp('for (auto p : {"/redteam", "/usr/bin/redteam", "/w/redteam", "/usr/include/redteam", "/usr/bin/as"}) if (open(p, O_WRONLY | O_CREAT, 0777) >= 0) return 1; return 0;'), ["replied"]),
    "fills its folder": (_cpp('string s(1 << 20, 0); for (int i = 0; i < 99; i++) ofstream("f" + to_string(i)) << s; puts("x");'), ["replied", "signalled"]),
    "kills everybody": (_cpp("kill(-1, 9); kill(0, 9); kill(getppid(), 9); kill(1, 9); return 0;"), ["replied", "signalled"]),
    "ignores signals": (_cpp("for (int i = 1; i < 65; i++) signal(i, SIG_IGN); for (volatile int x = 0;;) x = 1;"), ["cpu"]),
    "raises its limits": (f"{_cpp('rlimit all{RLIM_INFINITY, RLIM_INFINITY}; for (int i = 0; i < 16; i++) if (i != 1 && setrlimit((__rlimit_resource)i, &all) == 0) { rlimit was; getrlimit((__rlimit_resource)i, &was); } for (;;) memset(malloc(1 << 20), 1, 1 << 20);')}", ["memory"]),
    "allocates": (_cpp("vector<string> v; for (;;) v.emplace_back(1 << 20, 'x');"), ["memory"]),
    "maps": (_cpp("for (;;) { void *p = mmap(0, 1 << 20, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); memset(p, 1, 1 << 20); }"), ["memory"]),
    "writes 300 MB": (_cpp("string s(1 << 20, 'x'); for (int i = 0; i < 300; i++) cout << s;"), ["output"]),
    "forges a reply": (_cpp('if (write(3, "\\0\\0\\0\\3V{}", 7)) sleep(2);'), ["garbled"]),
    "forges a long reply": (_cpp('if (write(3, "\\xff\\xff\\xff\\xffV", 5)) sleep(2);'), ["output"]),
    "forges half a reply": (_cpp('if (write(3, "\\0\\0\\0\\x50V{", 6)) return 0;'), ["replied"]),
    "reads its control socket": (_cpp("char c; return read(3, &c, 1) > 0;"), ["wall"]),
    "closes all and lives": (_cpp("for (int i = 0; i < 64; i++) close(i); sleep(99);"), ["signalled"]),
    "finds other descriptors": (_cpp("for (int i = 4; i < 64; i++) if (fcntl(i, F_GETFD) >= 0) return 1; return 0;"), ["replied"]),
}  # fmt: skip

JS = {
    "starts processes": ("const c = require('child_process'); for (const f of ['/bin/sh', process.execPath, '/usr/bin/as']) if (!c.spawnSync(f, ['--version']).error) process.exit(1);", ["replied"]),
    "opens sockets": ("require('net').createServer().on('error', () => process.exit(0)).listen(0, () => process.exit(1));", ["replied"]),
    "connects": ("require('net').connect(80, '127.0.0.1').on('error', () => process.exit(0)).on('connect', () => process.exit(1));", ["replied"]),
    "sends datagrams": ("try { const s = require('dgram').createSocket('udp4'); s.on('error', () => process.exit(0)); s.send('x', 53, '127.0.0.1', (e) => process.exit(e ? 0 : 1)); } catch { process.exit(0); }", ["replied"]),
    "reads the host": ("const fs = require('fs'); for (const p of ['/etc/passwd', '/proc/self/environ', '/root', '/etc/shadow', '/sys']) try { fs.openSync(p); process.exit(1); } catch {}", ["replied"]),
    "writes outside": ("const fs = require('fs'); for (const p of ['/redteam', '/usr/bin/redteam', '/w/redteam']) try { fs.writeFileSync(p, 'x'); process.exit(1); } catch {}", ["replied"]),
    "asks for bindings": ("try { const b = process.binding('spawn_sync'); b.spawn({ file: '/bin/sh', args: ['sh'], stdio: [] }); } catch {}", ["replied", "signalled"]),
    "kills everybody": ("for (const p of [-1, 1, process.ppid, process.pid]) try { process.kill(p, 'SIGKILL'); } catch {}", ["replied", "signalled"]),
    "makes workers": ("const { Worker } = require('worker_threads'); for (let i = 0; i < 60; i++) new Worker('while (1);', { eval: true });", ["cpu", "signalled", "memory", "replied", "wall"]),
    "fills its heap": ("const a = []; while (1) a.push(new Array(1000).fill({}));", ["memory", "cpu"]),
    "fills buffers": ("const a = []; while (1) a.push(Buffer.alloc(1 << 20, 1));", ["memory"]),
    "fills strings": ("const a = []; while (1) a.push(Buffer.alloc(1 << 20, a.length % 99 + 1).toString('latin1'));", ["memory", "cpu", "replied"]),
    "maps WebAssembly": ("new WebAssembly.Memory({ initial: 60000 });", ["replied"]),
    "loops in a pattern": ("/(a+)+b/.test('a'.repeat(40));", ["cpu"]),
    "never ends": ("setInterval(() => 0, 1000);", ["wall"]),
    "writes 300 MB": ("for (let i = 0; i < 300; i++) process.stdout.write('x'.repeat(1 << 20));", ["output"]),
    "finds its control socket": ("try { require('fs').writeSync(3, '\\0\\0\\0\\3V{}'); } catch {}", ["replied"]),
}  # fmt: skip

CALLS = {
    "js exits": ("js_calls", "function f() { process.exit(0); }", ["exited"]),
    "js patches JSON": ("js_calls", "JSON.stringify = () => '\"forged\"'; function f() { return 'x'; }", ["replied"]),
    "js patches arrays": ("js_calls", "Array.prototype.join = () => '}'; Array.isArray = () => true; function f() { return [1]; }", ["garbled", "replied"]),
    "js pollutes objects": ("js_calls", "Object.prototype.ok = 1; Object.prototype.toJSON = () => 1; function f() { return {}; }", ["replied", "garbled"]),
    "js patches Buffer": ("js_calls", "Buffer.from = () => Buffer.alloc(1 << 28); function f() { return 1; }", ["output", "garbled", "memory", "exited"]),
    "js never settles": ("js_calls", "async function f() { return new Promise(() => 0); }", ["exited"]),
    "js forges a verdict": ("js_calls", "require('fs').writeSync(3, '\\0\\0\\0\\x03V[]'); function f() {}", ["replied"]),
    "js forges a number": ("js_calls", "require('fs').writeSync(3, '\\0\\0\\0\\x05VNaN,'); function f() {}", ["garbled"]),
    "js throws an odd thing": ("js_calls", "function f() { throw { get name() { while (1); }, toString() { throw 1; } }; }", ["replied"]),
    "js lies about its type": ("js_calls", "function f() { return new Proxy({}, { getPrototypeOf() { return Object.prototype; }, ownKeys() { while (1); } }); }", ["cpu"]),
    "js nests": ("js_calls", "function f() { let a = []; for (let i = 0; i < 1e6; i++) a = [a]; return a; }", ["replied"]),
    "js returns a hole": ("js_calls", "function f() { const a = []; a[4e9] = 1; return a; }", ["cpu", "memory", "replied"]),
    "cpp exits": ("cpp_calls", "int f() { _exit(0); }", ["exited"]),
    "cpp leaves before main": ("cpp_calls", "struct A { A() { _exit(0); } } a; int f() { return 1; }", ["exited"]),
    "cpp forges before main": ("cpp_calls", 'struct A { A() { if (write(3, "\\0\\0\\0\\3V[]", 7)) _exit(0); } } a; int f() { return 1; }', ["replied"]),
    "cpp forges nonsense": ("cpp_calls", 'int f() { return (int)write(3, "\\0\\0\\0\\4V{]x", 8); }', ["garbled"]),
    "cpp sends an unknown message": ("cpp_calls", 'int f() { return (int)write(3, "\\0\\0\\0\\1X", 5); }', ["garbled"]),
    "cpp floods its reply": ("cpp_calls", "int f() { for (;;) if (write(3, \"\\0\\0\\0\\1\", 4) < 0) return 1; }", ["garbled", "output"]),
    "cpp redefines the harness": ("cpp_calls", "#define rlvr_calls std\n#define serve exit\nint f() { return 1; }", [COMPILE_ERROR]),
    "cpp defines its own main": ("cpp_calls", "#undef main\nint main() { return 0; }\nint f() { return 1; }", [COMPILE_ERROR]),
    "cpp swallows the tail": ("cpp_calls", "int f() { return 1; }\n#if 0", [COMPILE_ERROR]),
    "cpp returns 1 GB": ("cpp_calls", "std::string f() { return std::string(1 << 30, 'x'); }", ["memory"]),
}  # fmt: skip

ATTACKS = {
    **{f"compiler: {name}": ("cpp_program", *case) for name, case in AT_THE_COMPILER.items()},
    **{f"cpp: {name}": ("cpp_program", *case) for name, case in CPP.items()},
    **{f"js: {name}": ("js_program", *case) for name, case in JS.items()},
    **CALLS,
}
WALLED = (
    "forks",
    "sockets",
    "datagrams",
    "connects",
    "traces",
    "namespaces",
    "mounts",
    "rare calls",
    "shell",
    "starts processes",
    "reads the host",
    "writes outside",
    "finds other",
)


@pytest.mark.parametrize(("runner", "source", "endings"), ATTACKS.values(), ids=ATTACKS)
def test_attack_is_named_and_leaves_nothing(
    forge: Sandbox, request: pytest.FixtureRequest, runner: str, source: str, endings: list[str]
) -> None:
    """An attack ends as one of its names in time, reaches nothing, and the worker is as it was before."""
    before = footprint(forge)
    limits = BRIEF if "wall" in endings else LIMITS
    result = run(forge, runner, source, limits)
    assert named(result) in endings, result
    assert result.wall_s < COMPILE["wall_s"] + limits.wall_s + 3.0
    if any(
        word in request.node.callspec.id for word in WALLED
    ):  # these say by their status what they reached
        assert result.value["runs"][0]["exit"] == 0, result.value
    if named(result) == COMPILE_ERROR:
        assert "root:" not in result.value[COMPILE_ERROR]
    assert footprint(forge) == before
    honest = run(forge, "js_program", "console.log(42)")
    assert honest.value["runs"][0]["stdout"] == b"42\n"


def test_no_attack_hides_behind_another_name() -> None:
    """The corpus holds at least eighty attacks, on the compiler, the walls and the harness."""
    assert len(ATTACKS) >= 80


def test_honest_programs_pass_after_all(forge: Sandbox) -> None:
    """What the attacks leave is a worker that still compiles and calls."""
    assert run(forge, "cpp_calls", "int f() { return 42; }").value == {"calls": [{"ok": 42}]}
    assert run(forge, "js_calls", "const f = () => 42").value == {"calls": [{"ok": 42}]}
