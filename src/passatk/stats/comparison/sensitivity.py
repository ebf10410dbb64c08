"""What changes with a condition: temperature, prompt, tests, time limit.

Each condition is a run of the same model on the same problems. A contrast says by how much a
condition moves pass@k; a crossing, at which k two conditions change places; the agreement of two
rankings, whether a condition changes which model is best.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from passatk.errors import PassatkError
from passatk.stats.comparison.change import Comparison
from passatk.stats.comparison.paired import compare
from passatk.stats.comparison.pairing import (
    align,
    differences,
    pass_by_problem,
    sum_over_units,
)
from passatk.stats.comparison.sign_flip import sign_flip
from passatk.stats.multiplicity import holm
from passatk.stats.outcomes import Outcomes
from passatk.stats.validation import FloatArray, IntArray, check_level

_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Contrast:
    """A condition against the reference, with a p-value for the family of all contrasts.

    Attributes:
        condition: its name.
        comparison: condition minus reference at one k.
        p_holm: its p-value among those of all conditions and k, after Holm.
    """

    condition: str
    comparison: Comparison
    p_holm: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "condition": self.condition,
            "comparison": self.comparison.to_dict(),
            "p_holm": self.p_holm,
        }


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where the pass@k curves of two runs change places.

    Attributes:
        k: the first k at which the sign of the difference is the opposite of that at k = 1; None
            if there is none up to the smallest n.
        low, high: the interval of k over resamples that cross at all; None if none does.
        level: its confidence level.
        probability: the share of resamples that cross.
        supported: whether the run is surely ahead at some k and surely behind at another, both
            signs tested for all k together: only then do the data show a crossing.
    """

    k: int | None
    low: int | None
    high: int | None
    level: float
    probability: float
    supported: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class RankAgreement:
    """How alike two rankings of the same models are.

    Attributes:
        tau: Kendall's tau-b, 1 for the same order, -1 for the reverse, in [-1, 1].
        low, high: percentile interval over resampled problems.
        level: its confidence level.
        swapped: pairs of models that stand in opposite order.
    """

    tau: float
    low: float
    high: float
    level: float
    swapped: tuple[tuple[str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def contrasts(
    conditions: Mapping[str, Outcomes],
    reference: str,
    k: int | Sequence[int] = 1,
    *,
    level: float = 0.95,
    rng: np.random.Generator | None = None,
) -> list[Contrast]:
    """Every condition against the reference, paired over problems.

    Args:
        conditions: runs by the name of their condition, the reference among them.
        reference: the condition that the others are held against.
        k: attempts allowed; the family of tests is every condition at every k.
        level: confidence level of the (single) intervals.
        rng: as in ``compare``.

    Returns:
        for each condition but the reference, in order, one contrast for each k.

    Raises:
        DataError, PassatkError: as ``compare``; an unknown reference.
    """
    if reference not in conditions:
        raise PassatkError(
            f"reference must be one of {', '.join(conditions)}; got reference={reference!r}"
        )
    base = conditions[reference]
    rng = np.random.default_rng(0) if rng is None else rng
    compared = {
        name: compare(run, base, k, level=level, rng=rng)
        for name, run in conditions.items()
        if name != reference
    }
    every = [(name, each) for name, row in compared.items() for each in row]
    adjusted = holm([each.p for _, each in every])
    return [Contrast(name, each, float(p)) for (name, each), p in zip(every, adjusted, strict=True)]


def crossing(
    a: Outcomes,
    b: Outcomes,
    *,
    level: float = 0.95,
    resamples: int = _RESAMPLES,
    rng: np.random.Generator | None = None,
) -> Crossing:
    """The k from which on another of two runs is ahead, if there is one.

    A sharper model (lower temperature) often leads at k = 1 and falls behind at larger k.

    Args:
        a, b: two runs on the same problems; k runs up to the smallest n of both.
        level: confidence level.
        resamples: of problems, or of clusters, for the interval of k.
        rng: by default ``numpy.random.default_rng(0)``.

    Raises:
        DataError: the problems differ.

    >>> sharp = Outcomes.from_counts(20, [20] * 160 + [0] * 240)
    >>> broad = Outcomes.from_counts(20, [8] * 300 + [0] * 100)
    >>> found = crossing(broad, sharp)
    >>> found.k, found.supported
    (2, True)
    """
    check_level(level)
    rng = np.random.default_rng(0) if rng is None else rng
    a, b = align([a, b])
    ks = np.arange(1, int(min(a.largest_k.min(), b.largest_k.min())) + 1)
    units, counts = differences(a, b, ks).units()
    point = _first_crossing((counts @ units)[None, :])[0]
    first = _first_crossing(_resampled(units, counts, resamples, rng))
    crossed = first[first > 0]
    tails = (1 - level) / 2
    low, high = (
        (int(np.quantile(crossed, q, method="inverted_cdf")) for q in (tails, 1 - tails))
        if len(crossed)
        else (None, None)
    )
    sure = sign_flip(units, counts, rng).p_adjusted <= 1 - level
    signs = np.sign(counts @ units)[sure]
    return Crossing(
        k=int(point) or None,
        low=low,
        high=high,
        level=level,
        probability=len(crossed) / resamples,
        supported=bool((signs > 0).any() and (signs < 0).any()),
    )


def rank_agreement(
    first: Mapping[str, Outcomes],
    second: Mapping[str, Outcomes],
    k: int = 1,
    *,
    level: float = 0.95,
    resamples: int = _RESAMPLES,
    rng: np.random.Generator | None = None,
) -> RankAgreement:
    """Whether two conditions rank the same models alike.

    Args:
        first, second: runs by model, the same models under either condition, all on the same
            problems.
        k: attempts allowed.
        level: confidence level of the percentile interval.
        resamples: of problems, the same for all models and both conditions; of clusters, where
            the runs have them.
        rng: by default ``numpy.random.default_rng(0)``.

    Raises:
        DataError: problems differ, or k > n.
        PassatkError: other models in ``second``, or fewer than two.
    """
    check_level(level)
    if len(first) < 2 or set(first) != set(second):
        raise PassatkError(
            "both conditions need the same models, two at least; "
            f"got {', '.join(first)} and {', '.join(second)}"
        )
    rng = np.random.default_rng(0) if rng is None else rng
    names = list(first)
    runs = align([*first.values(), *(second[name] for name in names)])
    h = pass_by_problem(runs, k)
    units, counts = np.unique(sum_over_units(h, runs[0]), axis=0, return_counts=True)
    one, two = np.triu_indices(len(names), 1)

    def signs(totals: FloatArray) -> tuple[FloatArray, FloatArray]:
        halves = totals[:, : len(names)], totals[:, len(names) :]
        before, after = (np.sign(np.round(x[:, one] - x[:, two], 9)) for x in halves)
        return before, after

    before, after = signs((counts @ units)[None, :])
    taus = _tau(*signs(_resampled(units, counts, resamples, rng)))
    tails = (1 - level) / 2
    opposite = before[0] * after[0] < 0
    return RankAgreement(
        tau=float(_tau(before, after)[0]),
        low=float(np.quantile(taus, tails)),
        high=float(np.quantile(taus, 1 - tails)),
        level=level,
        swapped=tuple(
            (names[i], names[j]) for i, j in zip(one[opposite], two[opposite], strict=True)
        ),
    )


def _resampled(
    units: FloatArray, counts: IntArray, resamples: int, rng: np.random.Generator
) -> FloatArray:
    """Totals over units drawn with replacement, shape (resamples, K)."""
    total = int(counts.sum())
    drawn: FloatArray = rng.multinomial(total, counts / total, size=resamples) @ units
    return drawn


def _first_crossing(totals: FloatArray) -> IntArray:
    """The first k whose sign is the opposite of that of the first k with a sign; 0 for none."""
    signs = np.sign(np.round(totals, 9))
    lead = signs[np.arange(len(signs)), (signs != 0).argmax(axis=1)]
    opposite = signs * lead[:, None] < 0
    return np.where(opposite.any(axis=1), opposite.argmax(axis=1) + 1, 0)


def _tau(before: FloatArray, after: FloatArray) -> FloatArray:
    """Kendall's tau-b from the signs of all pairs; 0 where a ranking is all ties."""
    untied = np.sqrt((before**2).sum(axis=1) * (after**2).sum(axis=1))
    tau: FloatArray = (before * after).sum(axis=1) / np.where(untied > 0, untied, 1.0)
    return tau
