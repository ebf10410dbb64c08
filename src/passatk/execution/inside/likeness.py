"""What the program raised and what it changed, as the tests get to see it.

Both come as plain data. The tests get exceptions of builtin types, and find the arguments that they
passed changed in place.
"""

from __future__ import annotations

import builtins
from typing import Any

from . import plain, wire


class CandidateError(Exception):
    """The program failed in a way that no exception of its own says."""

    def __init__(self, text: str, kind: str = "") -> None:
        super().__init__(text)
        self.kind = kind


class CandidateExit(BaseException):
    """The program raised SystemExit, KeyboardInterrupt or another exception made to end it."""


def from_candidate(error: BaseException) -> bool:
    return isinstance(error, (CandidateError, CandidateExit)) or hasattr(
        error, "__passatk_described__"
    )


def rebuilt(described: Any) -> BaseException:
    """An exception like the program's: the same builtin type, or the nearest builtin ancestor."""
    if type(described) is not dict:
        raise wire.WireError("malformed message: error")
    ancestry, text = described.get("ancestry"), described.get("text")
    arguments = plain.from_text(described.get("arguments"))
    if type(ancestry) is not list or type(text) is not str or type(arguments) is not list:
        raise wire.WireError("malformed message: error")
    error: BaseException | None = None
    for name in ancestry:
        kind = getattr(builtins, name, None) if type(name) is str else None
        if kind is StopIteration or kind is StopAsyncIteration:
            break  # it would end a loop of the tests unnoticed
        if isinstance(kind, type) and issubclass(kind, Exception):
            try:
                error = _with_sound_positions(kind(*arguments))
            except Exception:  # an exception type that asks for other arguments
                error = RuntimeError(text)
            break
    if error is None:
        error = RuntimeError(text) if "Exception" in ancestry else CandidateExit(text)
    error.__passatk_described__ = described  # type: ignore[attr-defined]
    return error


def _with_sound_positions(error: BaseException) -> BaseException:
    """Keep ``str`` of it within its text: CPython reads there without looking (fixed in 3.14)."""
    if isinstance(error, (UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError)):
        last = len(error.object)
        error.start = min(max(error.start, 0), last)
        error.end = min(max(error.end, 0), last)
    return error


def restore(old: Any, new: Any) -> None:
    """Make ``old`` hold what ``new`` holds, in place, as the program's changes would have."""
    if type(old) is not type(new):
        return
    if isinstance(old, (list, tuple)):
        pairs = list(zip(old, new))
        merged = [_merged(a, b) for a, b in pairs] + list(new[len(old) :])
        if isinstance(old, list):
            old[:] = merged
    elif isinstance(old, dict):
        merged_dict = {key: _merged(old.get(key), value) for key, value in new.items()}
        old.clear()
        old.update(merged_dict)
    elif isinstance(old, (set, bytearray)) or hasattr(old, "extend"):
        old.clear()
        (old.update if isinstance(old, set) else old.extend)(new)


def _merged(old: Any, new: Any) -> Any:
    """``new``, but as the same object as before where it is still the same kind of container."""
    if type(old) is type(new) and isinstance(old, (list, dict, set, bytearray, tuple)):
        if isinstance(old, tuple):
            return tuple(_merged(a, b) for a, b in zip(old, new)) + new[len(old) :]
        restore(old, new)
        return old
    return new
