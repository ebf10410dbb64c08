"""Were the attempts put in order: the best first, and a tail of repeats?

Two things have to come together, each tested against random orders within problems: the first
attempt passes more often than the others, D(1) = F(1) - pass@1 > 0, and attempts repeat earlier
ones (but for names) later than they would in a random order. The p-value is the larger of the two,
so that either alone is not enough.

Source: Berger 1982, Technometrics 24:295 (intersection-union tests).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.integrity.evidence import Tested, exceedance, fewest, mean_interval, nothing
from passatk.analysis.integrity.part import Part
from passatk.stats.validation import FloatArray

CODE = "integrity.order"


def sorted_attempts(
    parts: Sequence[Part], *, stopped: bool, level: float, draws: int, rng: np.random.Generator
) -> Tested | Finding:
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
    late, expected, total = np.zeros(len(parts)), np.zeros(len(parts)), np.zeros(draws)
    p_of_problem: dict[str, float] = {}
    for i, group in repeats:
        late[i], drawn = _lateness(group, draws, rng)
        expected[i] = drawn.mean()
        total += drawn
        p_best = float(rate[i]) if parts[i].passed[0] else 1.0
        p_of_problem[parts[i].problem] = max(p_best, exceedance(late[i], drawn))
    p_late = exceedance(float(late.sum()), total)
    effect = float(first.mean())
    low, high = mean_interval(first, level, -1.0, 1.0)
    told = (
        f"The first attempt passes {effect:+.3f} more often than the mean one (p={p_first:.3g}), "
        f"and attempts that repeat others come {_later(late, expected, repeats):+.1%} of a run "
        f"later than in random order (p={p_late:.3g})"
    )
    return Tested(
        Finding(
            CODE,
            "not found",
            f"{told}: no sign of both.",
            effect=effect,
            unit="pass rate of the first attempt minus pass@1",
            low=low,
            high=high,
            p=max(p_first, p_late),
            method="random orders within problems; the larger p of both signs, each one-sided",
            problems=len(parts),
            attempts=attempts,
            evidence=fewest(
                np.where(first > 0, late - expected, 0.0), [part.problem for part in parts]
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


def _lateness(group: list[int], draws: int, rng: np.random.Generator) -> tuple[float, FloatArray]:
    """How early first occurrences are, summed and with a minus: large if repeats come late.

    A random order of the attempts gives each a place; the first occurrence of a group is the
    smallest place of its members.
    """
    by_group = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(np.array(group)[by_group], prepend=-1))
    observed = -float(np.minimum.reduceat(by_group, starts).sum())
    places = np.tile(np.arange(len(group), dtype=np.int32), (draws, 1))
    rng.permuted(places, axis=1, out=places)
    drawn: FloatArray = -np.minimum.reduceat(places, starts, axis=1).sum(axis=1).astype(np.float64)
    return observed, drawn


def _later(
    late: FloatArray, expected: FloatArray, repeats: Sequence[tuple[int, list[int]]]
) -> float:
    """By how much of a run a repeat comes later than in random order, in the mean."""
    shifts = [
        (late[i] - expected[i]) / (len(group) - len(set(group))) / len(group)
        for i, group in repeats
    ]
    return float(np.mean(shifts))
