"""The mean of pass@k over problems, for every k there is."""

from __future__ import annotations

import numpy as np

from passatk.stats.kernel import distinct_pairs, pass_blocks
from passatk.stats.outcomes import Outcomes, check_outcomes
from passatk.stats.stopping import StopAtSuccess, check_fixed_n
from passatk.stats.validation import FloatArray


def pass_at_k_curve(outcomes: Outcomes) -> FloatArray:
    """pass@k for every k that all problems have attempts for, averaged over problems.

    Args:
        outcomes: attempts and passes of each problem; weights count, strata and clusters do not
            change a mean.

    Returns:
        shape (min n,) or, where attempts ended with a pass, (cap,): the value for k at index k - 1,
        in [0, 1], never decreasing but for rounding. Time is U * min n for U distinct (n, c),
        memory that of a few curves.

    Raises:
        DataError: numbers of attempts that differ, and nothing that says why.

    >>> pass_at_k_curve(Outcomes.from_counts(3, [0, 1, 3])).round(4).tolist()
    [0.4444, 0.5556, 0.6667]
    """
    check_outcomes(outcomes)
    check_fixed_n(outcomes.stopping, outcomes.n)
    rule = outcomes.stopping
    stop_at = rule.successes if isinstance(rule, StopAtSuccess) else None
    pairs = distinct_pairs(outcomes.n, outcomes.c)
    mass = np.bincount(pairs.index, outcomes.weights)
    ks = np.arange(1, int(outcomes.largest_k.min()) + 1)
    curve = np.zeros(len(ks))
    for block, values in pass_blocks(pairs.n, pairs.c, ks, stop_at):
        curve += mass[block] @ values
    curve /= mass.sum()
    # Rounding of the sums may overshoot 1 by an ulp.
    return curve.clip(max=1.0)
