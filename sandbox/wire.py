"""Plain data on the wire: strict, size-capped, without pickle.

Values are JSON. What JSON lacks is an object of one key that starts with NUL: {"\\0t": [...]} is a tuple,
"\\0s" a set, "\\0z" a frozenset, "\\0d": [[key, value], ...] a dict with keys other than text, "\\0b": hex
bytes, "\\0i": hex an integer of more than 63 bits, "\\0f": "nan" | "inf" | "-inf" and "\\0c": [re, im] the
other numbers. Types are exact: a subclass is refused (but for the dictionaries of `collections`), so nothing
with a method of its own ever crosses.

Runs inside the walls and on the host; standard library only.
"""

from __future__ import annotations

import json
import math
import os
import struct
from collections import Counter, OrderedDict, defaultdict
from typing import Any

__all__ = [
    "WireError",
    "decode",
    "encode",
    "frame",
    "read_exact",
    "read_frame",
    "receive_message",
    "send_message",
    "split",
]

_LENGTHS = struct.Struct("!II")
# JSONEncoder.encode makes this anew for every value. It looks for no cycle: `_tag` has found them by depth.
_chunks = json.encoder.c_make_encoder(  # type: ignore[attr-defined]  # the standard library's own C part
    None, None, json.encoder.encode_basestring_ascii, None, ":", ",", False, False, True
)
_SMALL = 1 << 62
_MAX_DEPTH = 200
_DICTS = frozenset({dict, OrderedDict, defaultdict, Counter})  # all arrive as plain dicts
_ONE_HASH = 64  # keys of one hash that a set or dict may hold: honest grids of -1 and -2 have some
_SMALL_TABLE = 1024  # keys whose table costs little to fill, however they were chosen
_STEPS = 64  # places that the average key of a larger one may find taken
_WORD, _NEIGHBOURS = (1 << 64) - 1, 9


class WireError(Exception):
    """Data that is not well-formed, too large, too deep or not plain."""


def encode(value: Any, limit: int) -> bytes:
    """Write a plain value.

    Args:
        value: None, bool, int, float, complex, str, bytes, list, tuple, dict, set or frozenset of such,
            at most 200 deep.
        limit: most bytes that the result may have.
    Returns: ASCII bytes.
    Raises: WireError: for any other type, a cycle, or too much data.
    """
    try:
        data = _dumps(_tag(value, 0)).encode("ascii")
    except (RecursionError, ValueError) as error:
        raise WireError(f"value cannot be written: {error}") from None
    if len(data) > limit:
        raise WireError(f"value takes {len(data)} bytes, more than the limit of {limit}")
    return data


def decode(data: bytes) -> Any:
    """Read what `encode` wrote.

    Raises: WireError: if the bytes are anything else. Hostile input costs time linear in its size.
    """
    try:
        text = str(data, "ascii")
        value, end = (_load_tagged if "\\u0000" in text else _load_plain)(text)
        if end != len(text):
            raise WireError("data after the value")
        return value
    except WireError:
        raise
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise WireError(f"malformed data: {type(error).__name__}: {str(error)[:200]}") from None


def _dumps(value: Any) -> str:
    return "".join(_chunks(value, 0))


