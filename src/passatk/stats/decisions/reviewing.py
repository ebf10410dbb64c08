"""Who reviews candidates, what things are worth, and what reviewing up to k of them brings."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from passatk.errors import PassatkError
from passatk.stats.validation import FloatArray, IntArray


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


def curve_of(means: tuple[FloatArray, ...], about: Reviewing) -> ReviewCurve:
    """From the means of right, wrong and reviews over problems, shape (..., K + 1) each."""
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
