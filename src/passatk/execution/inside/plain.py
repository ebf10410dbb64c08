"""Plain data as text, between judge and program.

JSON, where what JSON cannot say is an object with a tag, ``{"t": "tuple", "v": [...]}``. What
arrives is rebuilt from exact builtin and standard-library types only: nothing that a sender can put
in a text makes the receiver run code of the sender's, which is why this is not pickle or marshal.
"""

from __future__ import annotations

import collections
import importlib
import itertools
from typing import Any, Callable

from . import wire

MAX_DEPTH = 200
MAX_ITEMS_OF_ITERATOR = 100_000
_LARGE = 1 << 8192  # below the 4,300 digits at which int -> str conversion refuses

ATOMS = frozenset((type(None), bool, int, float, str))


class Unportable(Exception):
    """A value cannot cross as plain data; the message says why."""


class NotPlain(Unportable):
    """A value is of a type that is no plain data: never one that arrived here by wire."""


def encode(value: Any, depth: int = 0) -> Any:
    """The JSON form of a value; raises Unportable where it is not plain data.

    Subclasses of builtin types cross as the builtin value they hold, read through the base type's
    own methods, so an overridden operator has no say. Iterators cross as the items they give.
    """
    kind = type(value)
    if kind in ATOMS:
        if kind is int and not -_LARGE < value < _LARGE:
            return {"t": "int", "v": hex(value)}
        return value
    if depth > MAX_DEPTH:
        raise Unportable("a value nested deeper than %d levels" % MAX_DEPTH)
    depth += 1
    if kind is list:
        return _items(value, depth)
    encoder = _ENCODERS.get(kind)
    if encoder is not None:
        return encoder(value, depth)
    return _encode_other(value, kind, depth)


def _items(values: Any, depth: int) -> list[Any]:
    kinds = set(map(type, values))
    if kinds <= ATOMS:  # the common case, at the speed of C
        numbers = values if kinds == {int} else [v for v in values if type(v) is int]
        if not numbers or (min(numbers) > -_LARGE and max(numbers) < _LARGE):
            return list(values)
    return [encode(item, depth) for item in values]


def _tagged(tag: str, read: Callable[[Any], Any]) -> Callable[[Any, int], dict[str, Any]]:
    return lambda value, depth: {"t": tag, "v": _items(list(read(value)), depth)}


def _flat(value: Any) -> Any:
    return itertools.chain.from_iterable(dict.items(value))


def _text(tag: str) -> Callable[[Any, int], dict[str, Any]]:
    return lambda value, depth: {"t": tag, "v": str(value)}


def _hexed(tag: str) -> Callable[[Any, int], dict[str, Any]]:
    return lambda value, depth: {"t": tag, "v": value.hex()}


def _moment(value: Any, depth: int) -> dict[str, Any]:
    if getattr(value, "tzinfo", None) is not None:
        raise Unportable("a %s with a time zone" % type(value).__name__)
    return {"t": type(value).__name__, "v": value.isoformat()}


def _bounds(value: range) -> tuple[int, int, int]:
    if value[wire.MAX_FRAME :]:
        raise Unportable("a range of more than %d items" % wire.MAX_FRAME)
    return value.start, value.stop, value.step


_ENCODERS: dict[type, Callable[[Any, int], Any]] = {
    tuple: _tagged("tuple", iter),
    dict: _tagged("dict", _flat),
    set: _tagged("set", iter),
    frozenset: _tagged("frozenset", iter),
    collections.deque: _tagged("deque", iter),
    collections.Counter: _tagged("Counter", _flat),
    collections.OrderedDict: _tagged("OrderedDict", _flat),
    range: _tagged("range", _bounds),
    complex: _tagged("complex", lambda c: (c.real, c.imag)),
    type({}.keys()): _tagged("keys", iter),
    type({}.values()): _tagged("values", iter),
    type({}.items()): _tagged("items", iter),
    bytes: _hexed("bytes"),
    bytearray: _hexed("bytearray"),
    type(...): lambda value, depth: {"t": "ellipsis", "v": None},
}

# Types of modules that stay unloaded until a value of theirs is there, since every module in memory
# makes each fork dearer.
_LATE_ENCODERS: dict[tuple[str, str], Callable[[Any, int], Any]] = {
    ("decimal", "Decimal"): _text("Decimal"),
    ("fractions", "Fraction"): _tagged("Fraction", lambda f: (f.numerator, f.denominator)),
    ("datetime", "date"): _moment,
    ("datetime", "time"): _moment,
    ("datetime", "datetime"): _moment,
    ("datetime", "timedelta"): _tagged("timedelta", lambda d: (d.days, d.seconds, d.microseconds)),
}

