"""How many candidates should a developer review? Value, cost and the k that balances them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from passatk.errors import DataError, PassatkError
from passatk.stats.decisions.reviewing import ReviewCurve, Reviewing, curve_of
from passatk.stats.kernel import Pairs, distinct_pairs
from passatk.stats.order.sequences import Sequences
from passatk.stats.outcomes import Outcomes
from passatk.stats.resampling import DEFAULT_SEED, pair_masses, resampled_masses
from passatk.stats.stopping import check_random_order
from passatk.stats.validation import FloatArray, IntArray, check_choice, check_level

ReviewOrder = Literal["random", "generation"]
"""``"random"``: any order of the candidates is as likely; ``"generation"``: as they were made."""


@dataclass(frozen=True, slots=True)
class BestK:
    """The k of largest utility, and how sure that is.

    Attributes:
        k: the smallest k of largest utility; 0 says that no review pays.
        curve: utilities for every k.
        assumptions: what they rest on.
        distribution: for k = 0..K, the share of resampled benchmarks in which it is the best.
        low, high: quantiles of that distribution, holding ``level`` of it between them.
        regret: for k = 0..K, the mean over resampled benchmarks of what k loses against their
            best; a flat curve has many k of nearly no regret, whatever the spread of the best k.
        level: of ``low`` and ``high``.
        problems: how many problems this rests on.
        at_the_edge: the best k is the largest that the attempts allow; more might be better.
        order: in which candidates are shown.
    """

    k: int
    curve: ReviewCurve
    assumptions: Reviewing
    distribution: FloatArray
    low: int
    high: int
    regret: FloatArray
    level: float
    problems: int
    at_the_edge: bool
    order: ReviewOrder = "random"

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "k": self.k,
            "low": self.low,
            "high": self.high,
            "level": self.level,
            "regret_of_k": float(self.regret[self.k]),
            "at_the_edge": self.at_the_edge,
            "order": self.order,
            "problems": self.problems,
            "assumptions": dataclasses.asdict(self.assumptions),
            "curve": self.curve.to_dict(),
            "distribution": self.distribution.tolist(),
            "regret": self.regret.tolist(),
        }


def best_k(
    outcomes: Outcomes,
    assumptions: Reviewing,
    *,
    largest: int | None = None,
    level: float = 0.95,
    order: ReviewOrder = "random",
    resamples: int = 2000,
    rng: np.random.Generator | None = None,
) -> BestK:
    """The number of candidates that a reviewing developer should be given.

    With C candidates of n right, drawn and reviewed in random order, step t is reached with the
    weight (1-s)^j (1-f)^(t-1-j) for j right among the first t-1, and ends there at a right one with
    (C-j)/(n-t+1) s or at a wrong one with the rest times f. Averaging over the hypergeometric j
    estimates the chances without bias for every k <= n at once. Every false accept ends the
    search, so f > 0 caps the useful k even if candidates cost nothing (arXiv 2411.17501).

    Where the order of attempts matters, ``order="generation"`` reviews the first k attempts of each
    problem as they were made, which assumes nothing about their order and is less precise.

    Args:
        outcomes: counts suffice for random order; weights count, clusters are resampled as a
            whole, strata play no part.
        largest: the largest k considered; by default the smallest n.
        level: of the interval for the best k.
        order: in which candidates are shown.
        resamples: benchmarks resampled with replacement.
        rng: draws them; by default a fixed seed.

    Raises:
        DataError: ``largest`` exceeds the smallest n, attempts were stopped by their results, or
            their order is asked for and not known.

    >>> outcomes = Outcomes.from_counts(20, [0, 2, 6, 14] * 10)
    >>> best_k(outcomes, Reviewing(review_cost=0.02)).k
    15
    >>> best_k(outcomes, Reviewing(review_cost=0.02, false_accept=0.1, loss=2)).k
    2
    """
    check_level(level)
    largest = _check_largest(outcomes, largest)
    if resamples < 1:
        raise PassatkError(f"resamples must be at least 1; got resamples={resamples}")
    rng = np.random.default_rng(DEFAULT_SEED) if rng is None else rng
    pairs, tables = _tables(outcomes, largest, assumptions, order)
    curve = _mean_curve(outcomes, pairs, tables, assumptions)
    drawn = resampled_masses(outcomes, pairs, resamples, rng)
    drawn /= drawn.sum(axis=1, keepdims=True)
    utilities = curve_of(tuple(drawn @ table for table in tables), assumptions).utility
    best = utilities.argmax(axis=1)
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(best, [tail, 1.0 - tail], method="inverted_cdf")
    return BestK(
        k=curve.best,
        curve=curve,
        assumptions=assumptions,
        distribution=np.bincount(best, minlength=largest + 1) / resamples,
        low=int(low),
        high=int(high),
        regret=np.mean(utilities.max(axis=1, keepdims=True) - utilities, axis=0),
        level=level,
        problems=len(outcomes),
        at_the_edge=curve.best == largest,
        order=order,
    )


def review_curve(
    outcomes: Outcomes,
    assumptions: Reviewing,
    *,
    largest: int | None = None,
    order: ReviewOrder = "random",
) -> ReviewCurve:
    """What reviewing up to k candidates brings, for every k; see :func:`best_k`."""
    largest = _check_largest(outcomes, largest)
    pairs, tables = _tables(outcomes, largest, assumptions, order)
    return _mean_curve(outcomes, pairs, tables, assumptions)


def _check_largest(outcomes: Outcomes, largest: int | None) -> int:
    check_random_order(outcomes.stopping, outcomes.n, "a review in random order")
    shortest = int(outcomes.n.min())
    if largest is None:
        return shortest
    if not 1 <= largest <= shortest:
        raise DataError(
            f"largest k={largest} is not possible",
            field="largest",
            expected=f"1 <= k <= {shortest}, the fewest attempts at a problem",
            found=f"{largest}",
        )
    return largest


def _mean_curve(
    outcomes: Outcomes, pairs: Pairs, tables: tuple[FloatArray, ...], about: Reviewing
) -> ReviewCurve:
    masses = pair_masses(outcomes, pairs)
    return curve_of(tuple(masses @ table / masses.sum() for table in tables), about)


def _tables(
    outcomes: Outcomes, largest: int, about: Reviewing, order: ReviewOrder
) -> tuple[Pairs, tuple[FloatArray, FloatArray, FloatArray]]:
    """Right, wrong and reviews of problems that are alike, and which problems are."""
    check_choice("order", order, ("random", "generation"))
    if order == "random":
        pairs = distinct_pairs(outcomes.n, outcomes.c)
        return pairs, _review(pairs.n, pairs.c, largest, about)
    every = Sequences.of(outcomes)
    starts = np.cumsum(every.n) - every.n
    first = every.results[starts[:, None] + np.arange(largest)]
    rows, index = np.unique(first, axis=0, return_inverse=True)
    place = np.arange(len(rows))
    return Pairs(place, place, index.ravel()), _review_as_made(rows.astype(np.float64), about)


def _review_as_made(
    rows: FloatArray, about: Reviewing
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Of each row of results, in this order: as :func:`_review`."""
    accepts = about.sensitivity * rows, about.false_accept * (1.0 - rows)
    goes_on = np.cumprod(1.0 - accepts[0] - accepts[1], axis=1)
    reached = np.hstack([np.ones((len(rows), 1)), goes_on[:, :-1]])
    right, wrong, reviews = (
        np.hstack([np.zeros((len(rows), 1)), np.cumsum(each, axis=1)])
        for each in (accepts[0] * reached, accepts[1] * reached, reached)
    )
    return right, wrong, reviews


def _review(
    n: IntArray, c: IntArray, largest: int, about: Reviewing
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Of each (n, c): chance of right, of wrong, and mean reviews, shape (U, largest + 1)."""
    s, f = about.sensitivity, about.false_accept
    right, wrong, reviews = (np.zeros((len(n), largest + 1)) for _ in range(3))
    # still[u, j]: no candidate accepted so far, j right ones rejected.
    still = np.zeros((len(n), largest + 2))
    still[:, 0] = 1.0
    j = np.arange(largest + 2)
    for t in range(1, largest + 1):
        share = np.clip((c[:, None] - j) / (n[:, None] - t + 1), 0.0, 1.0)
        meets_right, meets_wrong = still * share, still * (1.0 - share)
        right[:, t] = right[:, t - 1] + s * meets_right.sum(axis=1)
        wrong[:, t] = wrong[:, t - 1] + f * meets_wrong.sum(axis=1)
        reviews[:, t] = reviews[:, t - 1] + still.sum(axis=1)
        still = (1.0 - f) * meets_wrong
        still[:, 1:] += (1.0 - s) * meets_right[:, :-1]
    return right, wrong, reviews
