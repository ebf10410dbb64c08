"""How many attempts it takes until a share of the problems is solved."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.errors import PassatkError
from passatk.stats.estimation import estimate
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Estimate, percent


@dataclass(frozen=True, slots=True)
class AttemptsNeeded:
    """The smallest k with pass@k >= share; None where it lies beyond the attempts made.

    Attributes:
        share: of the problems that are to be solved.
        value: the smallest k at which the estimate reaches it.
        low, high: the interval: the smallest k at which the upper, and the lower, end of the
            interval of pass@k reach it.
        level: the confidence level.
        largest_k: how far the data reach.
    """

    share: float
    value: int | None
    low: int | None
    high: int | None
    level: float
    largest_k: int

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return dataclasses.asdict(self)

    def __str__(self) -> str:
        value, low, high = (
            f"more than {self.largest_k}" if k is None else str(k)
            for k in (self.value, self.low, self.high)
        )
        return f"attempts to solve {percent(self.share)}: {value} [{low}, {high}]"


def attempts_needed(outcomes: Outcomes, share: float, *, level: float = 0.95) -> AttemptsNeeded:
    """How many attempts it takes until ``share`` of problems like these is solved.

    The quantile of the attempts to the first pass over problems, with an interval by inversion of
    those of pass@k, which never decreases in k. (Its mean may be infinite, and is not offered; see
    :func:`passatk.stats.attempts_to_pass` for the mean cut off at k.)

    Args:
        outcomes: attempts and passes of at least two problems.
        share: in (0, 1).
        level: confidence level, in (0, 1).

    Raises:
        DataError: as :func:`passatk.stats.estimate`.
        PassatkError: a share or level outside (0, 1).

    >>> print(attempts_needed(Outcomes.from_counts(10, [0, 1, 3, 9] * 10), 0.5))
    attempts to solve 50%: 3 [2, 6]
    """
    largest = int(outcomes.largest_k.min())
    return needed_on_curve(
        estimate(outcomes, range(1, largest + 1), level=level), share, level=level
    )


def needed_on_curve(curve: Sequence[Estimate], share: float, *, level: float) -> AttemptsNeeded:
    """The same from pass@k for k = 1, 2, ..., where it is known already."""
    if not 0.0 < share < 1.0:
        raise PassatkError(f"share must satisfy 0 < share < 1; got share={share!r}")

    def first(values: list[float | None]) -> int | None:
        reached = np.array([value is not None and value >= share for value in values])
        return int(reached.argmax()) + 1 if reached.any() else None

    return AttemptsNeeded(
        share=share,
        value=first([each.value for each in curve]),
        low=first([each.high for each in curve]),
        high=first([each.low for each in curve]),
        level=level,
        largest_k=len(curve),
    )
