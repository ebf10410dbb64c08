"""Were the attempts put in order: the best first, and a tail of repeats?

Two things have to come together, each tested against random orders within problems: the first
attempt passes more often than the others, D(1) = F(1) - pass@1 > 0, and the run of attempts at the
end that repeat earlier ones (but for names) is longer than in a random order. The p-value is the
larger of the two, so that either alone is not enough.

Source: Berger 1982, Technometrics 24:295 (intersection-union tests).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.integrity.evidence import Answer, exceedance, fewest, mean_interval, nothing
from passatk.analysis.integrity.part import Part
from passatk.stats.validation import FloatArray

CODE = "integrity.order"


def sorted_attempts(
    parts: Sequence[Part], *, stopped: bool, level: float, draws: int, rng: np.random.Generator
) -> Answer | Finding:
    """Test both signs of sorting.

    Args:
        stopped: whether attempts were ended by a pass, which puts it last whatever else happened.
    """
    attempts = sum(part.n for part in parts)
    if stopped or any(part.chained for part in parts):
        return nothing(CODE, "Attempts were not independent of the results before them.")
    first = np.array([part.passed[0] - part.c / part.n for part in parts])
    rate = np.array([part.c / part.n for part in parts])
    repeats = [(i, values) for i, part in enumerate(parts) if (values := _groups(part)) is not None]
    if not repeats or not ((rate > 0) & (rate < 1)).any():
        return nothing(
            CODE,
            "No problem has both results that differ and attempts that repeat others.",
            problems=len(parts),
            attempts=attempts,
        )
    hits = (rng.random((draws, len(parts))) < rate).sum(axis=1) - rate.sum()
    p_first = exceedance(float(first.sum()), hits)
    tail, expected, total = np.zeros(len(parts)), np.zeros(len(parts)), np.zeros(draws)
    p_of_problem: dict[str, float] = {}
    for i, group in repeats:
        tail[i], drawn = _tail(group, draws, rng)
        expected[i] = drawn.mean()
        total += drawn
        p_best = float(rate[i]) if parts[i].passed[0] else 1.0
        p_of_problem[parts[i].problem] = max(p_best, exceedance(tail[i], drawn))
    p_tail = exceedance(float(tail.sum()), total)
    effect = float(first.mean())
    low, high = mean_interval(first, level, -1.0, 1.0)
    more = "more" if effect > 0 else "less"
    told = (
        f"The first attempt passes {100 * abs(effect):.1f} points {more} often than the mean one "
        f"(p={p_first:.3g}), and {tail.mean():.1f} attempts at the end of a problem repeat earlier "
        f"ones, {expected.mean():.1f} in random order (p={p_tail:.3g})"
    )
    return Answer(
        Finding(
            CODE,
            "not found",
            f"{told}: no sign of both.",
            effect=effect,
            unit="pass rate of the first attempt minus pass@1",
            low=low,
            high=high,
            p=max(p_first, p_tail),
            method="random orders within problems; the larger p of both signs, each one-sided",
            problems=len(parts),
            attempts=attempts,
            evidence=fewest(
                np.where(first > 0, tail - expected, 0.0), [part.problem for part in parts]
            ),
        ),
        f"{told}: consistent with attempts sorted best first and filled up with repeats.",
        0.0,
        float(hits.std()) / len(parts),
        p_of_problem,
    )


def _groups(part: Part) -> list[int] | None:
    """The size of each group of equal programs and their attempts, group by group; None without
    a repeat."""
    _, group, sizes = np.unique(
        np.array([facts.program for facts in part.facts], dtype=np.uint64),
        return_inverse=True,
        return_counts=True,
    )
    return None if len(sizes) in (1, part.n) else group.tolist()


def _tail(group: list[int], draws: int, rng: np.random.Generator) -> tuple[float, FloatArray]:
    """How many attempts at the end repeat earlier ones, in the order made and in random ones.

    A random order gives each attempt a place; a group begins at the smallest place of its members,
    and the tail begins after the last beginning.
    """
    last = len(group) - 1
    by_group = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(np.array(group)[by_group], prepend=-1))
    observed = float(last - np.minimum.reduceat(by_group, starts).max())
    places = np.tile(np.arange(len(group), dtype=np.int32), (draws, 1))
    rng.permuted(places, axis=1, out=places)
    begins = np.minimum.reduceat(places, starts, axis=1).max(axis=1)
    return observed, last - begins.astype(np.float64)
