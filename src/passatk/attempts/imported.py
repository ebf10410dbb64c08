"""Verdicts that were reached elsewhere, in passatk's words."""

from __future__ import annotations

import re
from typing import Any

from passatk.attempts.fields import Fields
from passatk.records import Status, Trust, Verdict

# What CPython says, and nothing but the interpreter says: assertion messages look different.
_SYNTAX_MESSAGE = re.compile(r"\(<string>, line \d+\)$")
_RUNTIME_MESSAGE = re.compile(
    r"name '\w+' is not defined"
    r"|No module named '"
    r"|(list|string|tuple) (assignment )?index out of range$"
    r"|unsupported operand type\(s\) for "
    r"|'\w+' object (is not|has no) "
    r"|maximum recursion depth exceeded"
)


def imported(status: Status, detail: str = "", **more: Any) -> Verdict:
    """A verdict that passatk only read."""
    return Verdict(status, Trust.IMPORTED, detail=detail, **more)


def binary(passed: bool, detail: str = "") -> Verdict:
    """Passed or not; why an attempt failed is unknown, so it counts as a wrong answer."""
    return imported(Status.PASSED if passed else Status.WRONG_ANSWER, detail)


def graded(score: float, detail: str = "") -> Verdict:
    """A graded result: the score is kept, and an attempt passed if it is 1 or more."""
    status = Status.PASSED if score >= 1 else Status.WRONG_ANSWER
    return imported(status, detail, score=score)


def from_result_text(at: Fields) -> Verdict:
    """Read ``result`` and ``passed`` as openai/human-eval and HF ``code_eval`` write them.

    "passed" and "timed out" say it all. "failed: <message>" is a wrong answer, unless the message
    is one that CPython gives for a syntax error or a common run-time error: an assertion and an
    exception look alike there, and a reason that is not known is not made up.

    Raises:
        DataError: the two fields are missing, of the wrong type, or contradict each other.
    """
    passed = at.flag("passed")
    if not at.has("result"):
        return binary(passed)
    result = at.text("result")
    if passed != (result == "passed"):
        raise at.error(
            "passed and result contradict each other",
            "result",
            expected='"passed" exactly where passed is true',
            found=f"passed={passed}, result={result!r}",
        )
    if passed:
        return imported(Status.PASSED)
    if result == "timed out":
        return imported(Status.TIME_LIMIT_EXCEEDED)
    if not result.startswith("failed: "):
        raise at.error(
            "an unknown result",
            "result",
            expected='"passed", "timed out" or "failed: <message>"',
            found=result,
        )
    message = result.removeprefix("failed: ")
    if _SYNTAX_MESSAGE.search(message):
        return imported(Status.SYNTAX_ERROR, message)
    if _RUNTIME_MESSAGE.match(message):
        return imported(Status.RUNTIME_ERROR, message)
    return imported(Status.WRONG_ANSWER, message)


def from_word(at: Fields, field: str, words: dict[str, Status]) -> Status:
    """The status that a format's own word stands for.

    Raises:
        DataError: the word is none of the format's.
    """
    word = at.text(field)
    if word not in words:
        raise at.error("an unknown result", field, expected=" | ".join(words), found=word)
    return words[word]


def last_line(text: str) -> str:
    """The last line with something on it: of a traceback, the exception."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
