"""From verdicts to outcomes: the one place that decides what a missing result means.

A ``judge_error`` is a fault of the judge, never of the program: the attempt counts as missing, not
as failed. So does an attempt that has not been judged yet. Both make n smaller for their problem,
and every caller is told how many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from passatk.errors import DataError
from passatk.records import Status

if TYPE_CHECKING:
    from passatk.stats import Outcomes
    from passatk.store import ProblemCounts


@dataclass(frozen=True, slots=True)
class RunOutcomes:
    """What statistics see of a run, and what they do not see.

    ``left_out`` names problems without a single result; ``judge_errors`` and ``pending`` count
    attempts that are missing from ``outcomes``.
    """

    outcomes: Outcomes
    judge_errors: int
    pending: int
    left_out: tuple[str, ...]


def from_counts(counts: Sequence[ProblemCounts]) -> RunOutcomes:
    """The outcomes in the counts of a store.

    Raises:
        DataError: no attempt has a result yet.
    """
    from passatk.stats import Outcomes

    errors = [each.statuses.get(Status.JUDGE_ERROR, 0) for each in counts]
    n = [sum(each.statuses.values()) - wrong for each, wrong in zip(counts, errors, strict=True)]
    known = [i for i, each in enumerate(n) if each > 0]
    if not known:
        raise DataError(
            "no attempt of this run has a result",
            expected="at least one judged attempt",
            found=f"{sum(c.attempts for c in counts)} attempts, {sum(errors)} judge errors",
            hint="judge it: run the same passatk evaluate command again",
        )
    return RunOutcomes(
        Outcomes.from_counts(
            [n[i] for i in known],
            [counts[i].statuses.get(Status.PASSED, 0) for i in known],
            problems=[counts[i].name for i in known],
        ),
        judge_errors=sum(errors),
        pending=sum(each.pending for each in counts),
        left_out=tuple(each.name for each, judged in zip(counts, n, strict=True) if not judged),
    )
