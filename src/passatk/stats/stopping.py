"""When attempts at a problem stop, and why an estimator has to know.

If results decide how many attempts are made, a problem's n says something about its attempts, and
the usual pass@k is wrong by much: at p = 0.05, stopping at the first pass or after 50 attempts,
it reports a pass@10 of 0.66 where the truth is 0.40.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from passatk.errors import DataError, PassatkError
from passatk.stats.validation import BoolArray, IntArray


@dataclass(frozen=True, slots=True)
class StopAtSuccess:
    """Attempts at a problem end with its r-th pass, or after ``cap`` attempts without it.

    Attributes:
        successes: r >= 1.
        cap: the most attempts made at any problem, >= r.

    Raises:
        PassatkError: a rule that cannot be.
    """

    successes: int
    cap: int

    def __post_init__(self) -> None:
        whole = (isinstance(each, int | np.integer) for each in (self.successes, self.cap))
        if not all(whole) or not 1 <= self.successes <= self.cap:
            raise PassatkError(
                "a stopping rule must satisfy 1 <= successes <= cap, both integers; "
                f"got successes={self.successes!r}, cap={self.cap!r}"
            )


Stopping = StopAtSuccess | Literal["independent"]
"""A rule, or the assertion that n does not depend on results."""


def check_stopping(
    stopping: Stopping | None, n: IntArray, c: IntArray, names: Sequence[str]
) -> None:
    """Refuse counts that cannot come about under a stopping rule.

    Raises:
        DataError: more passes than the rule allows, more attempts than the cap, or fewer attempts
            without the passes that would have ended them.
        PassatkError: neither a rule nor ``"independent"``.
    """
    if stopping is None or stopping == "independent":
        return
    if not isinstance(stopping, StopAtSuccess):
        raise PassatkError(
            f"stopping must be a StopAtSuccess or 'independent'; got stopping={stopping!r}"
        )
    r, cap = stopping.successes, stopping.cap
    wrong = (c > r) | (n > cap) | ((c < r) & (n < cap))
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError(
            f"problem {names[at]!r} was not stopped by {stopping}",
            field="stopping",
            expected=f"{r} passes and n <= {cap}, or fewer passes and n = {cap}",
            found=f"n={n[at]}, c={c[at]}",
            hint="give the rule that the attempts were made under; attempts without a verdict "
            "have to be judged first",
        )


def check_ends(
    stopping: Stopping | None, n: IntArray, c: IntArray, results: BoolArray, names: Sequence[str]
) -> None:
    """Refuse rows of results that went on after the pass that should have ended them.

    Raises:
        DataError: the r-th pass is not the last attempt.
    """
    if not isinstance(stopping, StopAtSuccess):
        return
    wrong = (c == stopping.successes) & ~results[np.cumsum(n) - 1]
    if wrong.any():
        raise DataError(
            f"problem {names[int(wrong.argmax())]!r} went on after pass {stopping.successes}",
            field="stopping",
            expected="that pass as the last attempt",
            hint="give the rule that the attempts were made under, or none",
        )


def check_fixed_n(stopping: Stopping | None, n: IntArray) -> None:
    """Refuse different numbers of attempts of which nobody said how they came about.

    Raises:
        DataError: n differs between problems and ``stopping`` is None.
    """
    if stopping is None and n.size and (n != n.flat[0]).any():
        raise DataError(
            f"problems have {n.min()} to {n.max()} attempts, and nothing says why",
            field="stopping",
            expected="the same number of attempts at each problem, or a word on what ended them",
            found="no stopping rule",
            hint="stopping=StopAtSuccess(r, cap) if attempts ended with the r-th pass; "
            "stopping='independent' if their number had nothing to do with results "
            "(--stopping on the command line)",
        )


def check_random_order(stopping: Stopping | None, n: IntArray, what: str) -> None:
    """Refuse ``what`` where results decided how many attempts there are, or may have.

    Raises:
        DataError: a stopping rule, or different n of which nobody said how they came about.
    """
    check_fixed_n(stopping, n)
    if isinstance(stopping, StopAtSuccess):
        raise DataError(
            f"{what} needs a number of attempts that was fixed before any was seen",
            field="stopping",
            expected="attempts that go on after a pass",
            found=str(stopping),
        )
