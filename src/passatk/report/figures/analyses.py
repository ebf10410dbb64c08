"""From the results of analyses to what figures are drawn from."""

from __future__ import annotations

from collections.abc import Iterator

from passatk.analysis.diversity import Diversity
from passatk.analysis.programs import APPROACH, NORMAL, SHAPE, TEXT
from passatk.analysis.selection import Selection
from passatk.analysis.sensitivity import Sensitivity
from passatk.analysis.sensitivity.rescored import Rescored
from passatk.report.figures.diversity import (
    Approaches,
    Rarefaction,
    VariantCurve,
    draw_approaches,
    draw_first_variant,
    draw_rarefaction,
)
from passatk.report.figures.figure import Figure
from passatk.report.figures.selection import Selecting, draw_selection
from passatk.report.figures.sensitivity import ConditionEffect, draw_sensitivity


def of_diversity(found: Diversity) -> list[Figure]:
    """Approaches at each problem, what variants bring, and different programs among k attempts."""
    approaches = found.levels.get(APPROACH)
    sized = [part for part in found.problems if APPROACH in part.sizes]
    gains = () if approaches is None else approaches.gains
    # From the strictest to the one that findings call an approach; others lie close to these.
    shown = (TEXT, NORMAL, SHAPE, APPROACH)
    levels = {name: found.levels[name] for name in shown if name in found.levels}
    ks = () if approaches is None else tuple(approaches.rarefied)
    return [
        draw_approaches(
            Approaches(
                APPROACH,
                tuple(part.name for part in sized),
                tuple(part.sizes[APPROACH] for part in sized),
            )
        ),
        draw_first_variant(
            VariantCurve(
                APPROACH,
                tuple(each.k for each in gains),
                tuple(each.passed.value for each in gains),
                tuple(each.first_variant.value for each in gains),
                tuple((each.first_variant.low, each.first_variant.high) for each in gains),
                problems=gains[0].passed.problems if gains else 0,
            )
        ),
        draw_rarefaction(
            Rarefaction(
                ks,
                {
                    name: tuple(level.rarefied[k].value for k in ks)
                    for name, level in levels.items()
                },
                problems=len(sized),
            )
        ),
    ]


def of_selection(found: Selection) -> list[Figure]:
    """Each ranker, and what is shown with one of each approach first, by attempts shown."""
    ways = {**found.rankers, **found.shown}
    shared = sorted(set.intersection(*(set(each) for each in ways.values()))) if ways else []
    one = next(iter(ways.values()), {})
    return [
        draw_selection(
            Selecting(
                tuple(shared),
                tuple(one[n].random.value for n in shared),
                tuple(one[n].oracle.value for n in shared),
                {name: tuple(each[n].ranker.value for n in shared) for name, each in ways.items()},
                {
                    name: tuple((each[n].ranker.low, each[n].ranker.high) for n in shared)
                    for name, each in found.rankers.items()
                },
                candidates=found.k,
                problems=one[shared[0]].random.problems if shared else 0,
            )
        )
    ]


def of_sensitivity(found: Sensitivity) -> list[Figure]:
    """Every way of judging, every setting and every category left out, against the run as it is."""
    effects = list(_effects(found))
    problems = max((each.change.problems for each in _rescored(found)), default=0)
    problems = problems or max((e.comparison.change.problems for e in found.settings), default=0)
    return [draw_sensitivity(effects, reference="the run as it is", problems=problems)]


def _rescored(found: Sensitivity) -> Iterator[Rescored]:
    for part in (found.limits, found.tests):
        yield from () if part is None else part.rows


def _effects(found: Sensitivity) -> Iterator[ConditionEffect]:
    for row in _rescored(found):
        change = row.change
        metric = f"pass@{row.k}"
        yield ConditionEffect(
            row.way, metric, change.value, change.low, change.high, row.p_adjusted
        )
    for each in found.settings:
        change = each.comparison.change
        yield ConditionEffect(
            each.group.short,
            f"pass@{each.k}",
            change.value,
            change.low,
            change.high,
            each.p_adjusted,
        )
    for left in found.categories:
        change = left.change
        yield ConditionEffect(
            f"without {left.category}", f"pass@{left.k}", change.value, change.low, change.high
        )
