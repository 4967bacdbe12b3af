"""References for datasets that ship test code, prepared so that a program cannot reach the names that tests
use.

The judge runner binds the names that a program defines for the test code. What the test code needs from
elsewhere
(built-in functions, helper functions of the prompt, modules that the known solution imports) is therefore
defined
anew at its head: a program that redefines `set` or a helper changes nothing for the tests.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
import warnings

from rlvr_gym.envs.code.reference import JudgeReference
from rlvr_gym.tables import BadRow

__all__ = ["humaneval_reference", "mbpp_reference"]


def humaneval_reference(prompt: str, entry: str, test: str, solution: str) -> JudgeReference:
    """Return the reference of a HumanEval row.

    Args:
        prompt: imports, helper functions and the head of the function with its docstring.
        entry: name of the function.
        test: code that defines check(candidate).
        solution: body that completes the prompt, or "".
    Raises: BadRow: where the test does not parse or defines no check, or the prompt does not define the
        entry.
    """
    tree = _parse(test, "test")
    if "check" not in _defined(tree):
        raise BadRow("field 'test' does not define check(candidate)")
    heads = list(re.finditer(rf"^def[ \t]+{re.escape(entry)}\b", prompt, re.MULTILINE))
    if not heads:
        raise BadRow(f"field 'prompt' does not define the entry point {entry!r}")
    preamble = prompt[: heads[-1].start()].strip()
    _parse(preamble, "prompt")
    return JudgeReference(
        entry,
        "\n".join(filter(None, [_guards(tree, set()), preamble, test])),
        "check",
        prompt=prompt,
        preamble=preamble,
        source=prompt + solution if solution else None,
    )


def mbpp_reference(code: str, setup: str, tests: list[str]) -> JudgeReference:
    """Return the reference of an MBPP row.

    Args:
        code: the known solution.
        setup: code that the tests need.
        tests: assert statements.
    Raises: BadRow: where code, setup or a test does not parse, or no test calls anything that the code
        defines.
    """
    solution = _parse(code, "code")
    test = "\n".join(tests)
    tree = _parse(test, "test_list")
    defined = _defined(solution)
    called = [
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    entry = next((name for name in called if name in defined), "")
    if not entry:
        raise BadRow("no test calls a function that 'code' defines")
    _parse(setup, "test_setup_code")
    modules = [
        f"import {name}"
        for name in sorted(_used(tree) & _imported(solution))
        if name in sys.stdlib_module_names
    ]
    head = "\n".join(filter(None, [_guards(tree, defined), *modules]))
    return JudgeReference(entry, f"{head}\n{test}", "asserts", setup=setup, source=code)


def _parse(code: str, field: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old code spells regular expressions without r"": still valid
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadRow(f"field {field!r} is not valid Python: {error}") from error


def _defined(tree: ast.Module) -> set[str]:
    """Return the functions, classes and plain variables that a module binds at its top."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return names


def _imported(tree: ast.Module) -> set[str]:
    return {
        alias.name
        for node in tree.body
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.asname is None and "." not in alias.name
    }


def _used(tree: ast.Module) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _guards(tree: ast.Module, allowed: set[str]) -> str:
    """Return an import of every built-in name that the test uses, save those that a solution must define."""
    names = sorted(name for name in _used(tree) if hasattr(builtins, name) and name not in allowed)
    return f"from builtins import {', '.join(names)}" if names else ""
