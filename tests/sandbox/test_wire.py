"""Plain data on the wire: exact round trips, and one error for everything else, quickly."""

from __future__ import annotations

import json
import math
import os
import time
from collections import Counter, OrderedDict, UserDict, defaultdict, deque
from decimal import Decimal
from enum import IntEnum
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym.sandbox import wire
from rlvr_gym.sandbox.wire import WireError, decode, encode

LIMIT = 1 << 20
PRIME = (1 << 61) - 1  # integers that differ by it have one hash

TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=12)  # lone surrogates too
ATOMS = (
    st.none() | st.booleans() | st.integers() | st.integers(min_value=-(1 << 300), max_value=1 << 300)
    | st.floats() | st.complex_numbers() | TEXT | st.binary(max_size=12)
)  # fmt: skip
KEYS = st.recursive(
    ATOMS, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3), max_leaves=4
)


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Every kind of container."""
    return (
        st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple) | st.dictionaries(KEYS, inner, max_size=4)
        | st.dictionaries(TEXT, inner, max_size=4) | st.sets(KEYS, max_size=4) | st.frozensets(KEYS, max_size=4)
    )  # fmt: skip


PLAIN = st.recursive(ATOMS, containers, max_leaves=12)


def exact(value: Any) -> Any:
    """Return a form in which equal means equal in value, type, sign of zero and kind of NaN, at every depth."""
    kind = type(value)
    if kind is float:
        return "float", repr(value)
    if kind is complex:
        return "complex", exact(value.real), exact(value.imag)
    if kind in (list, tuple):
        return kind.__name__, [exact(item) for item in value]
    if kind in (set, frozenset):
        return kind.__name__, sorted(repr(exact(item)) for item in value)
    if kind is dict:
        return "dict", [(exact(key), exact(item)) for key, item in value.items()]
    return kind.__name__, value


@given(value=PLAIN)
def test_plain_data_comes_back_exactly(value: Any) -> None:
    """Value, type, order of dictionaries, signs of zeros and NaNs: all as before."""
    assert exact(decode(encode(value, LIMIT))) == exact(value)


@pytest.mark.parametrize(
    "value",
    [
        -0.0, math.nan, math.inf, complex(-0.0, math.nan), (), ((),), set(), frozenset(), {}, b"", "", "\0", "\ud800",
        {"\0t": [1]}, {"\0": 1, "a": 2}, {1: "a", "1": "b", 0.5: "c"}, {(1, frozenset({2})): [None]},
        (1 << 62) - 1, 1 << 62, -(1 << 62), 10**5000, {"a": {"\0handle": 3}}, "\\u0000", {"\\u0000t": 1},
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_an_awkward_value_comes_back_exactly(value: Any) -> None:
    """Values that look like the wire's own marks, and numbers that JSON or Python print with limits."""
    assert exact(decode(encode(value, LIMIT))) == exact(value)


@pytest.mark.parametrize(
    "value", [OrderedDict(a=[1], b=2), defaultdict(list, {"a": [1], "b": 2}), Counter({"a": 1, "b": 2})]
)
def test_dictionaries_of_collections_arrive_plain(value: Any) -> None:
    """They are what honest programs return; only what they hold crosses."""
    found = decode(encode(value, LIMIT))
    assert type(found) is dict
    assert list(found.items()) == list(value.items())


class Colour(IntEnum):
    """An integer by inheritance."""

    RED = 1


class Pair(NamedTuple):
    """A tuple by inheritance."""

    left: int


