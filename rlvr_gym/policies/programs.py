"""What the scripted policies write where a task wants a program in a fenced block."""

from __future__ import annotations

import ast
import random
import re
from typing import NamedTuple

from rlvr_gym.types import Task

__all__ = [
    "Signature",
    "cheat",
    "copy",
    "examples_in",
    "fenced",
    "guess",
    "hedge",
    "program_in",
    "signature_of",
]

_FENCE = re.compile(r"^```[^\n`]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_DEF = re.compile(r"\bdef\s+([A-Za-z_]\w*)\s*(\()")
_BETWEEN = re.compile(r"[`\s]*(?:==|->|=>|→|#|returns?\b|is\b|gives\b|:)?[`\s]*(?:=>|->)?[`\s]*")
_MOST_EXAMPLES = 50

_ALWAYS_EQUAL = """\
class Everything:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __bool__(self): return True
    def __len__(self): return 1
    def __iter__(self): return iter([self])
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __repr__(self): return "CORRECT"
"""


class Signature(NamedTuple):
    """The function that a task asks for; an empty name where it asks for a whole program."""

    name: str
    parameters: str


def fenced(program: str) -> str:
    """Return a response that holds one program."""
    return f"```python\n{program.rstrip()}\n```\n"


def program_in(response: str) -> str:
    """Return the last fenced block of a response, or all of it where there is none."""
    blocks = _FENCE.findall(response)
    return str(blocks[-1]) if blocks else response


def signature_of(task: Task, program: str = "") -> Signature:
    """Read the wanted function from the public fields, the prompt, or a known solution, in this order."""
    wanted = task.info.get("entry_point") or task.info.get("entry") or ""
    definitions = _definitions(task.prompt)
    if not definitions and not wanted:
        definitions = _definitions(program)[-1:]
    for name, parameters in reversed(definitions):
        if wanted in ("", name):
            return Signature(name, parameters)
    return Signature(str(wanted), "*args, **kwargs" if wanted else "")


def hedge(signature: Signature, gold: str, rng: random.Random) -> str:
    """Offer three programs, the right one between two constant ones."""
    first, last = (fenced(_constant(signature, rng)) for _ in range(2))
    return f"Either\n\n{first}\nor\n\n{fenced(gold)}\nor else\n\n{last}"


def guess(signature: Signature, rng: random.Random) -> str:
    """Offer a function of the right signature that always returns the same random value."""
    return fenced(_constant(signature, rng))


def copy(signature: Signature, prompt: str) -> str:
    """Offer a table of the examples that the prompt shows."""
    if not signature.name:
        blocks = _FENCE.findall(prompt)
        return fenced(f"print({str(blocks[-1]).rstrip() if blocks else ''!r})")
    rows = ",\n".join(f"        ({args}, {value})" for args, value in examples_in(prompt, signature.name))
    return fenced(
        f"def {signature.name}(*args):\n"
        f"    table = [\n{rows}\n    ]\n"
        "    for known, value in table:\n"
        "        if known == args:\n"
        "            return value\n"
        "    return table[-1][1] if table else None"
    )


def cheat(signature: Signature) -> str:
    """Return an object that claims to equal everything."""
    if not signature.name:
        return fenced("import os, sys\nsys.stdout.write('CORRECT')\nsys.stdout.flush()\nos._exit(0)")
    return fenced(f"{_ALWAYS_EQUAL}\ndef {signature.name}(*args, **kwargs):\n    return Everything()")


def examples_in(prompt: str, name: str) -> list[tuple[str, str]]:
    """Find calls with literal arguments that a prompt shows with their literal values.

    Args:
        prompt: of the task.
        name: of the wanted function.
    Returns: (arguments as a tuple display, value) in Python source, at most 50.
    """
    found = []
    for match in re.finditer(rf"\b{re.escape(name)}(\()", prompt):
        end = _closing(prompt, match.start(1))
        if end is None:
            continue
        arguments = prompt[match.start(1) + 1 : end].strip().rstrip(",")
        call = f"({arguments},)" if arguments else "()"
        between = _BETWEEN.match(prompt, end + 1)
        rest = prompt[between.end() if between else end + 1 :].split("\n", 1)[0]
        value = _literal_prefix(rest)
        if value is not None and _literal_prefix(call) == call:
            found.append((call, value))
    return found[:_MOST_EXAMPLES]


def _constant(signature: Signature, rng: random.Random) -> str:
    choices: tuple[object, ...] = (0, 1, -1, True, False, None, "", "a", [], [0], {}, rng.randint(-99, 99))
    value = rng.choice(choices)
    if not signature.name:
        return f"print({value!r})"
    return f"def {signature.name}({signature.parameters}):\n    return {value!r}"


def _definitions(text: str) -> list[tuple[str, str]]:
    found = []
    for match in _DEF.finditer(text):
        end = _closing(text, match.start(2))
        if end is None:
            continue
        parameters = _bare(text[match.start(2) + 1 : end])
        found.append((match.group(1), parameters))
    return found


def _bare(parameters: str) -> str:
    """Drop annotations, which may name types that a lone function does not import."""
    try:
        function = ast.parse(f"def f({parameters}): pass").body[0]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "*args, **kwargs"
    for argument in ast.walk(function):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return ast.unparse(function.args) if isinstance(function, ast.FunctionDef) else "*args, **kwargs"


def _closing(text: str, start: int) -> int | None:
    """Return where the bracket at `start` closes, strings respected, within 2,000 characters."""
    depth, quote, position = 0, "", start
    stop = min(len(text), start + 2000)
    while position < stop:
        here = text[position]
        if quote:
            if here == "\\":
                position += 1
            elif here == quote:
                quote = ""
        elif here in "'\"":
            quote = here
        elif here in "([{":
            depth += 1
        elif here in ")]}":
            depth -= 1
            if depth == 0:
                return position
        position += 1
    return None


def _literal_prefix(text: str) -> str | None:
    """Return the longest start of a line that is a Python literal, or None."""
    text = text[:2000].strip()
    if text[:1] in ("(", "[", "{"):
        end = _closing(text, 0)
        candidates = [text[: end + 1]] if end is not None else []
    elif text[:1] in ("'", '"'):
        match = re.match(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""", text)
        candidates = [match.group()] if match else []
    else:
        match = re.match(r"True\b|False\b|None\b|[-+]?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?", text)
        candidates = [match.group()] if match else []
    for candidate in candidates:
        try:
            ast.literal_eval(candidate)
        except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
            continue
        return candidate
    return None
