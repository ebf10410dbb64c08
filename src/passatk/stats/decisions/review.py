"""How many candidates should a developer review? Value, cost and the k that balances them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from passatk.errors import DataError, PassatkError
from passatk.stats.kernel import Pairs, distinct_pairs
from passatk.stats.outcomes import Outcomes
from passatk.stats.resampling import DEFAULT_SEED, pair_masses, resampled_masses
from passatk.stats.stopping import check_random_order
from passatk.stats.validation import FloatArray, IntArray, check_level


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Who reviews, and what things are worth; all in the unit that ``value`` is given in.

    The reviewer looks at candidates one by one in random order and accepts the first that seems
    right. Judgements of different candidates are independent given what they are.

    Attributes:
        sensitivity: s, the chance of accepting a right candidate, in (0, 1].
        false_accept: f, the chance of accepting a wrong one, in [0, 1].
        value: v, of a right program accepted.
        loss: L, of a wrong program accepted.
        generation_cost: of making one candidate; all k are made before the review.
        review_cost: of looking at one candidate.
        latency_cost: of waiting for one candidate.
        latency: ``"sequential"``: k candidates take k times as long; ``"parallel"``: as long as
            one.

    Raises:
        PassatkError: a number out of its range.
    """

    sensitivity: float = 1.0
    false_accept: float = 0.0
    value: float = 1.0
    loss: float = 1.0
    generation_cost: float = 0.0
    review_cost: float = 0.0
    latency_cost: float = 0.0
    latency: Literal["sequential", "parallel"] = "sequential"

    def __post_init__(self) -> None:
        if not 0.0 < self.sensitivity <= 1.0:
            raise PassatkError(
                f"sensitivity must satisfy 0 < s <= 1; got sensitivity={self.sensitivity}"
            )
        if not 0.0 <= self.false_accept <= 1.0:
            raise PassatkError(
                f"false_accept must satisfy 0 <= f <= 1; got false_accept={self.false_accept}"
            )
        for name in ("value", "loss", "generation_cost", "review_cost", "latency_cost"):
            amount = getattr(self, name)
            if not (np.isfinite(amount) and amount >= 0):
                raise PassatkError(f"{name} must be finite and not negative; got {name}={amount}")
        if self.latency not in ("sequential", "parallel"):
            raise PassatkError(f"latency must be sequential or parallel; got {self.latency!r}")


@dataclass(frozen=True, slots=True)
class ReviewCurve:
    """What reviewing up to k candidates brings, for k = 0..K; arrays of shape (K + 1,).

    Attributes:
        k: 0 means to do without the model, which costs and brings nothing.
        right, wrong: the chance that a right, or a wrong, candidate is accepted.
        reviews: candidates looked at on average.
        cost: generation, review and waiting.
        utility: value * right - loss * wrong - cost.
        cost_per_solved: cost / right; NaN where ``right`` is 0.
    """

    k: IntArray
    right: FloatArray
    wrong: FloatArray
    reviews: FloatArray
    cost: FloatArray
    utility: FloatArray
    cost_per_solved: FloatArray

    @property
    def best(self) -> int:
        """The smallest k of largest utility."""
        return int(self.utility.argmax())

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON; NaN becomes None."""
        return {
            field.name: [None if x != x else x for x in getattr(self, field.name).tolist()]
            for field in dataclasses.fields(self)
        }


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

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "k": self.k,
            "low": self.low,
            "high": self.high,
            "level": self.level,
            "regret_of_k": float(self.regret[self.k]),
            "at_the_edge": self.at_the_edge,
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
    resamples: int = 2000,
    rng: np.random.Generator | None = None,
) -> BestK:
    """The number of candidates that a reviewing developer should be given.

    With C candidates of n right, drawn and reviewed in random order, step t is reached with the
    weight (1-s)^j (1-f)^(t-1-j) for j right among the first t-1, and ends there at a right one with
    (C-j)/(n-t+1) s or at a wrong one with the rest times f. Averaging over the hypergeometric j
    estimates the chances without bias for every k <= n at once. Every false accept ends the
    search, so f > 0 caps the useful k even if candidates cost nothing (arXiv 2411.17501).

    Args:
        outcomes: counts suffice; weights count, clusters are resampled as a whole, strata play no
            part.
        largest: the largest k considered; by default the smallest n.
        level: of the interval for the best k.
        resamples: benchmarks resampled with replacement.
        rng: draws them; by default a fixed seed.

    Raises:
        DataError: ``largest`` exceeds the smallest n, or attempts were stopped by their results.

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
    pairs = distinct_pairs(outcomes.n, outcomes.c)
    tables = _review(pairs.n, pairs.c, largest, assumptions)
    curve = _mean_curve(outcomes, pairs, tables, assumptions)
    drawn = resampled_masses(outcomes, pairs, resamples, rng)
    drawn /= drawn.sum(axis=1, keepdims=True)
    utilities = _curve(tuple(drawn @ table for table in tables), assumptions).utility
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
    )


def review_curve(
    outcomes: Outcomes, assumptions: Reviewing, *, largest: int | None = None
) -> ReviewCurve:
    """What reviewing up to k candidates brings, for every k; see :func:`best_k`."""
    largest = _check_largest(outcomes, largest)
    pairs = distinct_pairs(outcomes.n, outcomes.c)
    return _mean_curve(
        outcomes, pairs, _review(pairs.n, pairs.c, largest, assumptions), assumptions
    )


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
    return _curve(tuple(masses @ table / masses.sum() for table in tables), about)


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


def _curve(means: tuple[FloatArray, ...], about: Reviewing) -> ReviewCurve:
    right, wrong, reviews = means
    k = np.arange(right.shape[-1])
    waits = k if about.latency == "sequential" else np.minimum(k, 1)
    cost = about.generation_cost * k + about.review_cost * reviews + about.latency_cost * waits
    with np.errstate(divide="ignore", invalid="ignore"):
        per_solved = np.where(right > 0, cost / right, np.nan)
    return ReviewCurve(
        k=k,
        right=right,
        wrong=wrong,
        reviews=reviews,
        cost=cost,
        utility=about.value * right - about.loss * wrong - cost,
        cost_per_solved=per_solved,
    )
