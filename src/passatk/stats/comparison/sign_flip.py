"""The sign-flip test of a mean difference of zero, for several k at once.

If two runs are alike, the difference at each problem is as likely to be d as -d. The observed
statistic is compared with its values under all patterns of signs, or under many random ones. The
same pattern serves every k, so that the largest statistic over k gives p-values that hold for the
family of k (Westfall and Young 1993).

Flipping leaves sum(d^2) as it is, and so |t| rises with z = |sum d| / sqrt(sum d^2): the test on z
is the test on Student's t, which holds also where the differences are not symmetric, if there are
enough of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from passatk.stats.validation import FloatArray, IntArray

FLIPS = 9999
"""Random patterns of signs where there are too many to enumerate: p-values go down to 0.0001."""

_MOST_PATTERNS = 1 << 20
# From here on the distribution over patterns is the normal one to more digits than FLIPS resolve,
# unless few units carry it.
_MANY_UNITS = 10_000
_SMALL_SHARE = 1e-3
_BLOCK = 1 << 22
# Differences that are equal on paper differ in the last bits.
_DIGITS = 12
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Flipped:
    """What the patterns of signs say.

    Attributes:
        p: two-sided p-value of each k alone, shape (K,).
        p_adjusted: p-value of each k in the family of all: the chance that the largest statistic
            over k reaches that of this k, shape (K,).
        method: "sign-flip, enumerated", "sign-flip, 9999 draws" or "sign-flip, normal limit".
    """

    p: FloatArray
    p_adjusted: FloatArray
    method: str


def sign_flip(
    differences: FloatArray, counts: IntArray, rng: np.random.Generator, flips: int = FLIPS
) -> Flipped:
    """Test that differences come from a distribution in which d and -d are alike.

    Args:
        differences: of the U distinct units (problems, or sums over clusters), shape (U, K).
        counts: how many units have that row, shape (U,).
        rng: draws patterns, where there are more than 2^20 that differ.
        flips: how many are drawn; p = (1 + reached) / (1 + flips).

    Equal rows are enumerated by how many of them are flipped, so that a million problems with one
    attempt each are still exact (the binomial test on those that differ). With more than 10,000
    units that differ, none of which has more than 1/1000 of the sum of squares, the patterns have
    their normal limit.
    """
    differences = np.round(differences, _DIGITS)
    rows, multiplicity = _distinct(differences, counts)
    scale = np.sqrt(multiplicity @ rows**2)
    # A k without any difference has statistic 0 under every pattern, and p = 1.
    units = rows / np.where(scale > 0, scale, 1.0)
    observed = np.abs((counts @ differences) / np.where(scale > 0, scale, 1.0)) - _ROUNDING

    if _patterns(multiplicity) <= _MOST_PATTERNS:
        reached, reached_by_any = _reached(observed, _enumerate(units, multiplicity))
        return Flipped(reached, reached_by_any, "sign-flip, enumerated")
    if multiplicity.sum() > _MANY_UNITS and (units**2).max() < _SMALL_SHARE:
        p, p_adjusted = _normal_limit(observed, units, multiplicity, rng, flips)
        return Flipped(p, p_adjusted, "sign-flip, normal limit")
    reached, reached_by_any = _reached(observed, _draw(units, multiplicity, rng, flips))
    return Flipped(
        (1 + flips * reached) / (1 + flips),
        (1 + flips * reached_by_any) / (1 + flips),
        f"sign-flip, {flips} draws",
    )


def _distinct(differences: FloatArray, counts: IntArray) -> tuple[FloatArray, IntArray]:
    """Rows that are not zero, those that are equal up to their sign counted together."""
    differ = differences.any(axis=1)
    rows, counts = differences[differ], counts[differ]
    if not len(rows):
        return rows, counts
    first = rows[np.arange(len(rows)), (rows != 0).argmax(axis=1)]
    # + 0.0 turns -0.0, which sorts apart, into 0.0.
    distinct, index = np.unique(rows * np.sign(first)[:, None] + 0.0, axis=0, return_inverse=True)
    return distinct, np.bincount(index.ravel(), counts).astype(np.int64)


def _patterns(multiplicity: IntArray) -> float:
    return float(np.exp(min(np.log1p(multiplicity).sum(), 700.0)))


def _reached(
    observed: FloatArray, blocks: Iterator[tuple[FloatArray, FloatArray]]
) -> tuple[FloatArray, FloatArray]:
    """The probability that a pattern's statistic, or its largest over k, reaches the observed."""
    alone, largest = np.zeros(len(observed)), np.zeros(len(observed))
    for statistics, probability in blocks:
        alone += probability @ (statistics >= observed)
        largest += probability @ (statistics.max(axis=1)[:, None] >= observed)
    return np.minimum(alone, 1.0), np.minimum(largest, 1.0)


