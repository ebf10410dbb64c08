"""How much of the spread between problems is luck within them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError
from passatk.stats.kernel import distinct_pairs, pass_table
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Caveat
from passatk.stats.stopping import check_random_order
from passatk.stats.validation import FloatArray, IntArray, check_counts, check_one_k


def within_variance(n: ArrayLike, c: ArrayLike, k: int) -> FloatArray:
    """V = g_k^2 - g_2k with g = 1 - pass@k: the variance of a problem's pass@k, without bias.

    Its mean is exactly Var_p(pass@k), and it is never negative. Nothing like it exists for
    2k > n, where no attempts are left over to compare with.

    Args:
        n, c: attempts and passes, of shapes that broadcast.
        k: with 2k <= n everywhere.

    Returns:
        the common shape of n and c.

    Raises:
        DataError: 2k > n.

    >>> within_variance(4, [0, 1, 2], 1).round(4).tolist()
    [0.0, 0.0625, 0.0833]
    """
    attempts, passes = check_counts(n, c)
    k = check_one_k(k)
    _check_twice(attempts, k)
    pairs = distinct_pairs(attempts.ravel(), passes.ravel())
    fails = 1.0 - pass_table(pairs.n, pairs.c, np.array([k, 2 * k]))
    variance = np.maximum(fails[:, 0] ** 2 - fails[:, 1], 0.0)
    spread: FloatArray = variance[pairs.index].reshape(attempts.shape)
    return spread


@dataclass(frozen=True, slots=True)
class VarianceComponents:
    """What the variance of pass@k over problems is made of.

    Attributes:
        k: attempts allowed.
        total: s^2 of the problems' pass@k; estimates ``between + within``.
        within: mean variance from attempts within a problem; more attempts lower it.
        between: variance of the problems' true pass@k, at least 0; only more problems help.
        problems: P.
        warnings: ``clipped`` where the data gave a negative ``between``.
    """

    k: int
    total: float
    within: float
    between: float
    problems: int
    warnings: tuple[Caveat, ...]

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return dataclasses.asdict(self)


def variance_components(outcomes: Outcomes, k: int = 1) -> VarianceComponents:
    """Split the variance of pass@k over problems into difficulty and luck.

    s^2 estimates sigma_b^2 + sigma_w^2; the mean of :func:`within_variance` estimates sigma_w^2.

    Args:
        outcomes: at least two problems, all with n >= 2k. Problems count alike, whatever their
            weights.
        k: attempts allowed.

    Raises:
        DataError: a single problem, 2k > n, or attempts that results ended (or may have).
        PassatkError: a k that is not one integer >= 1.

    >>> parts = variance_components(Outcomes.from_counts(4, [0, 1, 3, 4]), 1)
    >>> round(parts.between, 4), round(parts.within, 4)
    (0.1771, 0.0312)
    """
    k = check_one_k(k)
    check_random_order(outcomes.stopping, outcomes.n, "a split of the variance")
    if len(outcomes) < 2:
        raise DataError("one problem has no variance between problems", expected="P >= 2")
    luck = within_variance(outcomes.n, outcomes.c, k)
    h = pass_table(outcomes.n, outcomes.c, np.array([k]))[:, 0]
    total, within = float(h.var(ddof=1)), float(luck.mean())
    between = total - within
    warnings: tuple[Caveat, ...] = ()
    if between < 0:
        warnings = (
            Caveat("clipped", "less variance between problems than luck alone gives; shown as 0"),
        )
    return VarianceComponents(k, total, within, max(between, 0.0), len(outcomes), warnings)


def _check_twice(n: IntArray, k: int) -> None:
    short = n < 2 * k
    if short.any():
        raise DataError(
            f"the variance of pass@{k} needs n >= {2 * k}; {int(short.sum())} of {n.size} problems "
            "have less",
            field="k",
            expected=f"k <= {n.min() // 2}",
            found=f"k={k}, smallest n={n.min()}",
        )
