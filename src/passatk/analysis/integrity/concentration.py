"""Does the gain of further attempts come from one kind of problem?

The gap of a problem is pass@k - pass@1. With share_s of all gaps in category s, the statistic is
sum_s share_s^2: 1 / categories if all gain alike, 1 if one gains alone. By chance it is what
categories permuted among the problems give, among those of one difficulty where that is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.integrity.evidence import Answer, claimed, exceedance, fewest, nothing
from passatk.analysis.integrity.part import Part
from passatk.stats.kernel import pass_table
from passatk.stats.result import Caveat
from passatk.stats.validation import FloatArray, IntArray

CODE = "integrity.concentration"
LARGEST_K = 10
_NOT_BY_ITSELF = Caveat(
    "difficulty",
    "categories that differ in difficulty differ in what further attempts gain, without any game",
)


def concentration(
    parts: Sequence[Part],
    strata: Mapping[str, tuple[str | None, str | None, str | None]],
    *,
    level: float,
    draws: int,
    rng: np.random.Generator,
) -> Answer | Finding:
    """Test the concentration of the gap; which categories stand out, and what is left without them.

    Args:
        strata: category, difficulty and cluster of each problem by name.
    """
    attempts = sum(part.n for part in parts)
    if any(part.chained for part in parts):
        return nothing(CODE, "Attempts are steps of chains, which pass@k says nothing about.")
    tagged = [part for part in parts if strata.get(part.problem, (None,))[0] is not None]
    categories = sorted({str(strata[part.problem][0]) for part in tagged})
    k = min(LARGEST_K, *(part.n for part in parts))
    gap = _gaps(tagged, k)
    if len(categories) < 2 or k < 2 or gap.sum() <= 0:
        why = "Problems have no categories" if len(categories) < 2 else "Attempts gain nothing"
        return nothing(CODE, f"{why} that could be compared.", attempts=attempts)
    tag = np.array([categories.index(str(strata[part.problem][0])) for part in tagged])
    levels = [str(strata[part.problem][1]) for part in tagged]
    shares = _shares(gap, tag[None], len(categories))[0]
    drawn = _shares(gap, _permuted(tag, levels, draws, rng), len(categories))
    statistic = float((shares**2).sum())
    null = (drawn**2).sum(axis=1)
    p_of_category = {
        name: exceedance(float(shares[s]), drawn[:, s]) for s, name in enumerate(categories)
    }
    most = int(np.argmin([p_of_category[name] for name in categories]))
    name = categories[most]
    without = gap[tag != most]
    named = sorted(claimed(p_of_category, level)) or [name]
    inside = tag == most
    told = (
        f"{shares[most]:.0%} of what {k} attempts gain over one comes from {name!r}, which has "
        f"{inside.mean():.0%} of the problems; without it the gain is {without.mean():.3f} in "
        f"place of {gap.mean():.3f}"
    )
    return Answer(
        Finding(
            CODE,
            "not found",
            f"{told}: no more uneven than categories given out by chance.",
            effect=statistic,
            unit=f"sum of squared shares of the gain over {len(categories)} categories",
            p=exceedance(statistic, null),
            method="categories permuted among problems of one difficulty, one-sided",
            problems=len(tagged),
            attempts=sum(part.n for part in tagged),
            caveats=(_NOT_BY_ITSELF,),
            evidence=fewest(np.where(inside, gap, 0.0), [part.problem for part in tagged]),
        ),
        f"{told}: consistent with skill in some kinds of problems only ({', '.join(named)}).",
        float(null.mean()),
        float(null.std()),
    )


def _gaps(parts: Sequence[Part], k: int) -> FloatArray:
    n = np.array([part.n for part in parts], dtype=np.int64)
    c = np.array([part.c for part in parts], dtype=np.int64)
    values = pass_table(n, c, np.array([1, k]))
    gap: FloatArray = values[:, 1] - values[:, 0]
    return gap


def _permuted(
    tag: IntArray, levels: Sequence[str], draws: int, rng: np.random.Generator
) -> IntArray:
    tags = np.tile(tag, (draws, 1))
    for each in sorted(set(levels)):
        at = np.flatnonzero(np.array(levels) == each)
        tags[:, at] = rng.permuted(tags[:, at], axis=1)
    return tags


def _shares(gap: FloatArray, tags: IntArray, count: int) -> FloatArray:
    """The share of all gaps in each category, shape (B, categories)."""
    rows = np.arange(len(tags))[:, None] * count
    sums = np.bincount((tags + rows).ravel(), np.tile(gap, len(tags)), minlength=len(tags) * count)
    shares: FloatArray = sums.reshape(len(tags), count) / gap.sum()
    return shares
