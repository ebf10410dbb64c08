"""The error tree of passatk, and what each exit code means.

    PassatkError                      2   bad usage
    ├── DataError                     2   a file says something it may not say
    ├── GateFailed                    1   a gate was asked for and did not hold
    ├── TooManyJudgeErrors            3   the judge itself failed too often
    ├── MissingExtra                  4   an optional dependency is not installed
    ├── IsolationError               10   strict isolation is not to be had here
    │   ├── NoBubblewrap             11
    │   ├── NoUserNamespaces         12
    │   └── UnsuitablePython         13   the interpreter for candidates cannot serve
    ├── StoreError                   20   the store cannot be used
    │   ├── StoreReadOnly            21
    │   ├── StoreFull                22   no space left on the device (also for other output)
    │   ├── StoreLocked              23   another process holds the write lock
    │   └── StoreTooNew              24   written by a later passatk
    ├── ModelError                   30   a model refuses what it is asked, or cannot be reached
    └── BudgetSpent                  31   the budget ended the run before its end

A fault of passatk itself exits with 70. A command that was interrupted exits with 130 (Ctrl-C), 143
(SIGTERM) or 129 (SIGHUP) and can be continued by the same command.
Every message says what went wrong, where, what was expected, what was found, and the next step.
"""

from __future__ import annotations

from pathlib import Path

FAULT = 70
NO_SPACE = 22
SIGNALLED = 128
"""Beside the number of the signal, what a command exits with that a signal ended."""


class PassatkError(Exception):
    """Base of everything passatk raises on purpose; ``exit_code`` is what a command exits with."""

    exit_code = 2


class DataError(PassatkError):
    """A file or a record does not say what its format asks for.

    Args:
        message: what is wrong, in one sentence without a final full stop.
        path: the file, where there is one.
        line: 1-based line number in that file.
        field: the field or column at fault.
        expected: what the format asks for.
        found: what stands there; shortened when long.
        hint: the next step.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str | Path | None = None,
        line: int | None = None,
        field: str | None = None,
        expected: str | None = None,
        found: object = None,
        hint: str | None = None,
    ) -> None:
        self.path = None if path is None else str(path)
        self.line = line
        self.field = field
        where = "" if self.path is None else self.path + (f":{line}" if line else "")
        parts = [f"{where}: {message}" if where else message]
        if field is not None:
            parts.append(f"field: {field}")
        if expected is not None:
            parts.append(f"expected: {expected}")
        if found is not None:
            parts.append(f"found: {_shorten(found)}")
        if hint is not None:
            parts.append(f"next: {hint}")
        super().__init__("\n  ".join(parts))


class GateFailed(PassatkError):
    exit_code = 1


class TooManyJudgeErrors(PassatkError):
    exit_code = 3


class MissingExtra(PassatkError):
    """An optional dependency is needed; the message names the extra to install."""

    exit_code = 4

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} needs an optional dependency\n  next: pip install 'passatk[{extra}]'"
        )


class IsolationError(PassatkError):
    exit_code = 10


class NoBubblewrap(IsolationError):
    exit_code = 11


class NoUserNamespaces(IsolationError):
    exit_code = 12


class UnsuitablePython(IsolationError):
    exit_code = 13


class StoreError(PassatkError):
    exit_code = 20


class StoreReadOnly(StoreError):
    exit_code = 21


class StoreFull(StoreError):
    exit_code = 22


class StoreLocked(StoreError):
    exit_code = 23


class StoreTooNew(StoreError):
    exit_code = 24


class ModelError(PassatkError):
    exit_code = 30


class BudgetSpent(PassatkError):
    exit_code = 31


def _shorten(value: object, limit: int = 120) -> str:
    text = value if isinstance(value, str) else repr(value)
    text = text.encode("unicode_escape").decode("ascii")
    return text if len(text) <= limit else text[:limit] + f"... ({len(text)} characters)"
