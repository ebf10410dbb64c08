"""How much of what further attempts gain comes from variants of the same approaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError
from passatk.stats.diversity.distinct_review import distinct_review_pass_at_k
from passatk.stats.diversity.first_variant import first_variant_pass_at_k
from passatk.stats.estimation import estimate_values
from passatk.stats.kernel import pass_table
from passatk.stats.outcomes import Outcomes
from passatk.stats.ratios import difference_of_values, ratio_of_means
from passatk.stats.result import Estimate
from passatk.stats.validation import check_length


@dataclass(frozen=True, slots=True)
class VariantGain:
    """pass@k of a run beside its values where copies do not count, or are not looked at.

    Attributes:
        k: attempts.
        passed: pass@k.
        first_variant: fpass@k, only the first attempt of each approach counts.
        distinct_review: the same number of looks, each at another approach.
        wasted: distinct_review - passed, paired over problems: what looking at copies costs.
        inflation: (pass@k - fpass@k) / (pass@k - pass@1), the share of the gain of further
            attempts that comes from variants; None where the interval of the gain holds 0.
    """

    k: int
    passed: Estimate
    first_variant: Estimate
    distinct_review: Estimate
    wasted: Estimate
    inflation: Estimate | None

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        estimates = ("passed", "first_variant", "distinct_review", "wasted")
        return {
            "k": self.k,
            **{name: getattr(self, name).to_dict() for name in estimates},
            "inflation": None if self.inflation is None else self.inflation.to_dict(),
        }


def variant_gain(
    outcomes: Outcomes,
    clusters: Sequence[tuple[ArrayLike, ArrayLike]],
    k: int,
    *,
    level: float = 0.95,
) -> VariantGain:
    """What variants contribute to pass@k, averaged over problems.

    Args:
        outcomes: attempts and passes of each problem.
        clusters: of each problem the sizes and passes of its approaches, which add up to them.
        k: attempts, at most the fewest at any problem.
        level: of the intervals over problems; augmented-t for chances, Student's t for
            differences and ratios.

    Raises:
        DataError: lengths or sums that differ, or k > n.

    >>> run = Outcomes.from_counts(4, [0, 1, 2, 3] * 5)
    >>> approaches = [([4], [0]), ([2, 2], [1, 0]), ([2, 1, 1], [2, 0, 0]), ([4], [3])] * 5
    >>> gain = variant_gain(run, approaches, 2)
    >>> print(gain.passed, gain.first_variant, sep="; ")
    pass@2 0.583 [0.395, 0.756]; fpass@2 0.500 [0.341, 0.659]
    >>> print(gain.inflation)
    variant inflation 0.400 [0.168, 0.632]
    """
    check_length("clusters", clusters, len(outcomes))
    first, distinct = np.empty(len(outcomes)), np.empty(len(outcomes))
    for i, (sizes, passes) in enumerate(clusters):
        found = int(np.sum(sizes)), int(np.sum(passes))
        if found != (outcomes.n[i], outcomes.c[i]):
            raise DataError(
                f"the clusters of problem {outcomes.problems[i]!r} are not its attempts",
                field="clusters",
                expected=f"{outcomes.n[i]} attempts, {outcomes.c[i]} passed",
                found=f"{found[0]} attempts, {found[1]} passed",
            )
        first[i] = first_variant_pass_at_k(sizes, passes, k)
        distinct[i] = distinct_review_pass_at_k(sizes, passes, k)
    one, many = pass_table(outcomes.n, outcomes.c, np.array([1, k])).T
    # What holds on paper: fpass@k <= pass@k <= distinct review@k.
    first, distinct = np.minimum(first, many), np.maximum(distinct, many)

    def share(values: Any, metric: str) -> Estimate:
        return estimate_values(values, outcomes, metric=metric, k=k, level=level)

    return VariantGain(
        k=k,
        passed=share(many, f"pass@{k}"),
        first_variant=share(first, f"fpass@{k}"),
        distinct_review=share(distinct, f"distinct review@{k}"),
        wasted=difference_of_values(
            distinct - many, outcomes, f"distinct review@{k} - pass@{k}", k=k, level=level
        ),
        inflation=ratio_of_means(
            many - first, many - one, outcomes, "variant inflation", k=k, level=level
        ),
    )