def _enumerate(
    units: FloatArray, multiplicity: IntArray
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Every number of minus signs in each group of equal rows, with its binomial probability.

    The groups are shared out to two halves, so that a pattern is one of each, and most of the work
    is one addition a pattern.
    """
    halves: list[list[int]] = [[], []]
    patterns = [1, 1]
    for group in np.argsort(-multiplicity, kind="stable").tolist():
        smaller = int(patterns[1] < patterns[0])
        halves[smaller].append(group)
        patterns[smaller] *= int(multiplicity[group]) + 1
    (sums, chance), (others, other_chance) = (_half(units[at], multiplicity[at]) for at in halves)
    step = max(1, _BLOCK // max(1, others.size))
    for start in range(0, len(sums), step):
        block = slice(start, start + step)
        statistics = np.abs(sums[block, None] + others).reshape(-1, units.shape[1])
        yield statistics, np.outer(chance[block], other_chance).ravel()


def _half(units: FloatArray, multiplicity: IntArray) -> tuple[FloatArray, FloatArray]:
    """The sums of some groups under all their patterns, and the probability of each."""
    from scipy.stats import binom

    sums, chance = np.zeros((1, units.shape[1])), np.ones(1)
    for row, each in zip(units, multiplicity.tolist(), strict=True):
        minus = np.arange(each + 1)
        sums = (sums[:, None] + (each - 2 * minus)[:, None] * row).reshape(-1, len(row))
        chance = np.outer(chance, [0.5, 0.5] if each == 1 else binom.pmf(minus, each, 0.5)).ravel()
    return sums, chance


def _draw(
    units: FloatArray, multiplicity: IntArray, rng: np.random.Generator, flips: int
) -> Iterator[tuple[FloatArray, FloatArray]]:
    every = np.repeat(units, multiplicity, axis=0)
    total = every.sum(axis=0)
    step = max(1, _BLOCK // len(every))
    for start in range(0, flips, step):
        rows = min(step, flips - start)
        plus = rng.integers(0, 2, (rows, len(every)), dtype=np.bool_).astype(np.float64)
        yield np.abs(2.0 * (plus @ every) - total), np.full(rows, 1.0 / flips)


def _normal_limit(
    observed: FloatArray,
    units: FloatArray,
    multiplicity: IntArray,
    rng: np.random.Generator,
    draws: int,
) -> tuple[FloatArray, FloatArray]:
    from scipy.special import ndtr

    p = 2.0 * ndtr(-observed)
    if len(observed) == 1:
        return p, p
    covariance = (units * multiplicity[:, None]).T @ units
    root = _square_root(covariance)
    largest = np.abs(rng.standard_normal((draws, len(observed))) @ root).max(axis=1)
    reached = (largest[:, None] >= observed).sum(axis=0)
    # The draws resolve no further than 1 / draws; Bonferroni's bound does, far out.
    return p, np.minimum((1 + reached) / (1 + draws), np.minimum(len(observed) * p, 1.0))


def _square_root(covariance: FloatArray) -> FloatArray:
    """A matrix R with R'R = covariance, which may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    root: FloatArray = np.sqrt(np.maximum(values, 0.0))[:, None] * vectors.T
    return root
