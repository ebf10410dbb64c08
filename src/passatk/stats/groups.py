"""Do groups of problems differ, or is it the luck of which problems are in which?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import PassatkError
from passatk.stats.resampling import DEFAULT_SEED
from passatk.stats.validation import (
    FloatArray,
    IntArray,
    check_labels,
    check_length,
    check_level,
)

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class GroupTest:
    """How much groups of problems differ.

    Attributes:
        spread: standard deviation of the groups' true means, weighted by their problems, >= 0; None
            where groups and problems are too few to tell.
        low, high: its interval, from the noncentral F distribution.
        level: of the interval.
        p: of exchangeable labels; None where every labelling looks the same.
        detectable: the spread that a test at 1 - level finds with power 0.8.
        groups, problems: how many.
    """

    spread: float | None
    low: float | None
    high: float | None
    level: float
    p: float | None
    detectable: float | None
    groups: int
    problems: int

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return dataclasses.asdict(self)


def group_test(
    values: ArrayLike,
    labels: Sequence[object],
    *,
    level: float = 0.95,
    test_level: float | None = None,
    permutations: int = 4999,
    rng: np.random.Generator | None = None,
) -> GroupTest:
    """Whether the mean of one value per problem differs between groups of problems.

    The statistic is the sum of squares between groups, sum_g P_g (m_g - m)^2. p is
    (1 + #{labellings with as much}) / (1 + permutations) over random labellings, whatever the
    distribution of values; groups of one problem take part. Interval and detectable spread follow
    from the noncentral F distribution with noncentrality sum_g P_g (mu_g - mu)^2 / sigma^2, which
    is rough for values of 0 and 1 in small groups.

    Args:
        values: of each problem, shape (P,).
        labels: the group of each problem, P of them.
        level: of the interval.
        test_level: one minus the error rate that ``detectable`` is for; ``level`` by default.
        permutations: random labellings.
        rng: draws them; by default a fixed seed.

    Raises:
        DataError: values and labels of different lengths.
        PassatkError: a bad level.

    >>> test = group_test([0.1, 0.2, 0.1, 0.2, 0.8, 0.9, 0.8, 0.9], list("aaaabbbb"))
    >>> round(test.spread, 2), test.p < 0.05
    (0.35, True)
    """
    check_level(level)
    if permutations < 1:
        raise PassatkError(f"permutations must be at least 1; got permutations={permutations}")
    y = np.asarray(values, dtype=np.float64)
    check_length("labels", labels, len(y))
    names, group, sizes = np.unique(
        np.array(check_labels("labels", list(labels), len(y))),
        return_inverse=True,
        return_counts=True,
    )
    problems, groups = len(y), len(names)
    nothing = GroupTest(None, None, None, level, None, None, groups, problems)
    if groups < 2 or groups == problems or y.max() - y.min() < 1e-12:
        return nothing
    y = y[np.argsort(group, kind="stable")] - y.mean()
    starts = np.cumsum(sizes) - sizes
    between = float(_between(y[None, :], starts, sizes)[0])
    rng = np.random.default_rng(DEFAULT_SEED) if rng is None else rng
    reached = 0
    rows = max(1, _BLOCK // problems)
    for start in range(0, permutations, rows):
        block = np.tile(y, (min(rows, permutations - start), 1))
        drawn = _between(rng.permuted(block, axis=1), starts, sizes)
        reached += int(np.sum(drawn >= between - 1e-9 * max(1.0, between)))
    within = max(float(y @ y) - between, 0.0) / (problems - groups)
    p = (1 + reached) / (1 + permutations)
    if within < 1e-12:
        return dataclasses.replace(nothing, spread=(between / problems) ** 0.5, p=p)
    f = between / (groups - 1) / within

    def scale(noncentrality: float) -> float:
        return float((noncentrality * within / problems) ** 0.5)

    spread = max(between - (groups - 1) * within, 0.0)
    tail = (1.0 - level) / 2.0
    df = (groups - 1, problems - groups)
    return GroupTest(
        spread=(spread / problems) ** 0.5,
        low=scale(_noncentrality(df, f, 1.0 - tail)),
        high=scale(_noncentrality(df, f, tail)),
        level=level,
        p=p,
        detectable=scale(_noncentrality(df, _critical(df, test_level or level), 0.2)),
        groups=groups,
        problems=problems,
    )


def _between(rows: FloatArray, starts: IntArray, sizes: IntArray) -> FloatArray:
    """Sums of squares between groups of centred values, one for each row."""
    sums = np.add.reduceat(rows, starts, axis=1)
    squares: FloatArray = (sums**2 / sizes).sum(axis=1)
    return squares


def _critical(df: tuple[int, int], level: float) -> float:
    from scipy.special import fdtri

    return float(fdtri(*df, level))


def _noncentrality(df: tuple[int, int], f: float, probability: float) -> float:
    """The noncentrality under which F stays below f with this probability; 0 if none does."""
    from scipy.special import ncfdtr

    low, high = 0.0, 1.0
    if not ncfdtr(*df, low, f) > probability:
        return 0.0
    while ncfdtr(*df, high, f) > probability and high < 1e9:
        high *= 2.0
    for _ in range(60):
        middle = (low + high) / 2.0
        if ncfdtr(*df, middle, f) > probability:
            low = middle
        else:
            high = middle
    return high
