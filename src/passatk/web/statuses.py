"""How each status looks: a mark, words and a class; never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from passatk.records import Status

PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Look:
    """``key`` is the value in addresses, ``css`` the class that gives the colour."""

    key: str
    mark: str
    words: str
    css: str


def _look(status: Status, mark: str) -> Look:
    css = f"s-{status.value.replace('_', '-')}"
    return Look(status.value, mark, status.value.replace("_", " "), css)


_LOOKS = {
    status: _look(status, mark)
    for status, mark in {
        Status.PASSED: "✓",
        Status.WRONG_ANSWER: "✗",
        Status.RUNTIME_ERROR: "R",
        Status.SYNTAX_ERROR: "S",
        Status.TIME_LIMIT_EXCEEDED: "T",
        Status.MEMORY_LIMIT_EXCEEDED: "M",
        Status.OUTPUT_LIMIT_EXCEEDED: "O",
        Status.SANDBOX_VIOLATION: "V",
        Status.JUDGE_ERROR: "J",
    }.items()
}
_WAITING = Look(PENDING, "·", "not judged", "s-pending")
LOOKS = (*_LOOKS.values(), _WAITING)

TESTS = {
    "p": _LOOKS[Status.PASSED],
    "w": _LOOKS[Status.WRONG_ANSWER],
    "e": Look("e", "E", "error", _LOOKS[Status.RUNTIME_ERROR].css),
    "l": Look("l", "L", "stopped by a limit", _LOOKS[Status.TIME_LIMIT_EXCEEDED].css),
    "-": Look("-", "·", "not run", _WAITING.css),
}
"""How a test of an attempt looks, by its letter."""


def look(status: Status | None) -> Look:
    """None is an attempt that is not judged."""
    return _WAITING if status is None else _LOOKS[status]
