"""/dev/stdin, /dev/stdout, /dev/stderr and /dev/fd/N, for programs that open them by name.

On a usual system these names lead through /proc, which the sandbox does not show. Here Python's own
ways to open a file take them for what they stand for: a descriptor that the program has anyway. So
they reach nothing that it could not reach without. As with a pipe, what one of them reads or writes
follows what was read or written before.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
from typing import Any, Callable

_STANDARD = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_FOLDERS = ("/dev/fd/", "/proc/self/fd/")
_MOST_DIGITS = 4


def install() -> None:
    """Let ``open``, ``os.open`` and ``os.stat`` know the names from now on."""
    open_file = io.open
    builtins.open = io.open = _Function(
        open_file,
        lambda number, path, *args, **kwargs: open_file(_copy(number, path), *args, **kwargs),
    )
    os.open = _Function(os.open, lambda number, path, *args, **kwargs: _copy(number, path))
    os.stat = _Function(os.stat, lambda number, path, *args, **kwargs: os.fstat(number))


class _Function:
    """Stands for a builtin function, whose first argument is a path.

    It is no function of Python: as an attribute of a class, where old versions of pathlib keep
    ``os.stat``, that would become a method.
    """

    def __init__(self, usual: Callable[..., Any], of_descriptor: Callable[..., Any]) -> None:
        self._usual = usual
        self._of_descriptor = of_descriptor

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        number = _descriptor(args[0]) if args else None
        if number is None:
            return self._usual(*args, **kwargs)
        return self._of_descriptor(number, *args, **kwargs)


def _descriptor(path: Any) -> int | None:
    """The descriptor that a path stands for, or None where it is any other path."""
    try:
        name = os.fsdecode(path)
    except TypeError:  # a number
        return None
    if name in _STANDARD:
        return _STANDARD[name]
    for folder in _FOLDERS:
        digits = name[len(folder) :]
        if name.startswith(folder) and digits.isdecimal() and len(digits) <= _MOST_DIGITS:
            return int(digits)
    return None


def _copy(number: int, path: Any) -> int:
    try:
        return os.dup(number)
    except OSError:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path) from None
