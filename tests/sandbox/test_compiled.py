"""C++ and JavaScript: programs and calls, compile errors, limits of compiling, and every way to end."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from rlvr_gym.errors import SandboxError
from rlvr_gym.sandbox import Sandbox, docker
from rlvr_gym.types import Ending, Job, Limits, Result

pytestmark = pytest.mark.compilers
# On a busy machine, too, CPU time decides.
LIMITS = Limits(cpu_s=1.0, wall_s=30.0, memory_mb=256, output_kb=256)
HEAD = "#include <bits/stdc++.h>\n#include <unistd.h>\nusing namespace std;\n"


@pytest.fixture(scope="module", params=["native", pytest.param("docker", marks=pytest.mark.docker)])
def workshop(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of this module's own on each backend: one worker compiles for all tests."""
    if request.param == "docker" and not docker.is_ready("compiled"):
        pytest.skip("needs an image of these sources: run rlvr-gym sandbox build compiled")
    with Sandbox(request.param, workers=1) as made:
        yield made


def program(language: str, source: str, *stdin: str, **compiling: float) -> Job:
    """Return a job that compiles a program and runs it once for each input."""
    payload = {"source": source, "stdin": list(stdin) or [""], "compile": compiling}
    return Job(f"{language}_program", payload, LIMITS, image="compiled")


def calls(language: str, source: str, *args: Any, entry: str = "f") -> Job:
    """Return a job that calls a function once for each list of arguments."""
    payload = {"source": source, "entry": entry, "calls": [[list(one), {}] for one in args]}
    return Job(f"{language}_calls", payload, LIMITS, image="compiled")


def run(workshop: Sandbox, job: Job) -> Result:
    """Run one job."""
    return workshop.run([job])[0]


def answers(workshop: Sandbox, job: Job) -> list[Any]:
    """Return what the calls of a job returned, or their errors."""
    result = run(workshop, job)
    assert result.ending is Ending.REPLIED, result
    return [answer.get("ok", answer.get("error")) for answer in result.value["calls"]]


SUMS = {
    "cpp": HEAD
    + "int main() { long long a, b; cin >> a >> b; cout << a + b << endl; return a == 0 ? 3 : 0; }",
    "js": "const [a, b] = require('fs').readFileSync(0, 'utf8').split(' ').map(Number);\n"
    "console.log(a + b); if (a === 0) process.exit(3);",
    "js module": "import fs from 'fs';\nconst [a, b] = fs.readFileSync(0, 'utf8').split(' ').map(Number);\n"
    "console.log(a + b); if (a === 0) process.exit(3);",
}


@pytest.mark.parametrize("name", SUMS)
def test_a_program_is_compiled_once_and_run_on_each_input(workshop: Sandbox, name: str) -> None:
    """Each input has a fresh process; output and exit status are the program's own."""
    result = run(workshop, program(name.split()[0], SUMS[name], "1 2\n", "30 4\n", "0 1\n"))
    assert result.ending is Ending.REPLIED
    assert [(one["stdout"], one["exit"]) for one in result.value["runs"]] == [
        (b"3\n", 0),
        (b"34\n", 0),
        (b"1\n", 3),
    ]


def test_no_run_meets_what_another_left(workshop: Sandbox) -> None:
    """Files that one input's run writes are gone in the next."""
    source = HEAD + 'int main() { cout << ifstream("left").good(); ofstream("left") << 1; }'
    assert [one["stdout"] for one in run(workshop, program("cpp", source, "", "")).value["runs"]] == [
        b"0",
        b"0",
    ]


def test_the_precompiled_header_is_only_faster(workshop: Sandbox) -> None:
    """Where it does not fit (included twice, after a pragma for another processor), compiling goes on without."""
    for source in (HEAD + HEAD, '#pragma GCC optimize("O3")\n' + HEAD, "struct S {};\n" + HEAD):
        result = run(workshop, program("cpp", source + 'int main() { cout << "yes"; }'))
        assert result.value["runs"][0]["stdout"] == b"yes", result.value