class Text(str):
    """A string that equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


SUBCLASSES: list[Any] = [
    Colour.RED, Pair(1), Text("a"), type("I", (int,), {})(1), type("F", (float,), {})(1.0), type("L", (list,), {})(),
    type("D", (dict,), {})(), type("S", (set,), {})(), type("B", (bytes,), {})(b"a"), type("C", (complex,), {})(1),
]  # fmt: skip
FOREIGN: list[Any] = [
    object(), Exception("a"), print, int, Decimal(1), bytearray(b"a"), memoryview(b"a"), deque([1]), range(3),
    UserDict({"a": 1}), iter(()), {}.keys(), ..., NotImplemented,
]  # fmt: skip


@pytest.mark.parametrize("value", SUBCLASSES + FOREIGN, ids=lambda value: type(value).__name__)
def test_what_is_not_plain_is_refused_by_its_type(value: Any) -> None:
    """A subclass could bring a method of its own; nothing of the kind crosses, at any depth or place."""
    places: list[Any] = [value, [value], (1, value), {"a": value}, {1: [value]}]
    if value.__hash__ is not None:
        places += (
            [{value: 1}, {(1, value)}, frozenset({(value,)})] if not isinstance(value, memoryview) else []
        )
    for place in places:
        with pytest.raises(WireError, match="is not plain data"):
            encode(place, LIMIT)


def test_cycles_and_depth_are_refused() -> None:
    """A list inside itself, and one of more than two hundred levels, end in the same error."""
    cycle: list[Any] = []
    cycle.append(cycle)
    deep: Any = 1
    for _ in range(200):
        deep = [deep]
    assert decode(encode(deep, LIMIT)) == deep
    for value in (cycle, [deep], {"a": deep}):
        with pytest.raises(WireError, match="nested more than 200 deep"):
            encode(value, LIMIT)


@given(value=PLAIN, slack=st.integers(-20, 20))
def test_the_limit_is_kept_to_the_byte(value: Any, slack: int) -> None:
    """Data of exactly the limit passes, one byte more does not."""
    size = len(encode(value, LIMIT))
    if slack >= 0:
        assert len(encode(value, size + slack)) == size
    else:
        with pytest.raises(WireError, match=f"takes {size} bytes, more than the limit of {size + slack}"):
            encode(value, size + slack)


@given(data=st.binary(max_size=200))
def test_garbage_never_raises_anything_else(data: bytes) -> None:
    """Bytes are plain data or a WireError."""
    try:
        encode(decode(data), LIMIT)
    except WireError:
        pass


MARKS = st.sampled_from(
    [b'{"\\u0000t":', b'{"\\u0000s":', b'{"\\u0000d":', b'{"\\u0000i":', b'{"\\u0000b":', b'{"\\u0000c":', b'{"\\u0000f":',
     b"[", b"]", b"}", b",", b":", b'"', b'"0x1"', b'"nan"', b"1", b"-", b"e9", b"1.5", b"null", b"\\u0000", b"{}"]
)  # fmt: skip


@given(parts=st.lists(MARKS, max_size=12))
def test_near_misses_never_raise_anything_else(parts: list[bytes]) -> None:
    """Nor do bytes made of the wire's own marks."""
    try:
        decode(b"".join(parts))
    except WireError:
        pass


@given(value=PLAIN, cut=st.integers(1, 30))
def test_a_cut_message_is_refused(value: Any, cut: int) -> None:
    """Half of a value is no value (a bare number aside, which is one), and a value and more is none either."""
    data = encode(value, LIMIT)
    if type(value) not in (int, float) and len(data) > cut:
        with pytest.raises(WireError):
            decode(data[:-cut])
    with pytest.raises(WireError):
        decode(data + b" 1")