def _tag(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is int:
        return value if -_SMALL < value < _SMALL else {"\0i": hex(value)}
    if kind is float:
        return value if math.isfinite(value) else {"\0f": repr(value)}
    if depth >= _MAX_DEPTH:
        raise WireError(f"value is nested more than {_MAX_DEPTH} deep")
    depth += 1
    if kind is list:
        return [_tag(item, depth) for item in value]
    if kind is tuple:
        return {"\0t": [_tag(item, depth) for item in value]}
    if kind in _DICTS:
        if all(type(key) is str and key[:1] != "\0" for key in value):
            return {key: _tag(item, depth) for key, item in value.items()}
        return {"\0d": [[_tag(key, depth), _tag(item, depth)] for key, item in value.items()]}
    if kind is set or kind is frozenset:
        return {"\0s" if kind is set else "\0z": [_tag(item, depth) for item in value]}
    if kind is bytes:
        return {"\0b": value.hex()}
    if kind is complex:
        return {"\0c": [_tag(value.real, depth), _tag(value.imag, depth)]}
    raise WireError(f"{kind.__module__}.{kind.__qualname__} is not plain data")


def _untag(obj: dict[str, Any]) -> Any:
    if not any(key[:1] == "\0" for key in obj):
        return obj
    if len(obj) != 1:
        raise WireError("a tag stands alone in its object")
    ((key, body),) = obj.items()
    tag = key[1:]
    if tag in {"t", "s", "z", "d"}:
        if type(body) is not list:
            raise WireError(f"tag {tag!r} needs a list")
        if tag == "t":
            return tuple(body)
        if tag == "d":
            if any(type(pair) is not list or len(pair) != 2 for pair in body):
                raise WireError("a dict is a list of pairs")
            _check_hashes([pair[0] for pair in body], 0)
            return {pair[0]: pair[1] for pair in body}
        _check_hashes(body, _NEIGHBOURS)
        return set(body) if tag == "s" else frozenset(body)
    if tag == "c":
        if type(body) is not list or [type(part) for part in body] != [float, float]:
            raise WireError("a complex number is a pair of floats")
        return complex(body[0], body[1])
    if type(body) is not str:
        raise WireError(f"tag {tag!r} needs a string")
    if tag == "i":
        return int(body, 16)
    if tag == "b":
        return bytes.fromhex(body)
    if tag == "f" and body in {"nan", "inf", "-inf"}:
        return float(body)
    raise WireError(f"unknown tag {tag[:20]!r}")


def _check_hashes(keys: list[Any], neighbours: int) -> None:
    # Integers are their own hashes: it is easy to choose ones that turn a table of n keys into n*n steps.
    count = len(keys)
    if count <= _ONE_HASH:
        return
    if count <= _SMALL_TABLE:
        collide = max(Counter(map(hash, keys)).values()) > _ONE_HASH
    else:
        hashes, size, left = [hash(key) & _WORD for key in keys], _SMALL_TABLE, _STEPS * count
        while size < 2 * count and left >= 0:  # each size that the table passes through, as full as it gets
            size *= 2
            left -= _taken_places(hashes[: 2 * size // 3], size - 1, neighbours, left)
        collide = left < 0
    if collide:
        raise WireError("the keys of a set or dict collide on purpose")


def _taken_places(hashes: list[int], mask: int, neighbours: int, most: int) -> int:
    """Return how many taken places CPython meets that fills a table in this order; stop beyond `most`.

    Args:
        hashes: of the keys, as unsigned words.
        mask: the table's size less one, a power of two.
        neighbours: how many places after one are tried before the next step: 0 in a dict, 9 in a set.
    Source: CPython, Objects/dictobject.c (find_empty_slot) and Objects/setobject.c (set_add_entry).
    """
    met, taken = 0, bytearray(mask + 1)
    for number in hashes:
        at = number & mask
        perturb = number
        while taken[at]:
            met += 1
            if met > most:
                return met
            if neighbours and at + neighbours <= mask:
                free = taken.find(0, at, at + neighbours + 1)
                if free >= 0:
                    at = free
                    break
                met += neighbours
            perturb >>= 5
            at = (5 * at + perturb + 1) & mask
        taken[at] = 1
    return met


def _refuse(word: str) -> Any:
    raise WireError(f"{word} is not plain data")


# Made once: a child only uses them. Data without a NUL has no tag and is read by C code alone.
_load_plain = json.JSONDecoder(parse_constant=_refuse).raw_decode
_load_tagged = json.JSONDecoder(object_hook=_untag, parse_constant=_refuse).raw_decode


def frame(header: dict[str, Any], body: bytes) -> bytes:
    """Join a JSON header and a body into one length-prefixed message."""
    head = _dumps(header).encode()
    return _LENGTHS.pack(len(head), len(body)) + head + body


def read_exact(fd: int, size: int) -> bytes | None:
    """Read exactly that many bytes from a blocking descriptor; None if it ends before."""
    data = os.read(fd, size)
    if len(data) == size:
        return data
    pieces, have = [data], len(data)
    while have < size:
        data = os.read(fd, min(size - have, 1 << 20))
        if not data:
            return None
        pieces.append(data)
        have += len(data)
    return b"".join(pieces)


def read_frame(fd: int) -> tuple[dict[str, Any], bytes] | None:
    """Read a message written by `frame` from a trusted peer; None at the end of the stream."""
    lengths = read_exact(fd, 8)
    if lengths is None:
        return None
    head_size, body_size = _LENGTHS.unpack(lengths)
    data = read_exact(fd, head_size + body_size) if head_size + body_size else b""
    if data is None:
        return None
    return json.loads(data[:head_size]), data[head_size:]


def split(message: bytes, head_size: int) -> tuple[dict[str, Any], bytes]:
    """Take a whole message of `frame` apart, given the size of its header."""
    return json.loads(message[8 : 8 + head_size]), message[8 + head_size :]


def send_message(fd: int, data: bytes) -> None:
    """Write one message between a child and its worker: four bytes of length, then the data."""
    view = memoryview(len(data).to_bytes(4, "big") + data)
    while view:
        view = view[os.write(fd, view) :]


def receive_message(fd: int) -> bytes | None:
    """Read one message written by `send_message`; None at the end of the stream."""
    size = read_exact(fd, 4)
    return None if size is None else read_exact(fd, int.from_bytes(size, "big"))
