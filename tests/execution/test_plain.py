"""Plain data crosses as it is; a hostile sender gets no further than a WireError."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import fractions
import json
import math
import string
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passatk.execution.inside import plain, wire

_TEXTS = st.text(st.characters(), max_size=8)  # lone surrogates are among them
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**3000), 10**3000)
    | st.floats(allow_nan=False)
    | _TEXTS
    | st.binary(max_size=8)
    | st.complex_numbers(allow_nan=False)
    | st.decimals(allow_nan=False)
    | st.fractions()
    | st.dates()
    | st.times()
    | st.datetimes()
    | st.timedeltas()
    | st.just(...)
    | st.builds(range, st.integers(-9, 9), st.integers(-9, 9), st.sampled_from([-2, 1, 3]))
)
_HASHABLE = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
    max_leaves=4,
)
PLAIN = st.recursive(
    _SCALARS | st.binary(max_size=8).map(bytearray),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.lists(inner, max_size=4).map(collections.deque)
        | st.sets(_HASHABLE, max_size=4)
        | st.dictionaries(_HASHABLE, inner, max_size=4)
        | st.dictionaries(_HASHABLE, st.integers(0, 9), max_size=4).map(collections.Counter)
        | st.dictionaries(_HASHABLE, inner, max_size=4).map(collections.OrderedDict)
    ),
    max_leaves=12,
)


def shape(value: Any) -> Any:
    """A value with the exact types in it, since 1 == True == 1.0."""
    if isinstance(value, dict):
        return type(value), [(shape(k), shape(v)) for k, v in value.items()]
    if isinstance(value, (set, frozenset)):
        return type(value), value
    if isinstance(value, (list, tuple, collections.deque)):
        return type(value), [shape(item) for item in value]
    return type(value), value


@given(PLAIN)
def test_plain_data_crosses_as_it_is(value: Any) -> None:
    """Equal values, of the same types at every depth, in the same order."""
    assert shape(value) == shape(plain.from_text(plain.to_text(value)))


@given(PLAIN)
def test_texts_are_ascii_json(value: Any) -> None:
    """Any JSON reader takes what is sent, and no lone surrogate is on the way."""
    text = plain.to_text(value)
    assert text.isascii()
    json.loads(text)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.0])
def test_special_floats_cross(value: float) -> None:
    """Not a number, infinities and the sign of zero are kept."""
    assert struct.pack("d", value) == struct.pack("d", plain.from_text(plain.to_text(value)))


@pytest.mark.parametrize(
    ("view", "items"),
    [({1: 2}.keys(), [1]), ({1: 2}.values(), [2]), ({1: 2}.items(), [(1, 2)])],
)
def test_views_cross_as_views(view: Any, items: list[Any]) -> None:
    """What a dict shows of itself keeps its items and can be run through again."""
    found = plain.from_text(plain.to_text(view))
    assert type(view) is type(found)
    assert (items, items) == (list(found), list(found))


class _Colour(enum.IntEnum):
    RED = 3


class _Liar(int):
    """Claims to be another number in every way that can be overridden."""

    def __eq__(self, other: object) -> bool:
        return True

    def __int__(self) -> int:
        return 42

    __index__ = __int__
    __hash__ = int.__hash__

    def __repr__(self) -> str:
        return "42"


class _LyingText(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "right"


class _LyingList(list[Any]):
    def __iter__(self) -> Iterator[Any]:
        return iter([42])

    def __len__(self) -> int:
        return 1


class _LyingDict(dict[Any, Any]):
    def items(self) -> Any:
        return [(1, 42)]

    def __iter__(self) -> Iterator[Any]:
        return iter([1])


_Point = collections.namedtuple("_Point", "x y")


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (_Liar(3), 3),
        (_Colour.RED, 3),
        (_LyingText("wrong"), "wrong"),
        (_LyingList([1, 2]), [1, 2]),
        (_LyingDict({5: 6}), {5: 6}),
        (_Point(1, [2]), (1, [2])),
        (collections.defaultdict(list, {1: [2]}), {1: [2]}),
        (type("F", (float,), {"__float__": lambda self: 42.0})(1.5), 1.5),
        (type("B", (bytes,), {"__iter__": lambda self: iter(b"x")})(b"ab"), b"ab"),
        (type("T", (tuple,), {"__iter__": lambda self: iter(())})((1, 2)), (1, 2)),
        (type("S", (set,), {"__iter__": lambda self: iter(())})({1}), {1}),
        (type("Z", (frozenset,), {"__iter__": lambda self: iter(())})({1}), frozenset({1})),
    ],
    ids=lambda value: type(value).__name__,
)
def test_subclasses_are_reduced_to_what_they_hold(value: Any, held: Any) -> None:
    """An overridden operator has no say: the base type's own value crosses."""
    assert shape([held]) == shape(plain.from_text(plain.to_text([value])))


@pytest.mark.parametrize(
    "make",
    [
        lambda: iter([1, 2, 3]),
        lambda: (x for x in [1, 2, 3]),
        lambda: map(int, "123"),
        lambda: zip([1, 2, 3], strict=True),
        lambda: iter({1: 0, 2: 0, 3: 0}),
    ],
)
def test_iterators_cross_as_iterators(make: Any) -> None:
    """They give their items once, as they would have here."""
    found = plain.from_text(plain.to_text(make()))
    items = [item[0] if isinstance(item, tuple) else item for item in found]
    assert ([1, 2, 3], []) == (items, list(found))


