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
MAX_FENCES = 1000  # lines that open or close a block: no honest response comes near
_FENCE = re.compile(r"^([^\S\n]*)(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
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
    blocks = _blocks(text)
    if blocks is None:
        return Extracted(None, f"the response holds more than {MAX_FENCES} lines that open or close a block")
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


def _blocks(text: str) -> list[tuple[str, str]] | None:
    """Return (label, body) of each fenced block, in order; None where there are too many fences."""
    text = text.replace("\r\n", "\n")
    found: list[tuple[str, str]] = []
    opened: tuple[str, str, int, int] | None = None  # fence, info, indent, start of the body
    for number, match in enumerate(_FENCE.finditer(text)):
        if number == MAX_FENCES:
            return None
        margin, fence, info = match.group(1), match.group(2), match.group(3).strip()
        if opened is None:
            if not (fence[0] == "`" and "`" in info):
                opened = fence, info, len(margin) - len(margin.lstrip(" ")), match.end() + 1
        elif fence[0] == opened[0][0] and len(fence) >= len(opened[0]) and not info:
            found.append((_label(opened[1]), _body(text[opened[3] : match.start()], opened[2])))
            opened = None
    if opened is not None:
        found.append((_label(opened[1]), _body(text[opened[3] :] + "\n", opened[2])))
    return found


def _body(text: str, indent: int) -> str:
    """Return a block's lines without the indentation of its fence."""
    return re.sub(rf"^ {{1,{indent}}}", "", text, flags=re.MULTILINE) if indent else text


def _label(info: str) -> str:
    """Return the first word of a fence's info string in lower case ("{.python}" and "python:x.py" too)."""
    match = re.match(r"[{.\s]*([^\s{}:,.]*)", info)
    return match.group(1).lower() if match else ""
