"""Does a run fall where problems are changed a little?

A problem with other names, numbers or words, and the same difficulty, is as hard for who can solve
it, and harder for who remembers the answer.
"""

from __future__ import annotations

from passatk.analysis.finding import Finding
from passatk.analysis.integrity.evidence import Answer
from passatk.stats import Outcomes, compare
from passatk.stats.result import Caveat

CODE = "integrity.perturbed"
_AS_HARD = Caveat("as-hard", "this takes the changed problems to be as hard as the original ones")


def perturbed_drop(
    original: Outcomes, perturbed: Outcomes, *, k: int = 1, level: float = 0.95
) -> Answer:
    """The drop of pass@k from the original to the perturbed problems, paired by name.

    The interval is the paired t over problems; the one-sided p is half of the sign-flip test's
    where there is a drop.

    Args:
        original, perturbed: the same model; problems with the names of what they were made of.
            Problems of one run only are left out.
        k: attempts allowed, 1 <= k <= n.

    Raises:
        DataError: fewer than two problems in common, or k > n.
    """
    (one,) = compare(perturbed, original, k=k, level=level, intersection=True)
    drop = -one.change.value
    half = one.p / 2.0
    low, high = one.change.high, one.change.low
    told = (
        f"pass@{k} is {one.baseline.value:.3f} on the original problems and {one.value.value:.3f} "
        f"on the perturbed ones"
    )
    return Answer(
        Finding(
            CODE,
            "not found",
            f"{told}: no drop beyond chance.",
            effect=drop,
            unit=f"pass@{k}, original minus perturbed",
            low=None if low is None else -low,
            high=None if high is None else -high,
            p=half if drop > 0 else 1.0 - half,
            method=f"{one.test}, one-sided; interval: {one.change.method}",
            problems=one.change.problems,
            attempts=one.change.attempts,
            caveats=(_AS_HARD, *one.warnings),
        ),
        f"{told}: consistent with answers that are remembered rather than found.",
        0.0,
        one.change.standard_error or 0.0,
    )
