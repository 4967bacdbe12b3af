"""Equality of plain data by exact type."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym.envs.code.compare import same, same_output, tidy

NAN = float("nan")
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary()
)
KEYS = st.recursive(
    SCALARS, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3), max_leaves=4
)
PLAIN = st.recursive(
    KEYS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.sets(KEYS, max_size=4)
    ),
    max_leaves=12,
)

UNLIKE: list[tuple[Any, Any]] = [
    (1, True),
    (0, False),
    (1, 1.0),
    (1, "1"),
    (1, 1 + 0j),
    ("a", b"a"),
    ([1], (1,)),
    (0.0, -0.0),
    (None, 0),
    (None, False),
    ({1}, frozenset({1})),
    ({1: 2}, {1.0: 2}),
    ({1: 2}, {True: 2}),
    ({1: 2}, {1: 2.0}),
    ({1, 2}, {1, 2.0}),
    ({(0,)}, {(False,)}),
    ({frozenset({1})}, {frozenset({True})}),
    ([1, 2], [2, 1]),
    ([1], [1, 1]),
    ({"a": 1}, {"a": 1, "b": 1}),
    ({}, set()),
    ({}, []),
    (NAN, 0.0),
    (0.0, NAN),
    (complex(0.0, 0.0), complex(0.0, -0.0)),
]


@pytest.mark.parametrize(("expected", "claimed"), UNLIKE)
def test_values_of_other_type_or_value_differ(expected: Any, claimed: Any) -> None:
    """Python's own == would take many of these for equal."""
    assert not same(expected, claimed)
    assert not same(claimed, expected)
    assert not same([{"k": (expected,)}], [{"k": (claimed,)}])


def test_order_of_dicts_and_sets_does_not_matter() -> None:
    """Order is not content; lists keep theirs."""
    assert same({"a": 1, "b": [2]}, {"b": [2], "a": 1})
    assert same({3, 1, 2}, {1, 2, 3})
    assert same({NAN: 1}, {float("nan"): 1})


def test_nan_is_right_only_where_nan_is_expected() -> None:
    """A task may expect NaN."""
    assert same(NAN, float("nan"))
    assert same([NAN, 1], [-float("nan"), 1])
    assert not same([1, NAN], [NAN, 1])


class _Everything:
    """Claims to equal everything."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


def test_objects_with_their_own_equality_are_never_equal() -> None:
    """Not even inside containers, where Python's == would ask them."""
    fake = _Everything()
    subclass = type("Int", (int,), {"__eq__": lambda self, other: True, "__hash__": lambda self: 0})(5)
    for value in (fake, subclass):
        assert not same(3, value)
        assert not same([3], [value])
        assert not same({3}, {value})
        assert not same({"k": 3}, {"k": value})
        assert not same({3: 1}, {value: 1})


def test_hostile_nesting_is_compared_without_recursion() -> None:
    """A hundred thousand lists deep, equal or not, and keys deeper than any task's."""
    deep: list[Any] = []
    other: list[Any] = [1]
    for _ in range(100_000):
        deep, other = [deep], [other]
    assert same(deep, deep)
    assert not same(deep, other)
    key: tuple[Any, ...] = ()
    for _ in range(300):
        key = (key,)
    assert not same({(): 1}, {key: 1})
    assert not same({()}, {key})
    while deep:  # taken apart by hand: the interpreter would recurse
        deep = deep.pop()
    while other and type(other[0]) is list:
        other = other.pop()


@given(PLAIN)
def test_copy_is_the_same(value: Any) -> None:
    """Every plain value equals its copy, NaN included."""
    assert same(value, copy.deepcopy(value))
    assert same([value, value], [copy.deepcopy(value)] * 2)


@given(PLAIN, PLAIN)
def test_same_is_symmetric_and_stricter_than_python(left: Any, right: Any) -> None:
    """What is the same has the same type, and the order of the two does not matter."""
    assert same(left, right) == same(right, left)
    if same(left, right):
        assert type(left) is type(right)


@given(PLAIN)
def test_wrapping_changes_a_value(value: Any) -> None:
    """A container of a value is not the value."""
    assert not same(value, [value])
    assert not same((value,), [value])


def test_output_is_compared_after_tidying() -> None:
    """Trailing whitespace and blank lines at the end do not matter; everything else does."""
    assert tidy("a  \r\nb\t\n\n \n") == "a\nb"
    assert same_output("a\nb\n", b"a \nb\r\n\n")
    assert same_output("", b"\n")
    for other in (b" a\nb", b"a b", b"a\n\nb", b"A\nb", b"a\nb\nc", b"\xff", None, ["a", "b"], 1):
        assert not same_output("a\nb\n", other)
