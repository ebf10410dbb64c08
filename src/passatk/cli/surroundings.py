"""The process that a command runs in: its streams, its signals, its working directory."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import TextIO, cast

from passatk.errors import PassatkError

_ENDS = (signal.SIGTERM, signal.SIGHUP)


class Signals:
    """What asks a command to end, ends it as Ctrl-C does: it keeps what it has and cleans up."""

    def __init__(self) -> None:
        self.last: int = signal.SIGINT
        for number in _ENDS:
            if signal.getsignal(number) is signal.SIG_DFL:  # else nohup or the caller wants it so
                signal.signal(number, self._end)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.last = number
        interrupt = signal.getsignal(signal.SIGINT)
        if not callable(interrupt):  # ignored, as for a shell script's background commands
            raise KeyboardInterrupt
        interrupt(signal.SIGINT, frame)


def open_streams() -> None:
    """Put the null device in place of standard streams that are closed.

    What is opened next would get their numbers, and words for people would go there.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number, which is this one
    sys.stdin = sys.stdin or _stream(0, "r")
    sys.stdout = sys.stdout or _stream(1, "w")
    sys.stderr = sys.stderr or _stream(2, "w")


def _stream(number: int, mode: str) -> TextIO:
    return cast(TextIO, open(number, mode, closefd=False))


def close_output() -> None:
    """Send what is left for standard output nowhere: it cannot be written, or nobody reads it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def check_folder() -> None:
    """Raise PassatkError where the working directory was removed."""
    try:
        os.getcwd()
    except OSError as error:
        raise PassatkError(
            f"the working directory cannot be used: {error.strerror}\n"
            "  next: cd to a folder that is there, and repeat the command"
        ) from error