BROKEN = {
    "cpp": (program("cpp", "int main() { return missing; }"), "solution.cpp:1:21: error: 'missing' was not declared"),
    "cpp link": (program("cpp", "int f();\nint main() { return f(); }"), "undefined reference to `f()'"),
    "cpp no main": (program("cpp", "int f() { return 1; }"), "undefined reference to `main'"),
    "cpp calls": (calls("cpp", "int f(int x) { return x }", [1]), "solution.cpp:1:24: error: expected ';'"),
    "cpp no entry": (calls("cpp", "int g(int x) { return x; }", [1]), "'::f' has not been declared"),
    "cpp odd type": (calls("cpp", "struct S {}; S f(int) { return {}; }", [1]), "returns a type that is not plain data"),
    "js": (program("js", "let x = ;"), "solution.js:1"),
    "js calls": (calls("js", "function f(x) { return x", [1]), "SyntaxError: Unexpected end of input"),
    "js module": (program("js", "import fs from 'fs';\nlet x = ;"), "solution.mjs:2"),
}  # fmt: skip


@pytest.mark.parametrize(("job", "words"), BROKEN.values(), ids=BROKEN)
def test_a_compile_error_is_told_apart_and_says_where(workshop: Sandbox, job: Job, words: str) -> None:
    """What the compiler says comes back as plain text of its own kind, without folders of ours."""
    result = run(workshop, job)
    assert result.ending is Ending.REPLIED
    assert list(result.value) == ["compile_error"]
    assert words in result.value["compile_error"]
    assert "/w/tmp" not in result.value["compile_error"]


def test_a_compile_error_is_short_and_printable(workshop: Sandbox) -> None:
    """A source cannot smuggle control characters or megabytes through its diagnostics."""
    source = "".join(f"#error \x1b[31m\u202e{'x' * 3000}\n" for _ in range(9)) + "int main() {}"
    text = run(workshop, program("cpp", source)).value["compile_error"]
    assert len(text) < 4100
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_program_cannot_forge_what_the_compiler_says(workshop: Sandbox) -> None:
    """A policy reads compile errors: a program that has seen a hidden input must not write one."""
    forged = 'V{"compile_error":"hidden"}'
    size = f"\\0\\0\\0\\{len(forged):o}"
    text = forged.replace('"', '\\"')
    cpp = HEAD + f'int f(int x) {{ write(3, "{size}" "{text}", {4 + len(forged)}); sleep(9); return x; }}'
    assert run(workshop, calls("cpp", cpp, [1])).ending is Ending.GARBLED
    js = f"function f(x) {{ require('fs').writeSync(3, Buffer.from('\\0\\0\\0\\x{len(forged):02x}{forged}')); }}"
    assert run(workshop, calls("js", js, [1])).ending is Ending.GARBLED


SLOW = "constexpr long f(long n) { long s = 0; for (int j = 0; j < 100; j++) for (long i = 0; i < n; i++) s += i; return s; }\n"
SLOW += "".join(f"constexpr long x{i} = f(50000 + {i});\n" for i in range(100)) + "int main() {}"


def test_limits_of_compiling_are_their_own(workshop: Sandbox) -> None:
    """A compile ends by its own CPU, wall and memory limits, whatever a run may take."""
    cpu = run(workshop, program("cpp", SLOW, cpu_s=1.0))
    assert cpu.ending is Ending.CPU
    assert cpu.detail.startswith("while compiling")
    assert cpu.cpu_s >= 0.5  # of the compiler, a grandchild; the kernel that ends it counts in ticks
    assert run(workshop, program("cpp", SLOW, wall_s=0.5)).ending is Ending.WALL
    assert (
        run(workshop, program("cpp", '#include "/dev/zero"\nint main() {}', memory_mb=256)).ending
        is Ending.MEMORY
    )
    over = (
        HEAD + "int main() { cout << regex_match(string(9, 'a'), regex(\"a*\")); }"
    )  # compiles for longer than a run may
    tight = Job("cpp_program", {"source": over, "stdin": [""]}, Limits(0.1, 30.0, 256, 64), image="compiled")
    assert run(workshop, tight).value["runs"][0]["stdout"] == b"1"