# Base types whose value a subclass is reduced to, and how to read it past any override.
_BASES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (int, int.__int__),
    (float, float.__float__),
    (str, str.__str__),
    (bytes, lambda v: bytes.__getitem__(v, slice(None))),
    (list, lambda v: list(list.__iter__(v))),
    (tuple, lambda v: tuple(tuple.__iter__(v))),
    (dict, lambda v: dict(dict.items(v))),
    (set, lambda v: set(set.__iter__(v))),
    (frozenset, lambda v: frozenset(frozenset.__iter__(v))),
)


def _encode_other(value: Any, kind: type, depth: int) -> Any:
    late = _LATE_ENCODERS.get((kind.__module__, kind.__qualname__))
    if late is not None and kind is _late(kind.__module__, kind.__qualname__):
        return late(value, depth)
    for base, plain in _BASES:
        if issubclass(kind, base):
            return encode(plain(value), depth)
    if kind.__module__ == "numpy" and not hasattr(value, "__len__") and hasattr(value, "item"):
        return encode(value.item(), depth)
    if hasattr(kind, "__next__"):
        items = list(itertools.islice(value, MAX_ITEMS_OF_ITERATOR + 1))
        if len(items) > MAX_ITEMS_OF_ITERATOR:
            raise Unportable("an iterator of more than %d items" % MAX_ITEMS_OF_ITERATOR)
        return {"t": "iterator", "v": _items(items, depth)}
    raise NotPlain("a value of type %s" % kind.__qualname__)


def _late(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


def _pairs(flat: list[Any]) -> dict[Any, Any]:
    return dict(zip(flat[::2], flat[1::2]))


def _range(bounds: list[Any]) -> range:
    """A range costs its sender nothing: one that no list could match would drown the receiver."""
    if not all(type(bound) is int for bound in bounds):
        raise wire.WireError("malformed value: range")
    result = range(*bounds)
    if result[wire.MAX_FRAME :]:
        raise wire.WireError("a range of more than %d items" % wire.MAX_FRAME)
    return result


def _fraction(terms: list[Any]) -> Any:
    if not all(type(term) is int for term in terms):  # a text may stand for 10 ** 999999999
        raise wire.WireError("malformed value: Fraction")
    return _late("fractions", "Fraction")(*terms)


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "int": lambda v: int(v, 16),
    "tuple": tuple,
    "dict": _pairs,
    "set": set,
    "frozenset": frozenset,
    "deque": collections.deque,
    "Counter": lambda v: collections.Counter(_pairs(v)),
    "OrderedDict": lambda v: collections.OrderedDict(zip(v[::2], v[1::2])),
    "range": _range,
    "complex": lambda v: complex(*v),
    "Fraction": _fraction,
    "keys": lambda v: dict.fromkeys(v).keys(),
    "values": lambda v: dict(enumerate(v)).values(),
    "items": lambda v: dict(v).items(),
    "bytes": bytes.fromhex,
    "bytearray": bytearray.fromhex,
    "Decimal": lambda v: _late("decimal", "Decimal")(v),
    "ellipsis": lambda v: ...,
    "date": lambda v: _late("datetime", "date").fromisoformat(v),
    "time": lambda v: _late("datetime", "time").fromisoformat(v),
    "datetime": lambda v: _late("datetime", "datetime").fromisoformat(v),
    "timedelta": lambda v: _late("datetime", "timedelta")(*v),
    "iterator": iter,
}


_HELD_AS_TEXT = frozenset(("int", "bytes", "bytearray", "Decimal", "date", "time", "datetime"))


def _hook(pairs: list[tuple[str, Any]]) -> Any:
    if len(pairs) == 2 and pairs[0][0] == "t" and pairs[1][0] == "v":
        tag, held = pairs[0][1], pairs[1][1]
        if type(held) is not (str if tag in _HELD_AS_TEXT else list) and tag != "ellipsis":
            raise wire.WireError("malformed value: %s" % tag)
        return _DECODERS[tag](held)
    raise wire.WireError("an object without a tag")


_from_json = wire.reader(object_pairs_hook=_hook)


def to_text(value: Any) -> str:
    """Plain data as JSON text; raises Unportable."""
    try:
        return wire.to_json(encode(value))
    except RecursionError:
        raise Unportable("a value nested too deep")


def from_text(text: Any) -> Any:
    """The value in ``text``; raises wire.WireError for anything malformed, whoever sent it."""
    if type(text) is not str:
        raise wire.WireError("malformed value: not a text")
    try:
        return _from_json(text)
    except wire.WireError:
        raise
    except Exception as error:  # a hostile text may cause any error of any constructor above
        raise wire.WireError("malformed value: %s" % type(error).__name__)