def test_endless_iterators_do_not_cross() -> None:
    """The sender gives up, where the receiver would have drowned."""
    with pytest.raises(plain.Unportable, match="iterator of more than"):
        plain.to_text(iter(int, 1))


def test_shared_objects_cross_as_copies() -> None:
    """Aliasing within a value is not kept; both places hold equal values."""
    inner = [1]
    first, second = plain.from_text(plain.to_text([inner, inner]))
    assert first == second == [1]
    assert first is not second


def test_cycles_do_not_cross() -> None:
    """A list that holds itself is deeper than any limit."""
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(plain.Unportable, match="deep"):
        plain.to_text(endless)


@pytest.mark.parametrize("wrap", [lambda v: [v], lambda v: (v,), lambda v: {0: v}])
def test_nesting_crosses_down_to_the_limit(wrap: Any) -> None:
    """As deep as promised on both sides, and no deeper."""
    value: Any = 0
    for _ in range(plain.MAX_DEPTH + 1):
        value = wrap(value)
    assert value == plain.from_text(plain.to_text(value))
    with pytest.raises(plain.Unportable, match="deeper than"):
        plain.to_text(wrap(value))


@pytest.mark.parametrize(
    "value",
    [object(), len, int, lambda: 0, Exception("x"), memoryview(b""), string, NotImplemented],
    ids=lambda value: type(value).__name__,
)
def test_live_objects_do_not_cross(value: Any) -> None:
    """What is no plain data is named as such, also deep within a value."""
    with pytest.raises(plain.NotPlain, match="a value of type"):
        plain.to_text([(value,)])


def test_a_type_in_disguise_does_not_cross() -> None:
    """A class that is named like a type of the library is not taken for it."""
    disguised = type("Decimal", (), {"__module__": "decimal", "__str__": lambda self: "1"})
    with pytest.raises(plain.NotPlain):
        plain.to_text(disguised())


def test_times_with_a_zone_do_not_cross() -> None:
    """A time zone may be any object."""
    with pytest.raises(plain.Unportable, match="time zone"):
        plain.to_text(datetime.datetime.now(datetime.UTC))


HOSTILE_TEXTS = [
    "",
    "[",
    "[1]]",
    " [1]",
    "nul",
    "{}",
    '{"t":"tuple"}',
    '{"t":"tuple","v":[1],"w":0}',
    '{"v":[1],"t":"tuple"}',
    '{"t":"function","v":"exit"}',
    '{"t":"tuple","v":"ab"}',
    '{"t":"int","v":12}',
    '{"t":"int","v":"zz"}',
    '{"t":["int"],"v":"1"}',
    '{"t":{"t":"tuple","v":[]},"v":[]}',
    '{"t":"dict","v":[[],1]}',
    '{"t":"set","v":[[1]]}',
    '{"t":"Counter","v":[[],[]]}',
    '{"t":"bytes","v":"0"}',
    '{"t":"range","v":[0,1000000000000000,1]}',
    '{"t":"range","v":["0","1","1"]}',
    '{"t":"range","v":[0,5,0]}',
    '{"t":"range","v":[]}',
    '{"t":"complex","v":[1,2,3]}',
    '{"t":"Fraction","v":["1e999999999",1]}',
    '{"t":"Fraction","v":[1,0]}',
    '{"t":"Decimal","v":"one"}',
    '{"t":"date","v":"2024-02-30"}',
    '{"t":"datetime","v":"yesterday"}',
    '{"t":"timedelta","v":[1e300]}',
    '{"t":"items","v":[1]}',
    '{"t":"iterator","v":1}',
    "[" * 100_000,
    "9" * 10_000,
]


@pytest.mark.parametrize("text", [*HOSTILE_TEXTS, None, 1, b"1", ["1"]], ids=lambda t: str(t)[:40])
def test_hostile_texts_are_refused(text: Any) -> None:
    """Whatever is malformed is a WireError, and no other."""
    with pytest.raises(wire.WireError):
        plain.from_text(text)


_ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
        | st.fixed_dictionaries({"t": st.sampled_from(sorted(plain._DECODERS)), "v": inner})
        | st.fixed_dictionaries(
            {
                "t": st.sampled_from(sorted(plain._DECODERS)),
                "v": st.lists(inner, max_size=4) | st.text("0123456789-:.Teainf+ ", max_size=12),
            }
        )
    ),
    max_leaves=10,
)


@settings(max_examples=300)
@given(_ANY_JSON.map(json.dumps) | st.text(max_size=30))
def test_no_text_raises_anything_else(text: str) -> None:
    """Any JSON, tagged at random, gives plain data or WireError."""
    try:
        value = plain.from_text(text)
    except wire.WireError:
        return
    try:
        plain.to_text(value)
    except plain.NotPlain:
        pytest.fail("what arrived by wire is always plain data")
    except plain.Unportable:
        pass


def test_numbers_have_no_conversion_limit() -> None:
    """Integers beyond what str() converts cross, and Decimals and Fractions keep every digit."""
    values = [
        10**100_000,
        -(10**100_000),
        [10**5000, 1],
        fractions.Fraction(10**5000, 3),
        decimal.Decimal("1." + "3" * 5000),
    ]
    assert values == plain.from_text(plain.to_text(values))
