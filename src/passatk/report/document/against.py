"""Runs against each other, for a report: comparisons or rankings, with their figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from passatk.errors import DataError
from passatk.report.figures.changes import draw_changes
from passatk.report.figures.curves import draw_curves, run_curve
from passatk.report.figures.differences import draw_differences, paired
from passatk.report.figures.dumbbells import draw_dumbbells
from passatk.report.figures.figure import Figure
from passatk.report.figures.rank_sets import draw_rank_sets
from passatk.report.summary import USUAL_K
from passatk.stats import Outcomes, Policy, compare
from passatk.stats.comparison import Comparison, Ranking, rank_sets


@dataclass(frozen=True, slots=True)
class Against:
    """What runs show against each other."""

    comparisons: tuple[Comparison, ...] = ()
    rankings: tuple[Ranking, ...] = ()
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()


def hold_against(
    runs: Mapping[str, Outcomes],
    *,
    ks: tuple[int, ...] | None,
    level: float,
    policy: Policy,
    margin: float | None,
    intersection: bool,
) -> Against:
    """Two runs: the first against the second. More: rank sets. Where neither can be: why not."""
    if ks is None:
        fewest = min(int(each.largest_k.min()) for each in runs.values())
        ks = tuple(k for k in USUAL_K if k <= fewest)
    if min(map(len, runs.values())) < 2:
        return Against(notes=("the runs cannot be compared: one problem says nothing of others",))
    try:
        curves = draw_curves(
            [run_curve(name, each, level=level, beyond=False) for name, each in runs.items()]
        )
        rankings = tuple(rank_sets(runs, k, level=level, intersection=intersection) for k in ks)
        if len(runs) > 2:
            return Against(rankings=rankings, figures=(draw_rank_sets(rankings), curves))
        (run, ours), (baseline, theirs) = runs.items()
        comparisons = tuple(
            compare(
                ours,
                theirs,
                ks,
                margin=margin,
                level=level,
                policy=policy,
                intersection=intersection,
            )
        )
        pairs = paired(run, ours, baseline, theirs, ks[0])
    except DataError as error:
        why = " ".join(line.strip() for line in str(error).splitlines())
        return Against(notes=(f"the runs cannot be compared: {why}",))
    return Against(
        comparisons=comparisons,
        rankings=rankings,
        figures=(
            draw_changes(run, baseline, comparisons),
            curves,
            draw_differences(pairs),
            draw_dumbbells(pairs),
            draw_rank_sets(rankings),
        ),
    )
