"""Runs against each other: comparisons and rankings, as data and as text for a terminal."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from passatk import outcomes
from passatk.report.chained import chains_as_attempts, chains_of, steps_of
from passatk.report.summary import USUAL_K, notes_about
from passatk.report.text import print_notes
from passatk.stats import Outcomes
from passatk.stats.comparison import Comparison, Ranking
from passatk.stats.comparison.change import p_value, points
from passatk.stats.result import percent

if TYPE_CHECKING:
    from passatk.store import ProblemCounts, Run, Store

_STYLES = {"improved": "green", "regressed": "red", "inconclusive": "yellow"}


@dataclass(frozen=True, slots=True)
class Runs:
    """Several runs of a store as statistics see them.

    ``about`` says what to know of each run, ``together`` of holding them against each other.
    """

    outcomes: Mapping[str, Outcomes]
    about: tuple[str, ...]
    together: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        return *self.about, *self.together

    @property
    def usual_k(self) -> tuple[int, ...]:
        """Those of 1, 10 and 100 that every problem of every run has results for."""
        fewest = min(int(each.largest_k.min()) for each in self.outcomes.values())
        return tuple(k for k in USUAL_K if k <= fewest)


def read_runs(store: Store, names: Sequence[str], stopping: str | None = None) -> Runs:
    """The outcomes of runs by name.

    Args:
        stopping: what ended the attempts, as for :func:`passatk.outcomes.from_counts`; None takes
            what was recorded with each run.

    Raises:
        DataError: no run of that name, or nothing judged in one.
    """
    found = [store.run(name) for name in names]
    return runs_of(store, [(run, store.counts(run)) for run in found], stopping)


def runs_of(
    store: Store,
    counted: Sequence[tuple[Run, Sequence[ProblemCounts]]],
    stopping: str | None = None,
) -> Runs:
    """The outcomes of runs whose attempts were counted; otherwise as :func:`read_runs`."""
    seen: dict[str, Outcomes] = {}
    about: list[str] = []
    together: list[str] = []
    for run, counts in counted:
        steps = steps_of(run)
        rule = "independent" if steps else outcomes.stopping_of(run, stopping)
        known = outcomes.from_counts(counts, rule)
        if steps:
            clusters = {each.name: each.cluster for each in counts}
            chains = chains_of(run, store.outcomes(run), clusters)
            seen[run.name], said = chains_as_attempts(run, chains, steps)
            together += said
        else:
            seen[run.name] = known.outcomes
        about += [f"{run.name}: {note}" for note in notes_about(run, known, counts)]
    hashes = {run.benchmark_hash for run, _ in counted if run.benchmark_hash is not None}
    if len(hashes) > 1:
        together.append("the runs were judged on different versions of the problems")
    agreed = _with_the_same_clusters(seen, together)
    return Runs(agreed, tuple(about), tuple(together))


def _with_the_same_clusters(
    runs: Mapping[str, Outcomes], notes: list[str]
) -> Mapping[str, Outcomes]:
    """Runs judged on versions of a benchmark whose clusters differ take those of the first."""
    first: dict[str, str] = {}
    agreed: dict[str, Outcomes] = {}
    for name, run in runs.items():
        own = {} if run.clusters is None else dict(zip(run.problems, run.clusters, strict=True))
        if any(first.get(problem, cluster) != cluster for problem, cluster in own.items()):
            notes.append(f"{name}: its problems are in other clusters, which are not used")
            run = dataclasses.replace(run, clusters=None)
        elif own and not first:
            first = own
        agreed[name] = run
    return agreed


def comparisons_to_dict(
    run: str, baseline: str, comparisons: Sequence[Comparison], notes: Sequence[str]
) -> dict[str, Any]:
    """Plain data for JSON; keys: run, baseline, comparisons, notes."""
    return {
        "run": run,
        "baseline": baseline,
        "comparisons": [each.to_dict() for each in comparisons],
        "notes": list(notes),
    }


def print_comparisons(
    console: Console,
    run: str,
    baseline: str,
    comparisons: Sequence[Comparison],
    notes: Sequence[str],
) -> None:
    """The result lines, then what stands behind each."""
    first = comparisons[0]
    console.print(Text.assemble((run, "bold"), " against ", (baseline, "bold")), highlight=False)
    console.print(
        f"{first.change.problems} problems, {first.change.attempts} attempts", highlight=False
    )
    console.print()
    width = max(len(each.metric) for each in comparisons)
    for each in comparisons:
        value = str(each.value).removeprefix(each.metric)
        numbers = f"{value}  change {points(each.change)}, {p_value(each.p_adjusted)}: "
        style = _STYLES.get(each.conclusion, "cyan")
        line = Text.assemble((each.metric.ljust(width), "bold"), numbers, (each.verdict, style))
        console.print(line, highlight=False, soft_wrap=True)
    # Which interval suits depends on how many problems differ, and so on k.
    methods = ", ".join(dict.fromkeys(each.change.method for each in comparisons))
    several = ""
    if len(comparisons) > 1:
        several = f", adjusted for {len(comparisons)} k; intervals and MDE are of each k alone"
    console.print(
        f"[{percent(first.change.level)} intervals for problems like these; {methods}; "
        f"p: {first.test}{several}]",
        style="dim",
        markup=False,
        highlight=False,
    )
    console.print()
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for name in ("baseline", "better", "worse", "equal", "P(d>0)", "MDE"):
        table.add_column(Text(name), justify="right")
    margin = first.margin
    if margin is not None:
        table.add_column("no worse", justify="right")
        table.add_column("equivalent", justify="right")
    for each in comparisons:
        cells = [
            each.metric,
            f"{each.baseline.value:.3f}",
            *map(str, (each.better, each.worse, each.equal)),
            f"{each.probability_positive:.3f}",
            f"{100 * each.minimum_detectable:.1f} pp",
        ]
        if each.p_noninferior is not None and each.p_equivalent is not None:
            cells += [p_value(each.p_noninferior), p_value(each.p_equivalent)]
        table.add_row(*cells)
    console.print(table)
    print_notes(console, [*_warnings(comparisons), *notes])


def print_rankings(console: Console, rankings: Sequence[Ranking], notes: Sequence[str]) -> None:
    """The places that each run may have, then every pair."""
    for ranking in rankings:
        table = Table(box=None, pad_edge=False)
        for name in ("place", "run", ranking.metric):
            table.add_column(name)
        for each in ranking.runs:
            value = str(each.value).removeprefix(f"{ranking.metric} ")
            table.add_row(each.places, Text(each.run), Text(value))
        console.print(table, highlight=False)
        console.print()
        for pair in ranking.pairs:
            console.print(
                Text(
                    f"{pair.run} - {pair.baseline}: {points(pair.change)}, "
                    f"{p_value(pair.p_adjusted)}"
                ),
                highlight=False,
                soft_wrap=True,
            )
        alone = "" if len(rankings) == 1 else f" for {ranking.metric} alone"
        console.print(
            f"[places and changes hold together at {percent(ranking.level)}{alone}, "
            "for problems like these]",
            style="dim",
            markup=False,
            highlight=False,
        )
        console.print()
    warnings = {w.message for each in rankings for pair in each.pairs for w in pair.change.warnings}
    print_notes(console, [*sorted(warnings), *notes])


def gate_line(run: str, baseline: str, comparison: Comparison) -> str:
    """A comparison as one line for the log of a build."""
    assert comparison.margin is not None
    margin = f"{100 * comparison.margin:.1f} pp"
    bound = f"lower bound {100 * comparison.lower_bound:+.1f} pp"
    level = percent(comparison.change.level)
    if comparison.noninferior:
        word, why = "PASS", f"a loss of {margin} is ruled out at {level}"
    elif comparison.conclusion == "regressed":
        word, why = "FAIL", f"a loss is shown at {level} and {margin} not ruled out"
    else:
        word, why = "FAIL", f"too little data to rule out a loss of {margin} at {level}"
    return (
        f"{word} {run} against {baseline}: {comparison.value.metric} {comparison.value.value:.3f}, "
        f"change {100 * comparison.change.value:+.1f} pp, {bound}: {why}"
    )


def _warnings(comparisons: Sequence[Comparison]) -> list[str]:
    return [f"{each.metric}: {w.message}" for each in comparisons for w in each.warnings]
