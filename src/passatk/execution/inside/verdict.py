"""From what the tests gave and what the zygote saw to the verdict on a program."""

from __future__ import annotations

import signal
from typing import Any

from . import suite, wire
from .candidate import MAX_OUTPUT, Candidate

_MAX_DETAIL = 1000


class Outcome:
    """What the tests gave: one letter a test, and the first failure."""

    def __init__(self, planned: int = 0) -> None:
        self.planned = planned  # how many tests there are, where that is known beforehand
        self.through = False  # every test gave a result
        self.letters = ""
        self.detail = ""
        self.failure_kind = ""


def conclude(candidate: Candidate, outcome: Outcome) -> dict[str, Any]:
    """Put together what the tests gave and what the zygote saw.

    A program that was stopped or left before all tests were through has failed, whatever it said.
    The status is that of the first failure; only an escape attempt outweighs it.
    """
    report = candidate.report
    ending = None
    if candidate.printed_too_much:
        ending = "output_limit_exceeded", "printed %d bytes or more" % candidate.output_limit
    elif report.limit is not None or not outcome.through:
        ending = _ending(candidate)
    letters = outcome.letters
    failed = letters.strip(suite.PASSED)
    if ending is not None and (not failed or ending[0] == "sandbox_violation"):
        status, detail = ending
    elif failed:
        status, detail = "wrong_answer", outcome.detail
        if failed[0] == suite.ERROR:
            status = _STATUS_OF_ERROR.get(outcome.failure_kind, "runtime_error")
            if ending is not None and (ending[0], outcome.failure_kind) == _FULL_OUTPUT:
                status, detail = ending
    else:
        status, detail = "passed", ""
    if ending is not None and (not outcome.planned or len(letters) < outcome.planned):
        letters += suite.LIMIT if ending[0].endswith("_exceeded") else suite.ERROR
    return {
        "status": status,
        "trust": "apart",
        "tests": letters.ljust(outcome.planned, suite.NOT_RUN),
        "detail": _sound(detail[:_MAX_DETAIL]),
        "output": _sound(candidate.stdout[-MAX_OUTPUT:] + candidate.stderr),
        "cpu_seconds": report.cpu_seconds,
        "wall_seconds": report.wall_seconds,
        "peak_memory_bytes": report.peak_memory_bytes,
    }


# What a program sees of the output limit is an OSError from a write.
_FULL_OUTPUT = "output_limit_exceeded", "OSError"
_STATUS_OF_ERROR = {"MemoryError": "memory_limit_exceeded", "huge": "output_limit_exceeded"}
_STATUS_OF_SIGNAL: dict[int, tuple[str, str]] = {
    signal.SIGSYS: ("sandbox_violation", "made a system call that no solution needs"),
    signal.SIGXFSZ: ("output_limit_exceeded", "wrote a file that is too large"),
    signal.SIGXCPU: ("time_limit_exceeded", "stopped by the CPU limit"),
}


def _ending(candidate: Candidate) -> tuple[str, str]:
    """Why the program did not get through all tests: status and one line."""
    report, gone = candidate.report, candidate.gone
    if report.limit is not None:
        spent = report.cpu_seconds, report.wall_seconds, report.limit
        return "time_limit_exceeded", "used %.2f s of CPU in %.2f s (%s limit)" % spent
    if "failed" in candidate.loaded:
        described = candidate.loaded.get("error")
        described = described if type(described) is dict else {}
        kind = text_of(described.get("type"))
        at_fault = "syntax_error" if candidate.loaded["failed"] == "syntax" else "runtime_error"
        return _STATUS_OF_ERROR.get(kind, at_fault), described_line(described)
    # What was wrong on the channel comes first: the fork may have ended because of it.
    if isinstance(gone, wire.TooLarge):
        return "output_limit_exceeded", str(gone)
    if not isinstance(gone, (wire.Closed, type(None))):
        return "sandbox_violation", "answered the judge with nonsense: %s" % gone
    if candidate.loaded and "loaded" not in candidate.loaded:
        return "sandbox_violation", "answered the judge with nonsense while it was loaded"
    if report.code is not None:
        return "runtime_error", "ended with exit code %d before the tests did" % report.code
    if report.signal != signal.SIGKILL:
        killed = "runtime_error", "killed by %s" % _signal_name(report.signal)
        return _STATUS_OF_SIGNAL.get(report.signal, killed)
    if gone is not None:
        return "runtime_error", "closed its connection to the judge"
    return "memory_limit_exceeded", "killed by the system, most likely for want of memory"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # one of the real-time signals, of which only the first and last have names
        return "signal %d" % number


def described_line(described: dict[str, Any]) -> str:
    """An exception that the program described, in one line."""
    kind, text, line = (described.get(key) for key in ("type", "text", "line"))
    told = "%s: %s" % (text_of(kind), text_of(text))
    return "%s (line %d)" % (told, line) if type(line) is int and 0 < line < 1 << 31 else told


def text_of(value: Any) -> str:
    """``str`` of what holds something from the program: too deep or too long, it would raise."""
    try:
        return str(value)
    except Exception as error:
        return "<%s without a text: %s>" % (type(value).__name__, type(error).__name__)


def _sound(text: str) -> str:
    """Text that every file and database takes: no lone surrogates, no NUL."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