ENDINGS = {
    "cpp loops": (program("cpp", "int main() { for (volatile int i = 0;;) i = i + 1; }"), Ending.CPU),
    "cpp loops in threads": (program("cpp", HEAD + "int main() { thread a([] { for (volatile int i = 0;;) i = 1; }); a.join(); }"), Ending.CPU),
    "cpp sleeps": (Job("cpp_program", {"source": HEAD + "int main() { sleep(99); }", "stdin": [""]}, Limits(1.0, 1.0, 256, 64), "compiled"), Ending.WALL),
    "cpp new": (program("cpp", HEAD + "int main() { vector<char> v(1 << 30, 1); cout << v[5]; }"), Ending.MEMORY),
    "cpp new in small pieces": (program("cpp", HEAD + "int main() { vector<string> v; for (;;) v.emplace_back(1 << 20, 'x'); }"), Ending.MEMORY),
    "cpp malloc unchecked": (program("cpp", HEAD + "int main() { for (;;) memset(malloc(1 << 20), 1, 1 << 20); }"), Ending.MEMORY),
    "cpp giant array": (program("cpp", "static char a[2147483647]; int main(int n, char **) { a[n] = 1; return a[n + 1]; }"), Ending.MEMORY),
    "cpp aborts": (program("cpp", HEAD + "int main() { abort(); }"), Ending.SIGNALLED),
    "cpp throws": (program("cpp", "int main() { throw 5; }"), Ending.SIGNALLED),
    "cpp segfaults": (program("cpp", "int main() { *(volatile int *)0 = 1; }"), Ending.SIGNALLED),
    "cpp recurses": (program("cpp", "int f(int n) { volatile char a[64]; a[0] = n; return f(n + 1) + a[0]; } int main() { return f(0); }"), Ending.SIGNALLED),
    "cpp floods": (program("cpp", HEAD + "int main() { for (string s(9999, 'x');;) cout << s; }"), Ending.OUTPUT),
    "cpp call loops": (calls("cpp", "int f(int x) { for (volatile int i = 0;;) i = x; }", [1]), Ending.CPU),
    "cpp call allocates": (calls("cpp", "int f(int x) { return std::vector<int>(1 << 30, x)[7]; }", [1]), Ending.MEMORY),
    "cpp call exits": (calls("cpp", "int f(int x) { exit(0); }", [1]), Ending.EXITED),
    "cpp call returns too much": (calls("cpp", "std::string f() { return std::string(1 << 20, 'x'); }", []), Ending.OUTPUT),
    "js loops": (program("js", "while (1);"), Ending.CPU),
    "js sleeps": (Job("js_program", {"source": "setTimeout(() => 0, 99999)", "stdin": [""]}, Limits(1.0, 1.0, 256, 64), "compiled"), Ending.WALL),
    "js heap": (Job("js_program", {"source": "const a = []; while (1) a.push(new Array(1000).fill({}));", "stdin": [""]}, Limits(9.0, 60.0, 128, 64), "compiled"), Ending.MEMORY),
    "js buffers": (Job("js_program", {"source": "const a = []; while (1) a.push(Buffer.alloc(1 << 20, 1));", "stdin": [""]}, Limits(9.0, 60.0, 128, 64), "compiled"), Ending.MEMORY),
    "js aborts": (program("js", "process.abort()"), Ending.SIGNALLED),
    "js floods": (program("js", "while (1) console.log('x'.repeat(9999))"), Ending.OUTPUT),
    "js call exits": (calls("js", "function f() { process.exit(0); }", []), Ending.EXITED),
    "js call never settles": (calls("js", "function f() { return new Promise(() => 0); }", []), Ending.EXITED),
    "js call loops": (calls("js", "function f() { while (1); }", []), Ending.CPU),
    "js call returns too much": (calls("js", "const f = () => 'x'.repeat(1 << 20)", []), Ending.OUTPUT),
}  # fmt: skip


@pytest.mark.parametrize(("job", "ending"), ENDINGS.values(), ids=ENDINGS)
def test_every_way_out_is_named(workshop: Sandbox, job: Job, ending: Ending) -> None:
    """A run ends by the limits of the job, also after it has become another program."""
    result = run(workshop, job)
    assert result.ending is ending, result