@pytest.mark.parametrize(
    "data",
    [
        b"", b" ", b"nul", b"NaN", b"Infinity", b"-Infinity", b"[1,]", b"[1 2]", b"{1:2}", b'{"a"}', b"'a'", b"\xff", b"1 1",
        b'"\x00"', b'"\n"', b'{"\\u0000t":1}', b'{"\\u0000t":[],"a":1}', b'{"\\u0000t":[],"\\u0000s":[]}', b'{"\\u0000x":[]}',
        b'{"\\u0000":1}', b'{"\\u0000s":[[]]}', b'{"\\u0000d":[[1]]}', b'{"\\u0000d":[[1,2,3]]}', b'{"\\u0000d":{"a":1}}',
        b'{"\\u0000d":[[[],1]]}', b'{"\\u0000b":"0"}', b'{"\\u0000b":"zz"}', b'{"\\u0000b":1}', b'{"\\u0000i":"one"}',
        b'{"\\u0000i":1}', b'{"\\u0000f":"1.5"}', b'{"\\u0000f":"NaN"}', b'{"\\u0000f":1}', b'{"\\u0000c":[1,2]}',
        b'{"\\u0000c":[1.0]}', b'{"\\u0000c":["1","2"]}', b'{"\\u0000handle":1,"b":2}',
    ],
)  # fmt: skip
def test_malformed_data_is_refused(data: bytes) -> None:
    """Every way to be almost right is told apart from right."""
    with pytest.raises(WireError):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000, b'{"\\u0000t":[' * 100_000,
        b"9" * 5000, b"-" + b"9" * 100_000, b"[" + b"9" * 5000 + b"]", b'"' + b"\\" * 99_999,
    ],
    ids=["open", "nested", "objects", "tagged", "digits", "negative", "in a list", "escapes"],
)  # fmt: skip
def test_hostile_shapes_are_refused_at_once(data: bytes) -> None:
    """Bottomless nests and endless numbers cost no time and no stack."""
    started = time.perf_counter()
    with pytest.raises(WireError):
        decode(data)
    assert time.perf_counter() - started < 1.0


def _colliding(count: int, honest: int) -> list[int]:
    return list(range(1000, 1000 + honest)) + [n * PRIME for n in range(5, count)]


@pytest.mark.parametrize("honest", [0, 20_000], ids=["all", "half"])
@pytest.mark.parametrize("tag", ["s", "z", "d", "tuples"])
def test_keys_that_collide_on_purpose_are_refused_at_once(tag: str, honest: int) -> None:
    """A flood of keys with one hash, alone or hidden among honest ones, would take minutes to put in a table."""
    keys: list[Any] = [{"\0i": hex(key)} for key in _colliding(20_000, honest)]
    if tag == "d":
        body: Any = {"\0d": [[key, 0] for key in keys]}
    else:
        body = {"\0s": [{"\0t": [key]} for key in keys]} if tag == "tuples" else {f"\0{tag}": keys}
    data = json.dumps(body).encode()
    started = time.perf_counter()
    with pytest.raises(WireError, match="collide on purpose"):
        decode(data)
    assert time.perf_counter() - started < 2.0


def test_honest_tables_of_numbers_are_taken() -> None:
    """Large sets, tables with whole-number floats, and few keys of one hash are no attack."""
    values: list[Any] = [
        set(range(50_000)),
        {n * 0.5: n for n in range(20_000)},
        {n * PRIME for n in range(60)},
    ]
    for value in values:
        assert decode(encode(value, 1 << 24)) == value


def test_frames_pass_through_a_pipe_in_pieces() -> None:
    """A message is read whole, the end of the stream is None, also in the middle of one."""
    ours, theirs = os.pipe()
    message = wire.frame({"id": 7}, b"body" * 1000)
    assert wire.split(message, int.from_bytes(message[:4], "big")) == ({"id": 7}, b"body" * 1000)
    os.write(theirs, message + message[:-1])
    os.close(theirs)
    assert wire.read_frame(ours) == ({"id": 7}, b"body" * 1000)
    assert wire.read_frame(ours) is None
    assert wire.read_frame(ours) is None
    os.close(ours)


@given(data=st.binary(max_size=5000))
def test_messages_pass_through_a_pipe(data: bytes) -> None:
    """Between child and worker too; a message cut short is None."""
    ours, theirs = os.pipe()
    wire.send_message(theirs, data)
    assert wire.receive_message(ours) == data
    os.write(theirs, (len(data) + 1).to_bytes(4, "big") + data)
    os.close(theirs)
    assert wire.receive_message(ours) is None
    os.close(ours)
