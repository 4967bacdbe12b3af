"""Compare claimed plain data with expected plain data by exact type and value.

True is not 1, 1 is not 1.0, -0.0 is not 0.0, a tuple is no list, bytes are no string. NaN equals NaN, so a
task may expect it. The order of dictionaries and sets does not matter; the types inside them do.
Nothing here calls a method of a claimed value that is not of an exact built-in type, and nothing recurses
deeper than `MAX_DEPTH`, so no claimed value can raise or run code.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any

__all__ = ["MAX_DEPTH", "same", "same_output", "tidy"]

MAX_DEPTH = 64
_SCALARS = (type(None), bool, int, str, bytes)


class _TooDeepError(Exception):
    """A key or set member is nested deeper than any task's."""


def same(expected: Any, claimed: Any) -> bool:
    """Return whether a claimed value is the expected one, by exact type at every depth.

    Args:
        expected: plain data from the trusted side.
        claimed: plain data from inside the walls.
    Returns: False for anything that is not equal, never an exception.
    """
    pending = [(expected, claimed)]
    while pending:
        left, right = pending.pop()
        kind = type(left)
        if type(right) is not kind:
            return False
        if kind in (list, tuple):
            if len(left) != len(right):
                return False
            pending.extend(zip(left, right, strict=True))
        elif kind is dict:
            pairs = _paired(left, right)
            if pairs is None:
                return False
            pending.extend(pairs)
        elif not _same_leaf(kind, left, right):
            return False
    return True


def _same_leaf(kind: type, left: Any, right: Any) -> bool:
    if kind in _SCALARS:
        return bool(left == right)
    if kind in (set, frozenset):
        if len(left) != len(right):
            return False
        try:
            return Counter(_token(item, 0) for item in left) == Counter(_token(item, 0) for item in right)
        except _TooDeepError:
            return False
    try:
        return _token(left, 0) == _token(right, 0)
    except _TooDeepError:
        return False


def _paired(left: Mapping[Any, Any], right: Mapping[Any, Any]) -> list[tuple[Any, Any]] | None:
    """Return the values of two dictionaries side by side, or None where their keys differ."""
    if len(left) != len(right):
        return None
    try:
        ours = {_token(key, 0): value for key, value in left.items()}
        theirs = {_token(key, 0): value for key, value in right.items()}
    except _TooDeepError:
        return None
    if ours.keys() != theirs.keys():
        return None
    return [(value, theirs[key]) for key, value in ours.items()]


def _token(value: Any, depth: int) -> Hashable:
    """Return a hashable stand-in that is equal exactly when type and value are."""
    if depth > MAX_DEPTH:
        raise _TooDeepError
    kind = type(value)
    if kind in _SCALARS:
        return kind.__name__, value
    if kind is float:
        return "float", _bits(value)
    if kind is complex:
        return "complex", _bits(value.real), _bits(value.imag)
    if kind is tuple:
        return "tuple", tuple(_token(item, depth + 1) for item in value)
    if kind is frozenset:
        members = Counter(_token(item, depth + 1) for item in value)
        return "frozenset", frozenset(members.items())
    # Not plain data: equal to itself alone.
    return "object", id(value)


def _bits(value: float) -> bytes:
    """Return the eight bytes of a float, the same for every NaN."""
    return b"nan" if value != value else struct.pack("<d", value)


def tidy(text: str) -> str:
    """Drop trailing whitespace of each line and trailing blank lines; a carriage return is whitespace."""
    lines = [line.rstrip() for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines)


def same_output(expected: str, claimed: Any) -> bool:
    """Return whether claimed standard output is the expected one after `tidy`.

    Args:
        expected: text from the trusted side.
        claimed: bytes (or text) from inside the walls; bytes that are not UTF-8 are never right.
    """
    if type(claimed) is bytes:
        try:
            claimed = claimed.decode("utf-8")
        except UnicodeDecodeError:
            return False
    if type(claimed) is not str:
        return False
    wanted, got = expected.rstrip(), claimed.rstrip()
    # As many lines, or there is no need to look at them: a megabyte of line ends is dear to take apart.
    return wanted.count("\n") == got.count("\n") and tidy(wanted) == tidy(got)