CPP_TYPES = [
    ("bool f(bool x) { return !x; }", [True], False),
    ("char f(char x) { return x + 1; }", ["a"], "b"),
    ("long long f(long long x) { return x - 1; }", [-(2**63) + 1], -(2**63)),
    ("unsigned long long f(unsigned long long x) { return x; }", [2**64 - 1], 2**64 - 1),
    ("__int128 f(__int128 x) { return x * 2; }", [-(2**100)], -(2**101)),
    ("double f(double x) { return x / 2; }", [5], 2.5),
    ("double f(double x) { return x; }", [3.0], 3.0),
    ("double f() { return -0.0; }", [], -0.0),
    ("double f(double x) { return x; }", [math.inf], math.inf),
    ("double f() { return 1e300; }", [], 1e300),
    ("std::string f(std::string s) { return s + \"\\\"\\n\\x7f\"; }", ["å😀\0"], 'å😀\0"\n\x7f'),
    ("std::string f() { return \"\\xff\"; }", [], "\udcff"),
    ("const char *f(const char *s, std::string_view v) { return s + v.size(); }", ["abc", "x"], "bc"),
    ("std::vector<int> f(const std::vector<int> &v) { return v; }", [[1, 2]], [1, 2]),
    ("std::vector<bool> f(std::vector<bool> v) { v.flip(); return v; }", [[True, False]], [False, True]),
    ("std::vector<std::vector<std::string>> f(std::vector<std::vector<std::string>> v) { return v; }", [[["a"], []]], [["a"], []]),
    ("std::pair<int, std::string> f(std::pair<int, std::string> p) { return p; }", [(1, "x")], (1, "x")),
    ("std::tuple<int, double, bool> f(std::tuple<int, double, bool> p) { return p; }", [[1, 2.5, True]], (1, 2.5, True)),
    ("std::array<int, 2> f(std::array<int, 2> a) { return a; }", [[1, 2]], [1, 2]),
    ("std::map<std::string, std::vector<int>> f(std::map<std::string, std::vector<int>> m) { m[\"z\"]; return m; }", [{"a": [1]}], {"a": [1], "z": []}),
    ("std::unordered_map<int, int> f(std::unordered_map<int, int> m) { return m; }", [{1: 2}], {1: 2}),
    ("std::set<int> f(std::set<int> s) { s.insert(9); return s; }", [{1, 2}], {1, 2, 9}),
    ("std::optional<int> f(std::optional<int> x) { return x ? std::optional<int>(*x + 1) : std::nullopt; }", [None], None),
    ("std::optional<int> f(std::optional<int> x) { return x ? std::optional<int>(*x + 1) : std::nullopt; }", [1], 2),
    ("void f(std::vector<int> &v) { v.clear(); }", [[1]], None),
    ("int f(std::vector<int> &&v, int n) noexcept { return (int)v.size() + n; }", [[1], 2], 3),
    ("auto f = [](int x) { return x + 1; };", [1], 2),
    ("std::function<int(int)> f = [](int x) { return x + 1; };", [1], 2),
    ("#define int long long\nint f(int x) { return x * x; }\nsigned main() {}", [10**9], 10**18),
    ("using namespace std;\nint count(int x) { return x; }\nint f(int x) { return ::count(x); }\nint main() { return 0; }", [4], 4),
]  # fmt: skip


def test_cpp_reads_and_returns_what_its_types_say(workshop: Sandbox) -> None:
    """Arguments become the parameters' types; what comes back has the exact type that the card says."""
    jobs = [calls("cpp", source, args) for source, args, _ in CPP_TYPES]
    for (source, _, expected), result in zip(CPP_TYPES, workshop.run(jobs), strict=True):
        assert result.value is not None, (source, result)
        assert set(result.value) == {"calls"}, (source, result.value)
        answer = result.value["calls"][0]
        assert repr(answer.get("ok", answer)) == repr(expected), source


def test_cpp_methods_and_errors(workshop: Sandbox) -> None:
    """A method is called on a fresh object; exceptions and misfits are errors of their call alone."""
    source = "struct Solution { int seen = 0; int twice(int x) { return 2 * x + seen++; } };"
    assert answers(workshop, calls("cpp", source, [1], [2], entry="Solution::twice")) == [2, 4]
    source = 'int f(int x) { if (x < 0) throw std::out_of_range("below"); if (x == 0) throw 1; return x; }'
    assert answers(workshop, calls("cpp", source, [-1], [0], ["1"], [1.0], [2**31], [], [7])) == [
        "std::out_of_range: below",
        "an exception of another type",
        "TypeError: a string was given where an integer is taken",
        "TypeError: a float was given where an integer is taken",
        "OverflowError: 2147483648 does not fit the parameter's type",
        "TypeError: the function takes 1 arguments, not 0",
        7,
    ]


