"""Find the program in a response: one pass over its lines, nothing is parsed or run here.

The rules (the card states them too):

1. Reasoning does not count: only what follows the last ``</think>``, and nothing from an unclosed
``<think>`` on.
2. Fenced blocks (three or more backticks or tildes) labelled python, py or python3 count; if there is none,
   unlabelled blocks do. Blocks with any other label never count. An unclosed last block runs to the end.
3. Of several blocks the last one that defines the entry point counts, or the last one where none does.
4. Without any fence the whole text is taken as the program.

Whether a program defines a name is seen from lines that begin in the first column, so that no hostile text is
parsed on the trusted side; whether it compiles is found out inside the walls.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rlvr_gym.errors import BadResponse

__all__ = ["MAX_BYTES", "Extracted", "defines", "extract"]

MAX_BYTES = 1 << 20
_PYTHON = frozenset({"python", "py", "python3"})
_OPEN, _CLOSE = "<think>", "</think>"


class Extracted(NamedTuple):
    """What was found: `program` is None where there is none, and `reason` then says why."""

    program: str | None
    reason: str = ""
    fenced: bool = False


def extract(response: str, entry: str = "") -> Extracted:
    """Return the program that counts in a response.

    Args:
        response: what the policy wrote.
        entry: name of the function that the task asks for; empty for whole programs.
    Returns: the program, or the reason why there is none.
    Raises: BadResponse: if the response is not a string.
    """
    if not isinstance(response, str):
        raise BadResponse(f"a response must be text, not {type(response).__name__}")
    problem = _unusable(response)
    if problem:
        return Extracted(None, problem)
    text = _without_reasoning(response)
    blocks = list(_blocks(text))
    labelled = [body for label, body in blocks if label in _PYTHON]
    chosen = labelled or [body for label, body in blocks if not label]
    if chosen:
        program = next((body for body in reversed(chosen) if entry and defines(body, entry)), chosen[-1])
        fenced = True
    elif blocks:
        return Extracted(None, "the response holds no block labelled python")
    else:
        program, fenced = text, False
    if not program.strip():
        return Extracted(None, "the response holds no program")
    return Extracted(program, "", fenced)


def defines(program: str, name: str) -> bool:
    """Return whether a line in the first column binds the name: def, async def, class, import or
    assignment."""
    word = re.escape(name)
    pattern = (
        rf"^(?:(?:async[ \t]+)?def[ \t]+{word}[ \t]*[(\[]|class[ \t]+{word}\b"
        rf"|{word}[ \t]*(?::[^=\n]*)?=(?!=)|(?:from|import)[ \t][^\n]*\b{word}[ \t]*(?:$|[,)#;]))"
    )
    return re.search(pattern, program, re.MULTILINE) is not None


def _unusable(response: str) -> str:
    too_long = f"the response is longer than {MAX_BYTES} bytes"
    if len(response) > MAX_BYTES:
        return too_long
    try:
        size = len(response.encode("utf-8"))
    except UnicodeEncodeError:
        return "the response is not valid Unicode text (it holds a lone surrogate)"
    return too_long if size > MAX_BYTES else ""


def _without_reasoning(text: str) -> str:
    end = text.rfind(_CLOSE)
    if end >= 0:
        text = text[end + len(_CLOSE) :]
    start = text.find(_OPEN)
    return text if start < 0 else text[:start]


def _fence(line: str) -> tuple[str, int, str] | None:
    """Return (character, length, info) where the line is a fence."""
    bare = line.strip()
    for char in "`~":
        rest = bare.lstrip(char)
        length = len(bare) - len(rest)
        if length >= 3 and not (char == "`" and "`" in rest):
            return char, length, rest.strip()
    return None


def _blocks(text: str) -> list[tuple[str, str]]:
    """Return (label, body) of each fenced block, in order."""
    found: list[tuple[str, str]] = []
    opened: tuple[str, int, str] | None = None
    indent = 0
    body: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        fence = _fence(line)
        if opened is None:
            if fence is not None:
                opened, indent, body = fence, len(line) - len(line.lstrip(" ")), []
        elif fence is not None and fence[0] == opened[0] and fence[1] >= opened[1] and not fence[2]:
            found.append((_label(opened[2]), "\n".join(body) + "\n"))
            opened = None
        else:
            margin = min(indent, len(line) - len(line.lstrip(" ")))
            body.append(line[margin:])
    if opened is not None:
        found.append((_label(opened[2]), "\n".join(body) + "\n"))
    return found


def _label(info: str) -> str:
    """Return the first word of a fence's info string in lower case ("{.python}" and "python:x.py" too)."""
    match = re.match(r"[{.\s]*([^\s{}:,.]*)", info)
    return match.group(1).lower() if match else ""