JS_VALUES = [
    ("x => x", 1, 1),
    ("x => x", 2.5, 2.5),
    ("x => x / 2", 4.0, 2),  # a Number that is an integer is one
    ("x => -x", 0, -0.0),
    ("x => x", math.inf, math.inf),
    ("x => x", -math.inf, -math.inf),
    ("x => 2 ** 53", 0, 2.0**53),  # beyond what a Number tells apart: a float
    ("x => 2 ** 53 - 1", 0, 2**53 - 1),
    ("x => 1e300", 0, 1e300),
    ("x => x + 1n", 2**60, 2**60 + 1),  # an integer that a Number would round arrives as BigInt
    ("x => x", -(2**70), -(2**70)),
    ("x => undefined", 0, None),
    ("x => x", None, None),
    ("x => [1, , 3]", 0, [1, None, 3]),
    ("x => x", "å😀\0\x7f\"", "å😀\0\x7f\""),
    ("x => '\\ud800'", 0, "\ud800"),
    ("x => x", [[], [True]], [[], [True]]),
    ("x => x", (1, 2), [1, 2]),
    ("x => ({ ...x, b: 2 })", {"a": 1}, {"a": 1, "b": 2}),
    ("x => x.get(1)", {1: "one"}, "one"),
    ("x => new Map([[1, 'a']])", 0, {1: "a"}),
    ("x => new Set([...x, 3])", {1}, {1, 3}),
    ("x => Uint8Array.of(1, 255)", 0, [1, 255]),
    ("async x => x + 1", 1, 2),
]  # fmt: skip


def test_js_values_follow_one_convention(workshop: Sandbox) -> None:
    """Each value arrives and comes back as the harness documents, by exact type."""
    jobs = [calls("js", f"const f = {source};", [given]) for source, given, _ in JS_VALUES]
    for (source, _, expected), result in zip(JS_VALUES, workshop.run(jobs), strict=True):
        assert result.value is not None, (source, result)
        answer = result.value["calls"][0]
        assert repr(answer.get("ok", answer)) == repr(expected), source
    assert math.isnan(answers(workshop, calls("js", "const f = () => NaN", []))[0])


def test_js_finds_functions_and_keeps_errors(workshop: Sandbox) -> None:
    """Declared, assigned and exported functions are found; what is not plain data is an error of its call."""
    for source in (
        "function f() { return 1; }",
        "var f = () => 1",
        "module.exports = { f: () => 1 }",
        "export const f = () => 1",
        "#!/usr/bin/node\nconst f = () => 1 // end",
    ):
        assert answers(workshop, calls("js", source, [])) == [1], source
    source = (
        "class C {}\nfunction f(k) { const a = []; a.push(a); return [() => 1, new C(), a, Symbol()][k]; }\n"
    )
    for answer in answers(workshop, calls("js", source, [0], [1], [2], [3])):
        assert answer.startswith("UnsupportedType"), answer
    assert answers(workshop, calls("js", "function f(x) { return x.a.b; }", [{}])) == [
        "TypeError: Cannot read properties of undefined (reading 'b')"
    ]
    assert run(workshop, calls("js", "const g = 1", [])).value == {"error": "TypeError: f is not a function"}


def test_js_output_is_whole_when_the_program_leaves_at_once(workshop: Sandbox) -> None:
    """node drops what a full pipe did not take when it exits; here it waits."""
    source = "for (let i = 0; i < 20; i++) console.log('x'.repeat(9999)); process.exit(0)"
    assert len(run(workshop, program("js", source)).value["runs"][0]["stdout"]) == 200_000


def test_the_same_program_behaves_the_same_in_every_run(workshop: Sandbox) -> None:
    """Random numbers of the engine do not vary from run to run."""
    runs = run(workshop, program("js", "console.log(Math.random(), process.pid)", "", "", "")).value["runs"]
    assert len({one["stdout"] for one in runs}) == 1


@pytest.mark.parametrize(
    ("runner", "payload", "words"),
    [
        ("cpp_calls", {"source": "", "entry": "f); system(0", "calls": []}, "the name of a function"),
        ("js_calls", {"source": "", "entry": "A::f", "calls": []}, "the name of a function"),
        ("js_calls", {"source": "", "entry": "f", "calls": [[[], {"x": 1}]]}, "by keyword"),
        ("cpp_calls", {"source": "", "entry": "f", "calls": [[[b""], {}]]}, "takes arguments of"),
        ("cpp_program", {"source": "", "stdin": []}, "at least one text"),
        ("cpp_program", {"source": "", "stdin": [""], "compile": {"cpus": 1}}, "sound limits"),
        ("js_program", {"source": 5, "stdin": [""]}, "payload['source']"),
        ("python_calls", {"source": "", "entry": "f", "calls": []}, "has no runner"),
    ],
)
def test_a_job_that_cannot_run_is_our_error(runner: str, payload: dict[str, Any], words: str) -> None:
    """A job that no worker could run raises before it is sent, and says what is amiss."""
    with Sandbox("native") as closed, pytest.raises(SandboxError, match=None) as caught:
        closed.run([Job(runner, payload, image="compiled")])
    assert words in str(caught.value)
