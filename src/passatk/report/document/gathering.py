"""From a store to a report: everything is read once, and every figure drawn from typed results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import passatk
from passatk import outcomes as run_outcomes
from passatk.analysis.finding import Result
from passatk.errors import DataError, PassatkError
from passatk.outcomes import RunOutcomes
from passatk.report.chained import summary_of
from passatk.report.comparison import runs_of
from passatk.report.document.against import Against, hold_against
from passatk.report.document.model import Report, RunPart
from passatk.report.document.sections import sections
from passatk.report.figures.curves import draw_curve
from passatk.report.figures.difficulty import difficulty, draw_difficulty
from passatk.report.figures.figure import Figure, nothing_to_show
from passatk.report.figures.hazard import draw_hazard
from passatk.report.figures.heat_map import CODES, AttemptGrid, draw_heat_map
from passatk.report.figures.precision import draw_precision, precision
from passatk.report.figures.prefix import draw_prefix
from passatk.report.figures.review import draw_review
from passatk.report.figures.statuses import draw_statuses, ended
from passatk.stats import Outcomes, Policy
from passatk.stats.decisions import Reviewing, best_k
from passatk.stats.order import hazard, prefix_curve

if TYPE_CHECKING:
    from passatk.store import Outcome, ProblemCounts, Run, Store

# What passatk advise assumes where nobody says otherwise.
REVIEWING = Reviewing(sensitivity=0.95, false_accept=0.02, generation_cost=0.001, review_cost=0.02)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a report is made.

    Attributes:
        k: attempts allowed; None for the usual ones.
        level: confidence level.
        policy, stopping, margin, intersection: as for ``compare``.
    """

    k: tuple[int, ...] | None = None
    level: float = 0.95
    policy: Policy = "raise"
    stopping: str | None = None
    margin: float | None = None
    intersection: bool = False


def gather(
    store: Store,
    names: Sequence[str],
    asked: Asked,
    *,
    now: datetime,
    results: Mapping[str, Mapping[str, Result]] | None = None,
) -> Report:
    """A report on runs of a store.

    Args:
        names: one run or several; of two, the second is the baseline of the first.
        now: when the report is made, in UTC.
        results: of analyses, by run and then by name; runs without any have their figures alone.

    Raises:
        DataError: no run of that name, or nothing judged in it.
        PassatkError: a run named twice, or options that do not fit.
    """
    if len(set(names)) < len(names):
        raise PassatkError(
            f"a report takes each run once; got {' '.join(names)}\n  next: name each run once"
        )
    found = results or {}
    counted = [(run, store.counts(run)) for run in map(store.run, names)]
    parts = tuple(
        _run_part(store, run, counts, asked, found.get(run.name, {})) for run, counts in counted
    )
    against = Against()
    notes: tuple[str, ...] = ()
    if len(parts) > 1:
        held = runs_of(store, counted, asked.stopping)
        against = hold_against(
            held.outcomes,
            ks=asked.k,
            level=asked.level,
            policy=asked.policy,
            margin=asked.margin,
            intersection=asked.intersection,
        )
        notes = held.together
    return Report(
        created=now,
        version=passatk.__version__,
        level=asked.level,
        runs=parts,
        comparisons=against.comparisons,
        rankings=against.rankings,
        figures=against.figures,
        notes=(*notes, *against.notes),
    )


def _run_part(
    store: Store,
    run: Run,
    counts: Sequence[ProblemCounts],
    asked: Asked,
    results: Mapping[str, Result],
) -> RunPart:
    summary = summary_of(
        store,
        run,
        counts,
        asked.k,
        level=asked.level,
        policy=asked.policy,
        stopping=asked.stopping,
    )
    seen, grid = read_attempts(store, run, counts, asked.stopping)
    figures = run_figures(run, seen, counts, grid, level=asked.level)
    return RunPart(
        run=run,
        summary=summary,
        fixed=tuple(summary.fixed) or (None,) * len(summary.estimates),
        outcomes=seen.outcomes,
        sections=sections(figures, results),
    )


def read_attempts(
    store: Store, run: Run, counts: Sequence[ProblemCounts], stopping: str | None = None
) -> tuple[RunOutcomes, AttemptGrid]:
    """What statistics see of a run, and the status of every attempt, in one reading.

    Raises:
        DataError: nothing is judged in the run.
    """
    letters: dict[str, list[str]] = {}
    rule = run_outcomes.stopping_of(run, stopping)
    clusters = {each.name: each.cluster for each in counts}
    seen = run_outcomes.from_rows(_noted(store.outcomes(run), letters), rule, clusters)
    return seen, AttemptGrid(tuple(letters), tuple("".join(each) for each in letters.values()))


def run_figures(
    run: Run,
    seen: RunOutcomes,
    counts: Sequence[ProblemCounts],
    grid: AttemptGrid | None,
    *,
    level: float = 0.95,
) -> list[Figure]:
    """The figures of one run.

    Args:
        grid: the status of every attempt; None leaves out the figures that need more than the
            counts of each problem.
    """
    if seen.chained:
        # Estimates for attempts in random order do not hold where one saw another's failure.
        attempts = [] if grid is None else [draw_heat_map(grid)]
        return [*attempts, draw_statuses(ended(counts))]
    return [draw() for draw in _figures(run, seen.outcomes, counts, grid, level)]


def _noted(rows: Iterable[Outcome], letters: dict[str, list[str]]) -> Iterator[Outcome]:
    """Pass rows on, keeping a letter of each for the heat map."""
    for row in rows:
        letters.setdefault(row.problem, []).append(CODES[row.status])
        yield row


def _figures(
    run: Run,
    outcomes: Outcomes,
    counts: Sequence[ProblemCounts],
    grid: AttemptGrid | None,
    level: float,
) -> list[Callable[[], Figure]]:
    def of(
        name: str, title: str, question: str, draw: Callable[[], Figure]
    ) -> Callable[[], Figure]:
        def drawn() -> Figure:
            try:
                return draw()
            except DataError as error:
                why, _, _ = str(error).partition("\n")
                return nothing_to_show(name, title, question, why)

        return drawn

    found = [
        of(
            "curves",
            "pass@k and pass^k",
            "What do k attempts achieve?",
            lambda: draw_curve(run.name, outcomes, level=level),
        ),
        of(
            "precision",
            "What more problems or attempts would buy",
            "How sure is pass@1, and what would make it surer?",
            lambda: draw_precision(precision(outcomes, level=level)),
        ),
        lambda: draw_difficulty(difficulty(outcomes)),
        lambda: draw_statuses(ended(counts)),
        of(
            "review",
            "How many candidates to review",
            "How many candidates should a reviewing developer be given?",
            lambda: draw_review(best_k(outcomes, REVIEWING, level=level)),
        ),
    ]
    if grid is None:
        return found
    return [
        *found,
        lambda: draw_heat_map(grid),
        of(
            "order",
            "The first attempts against any",
            "Does it matter in which order the attempts came?",
            lambda: draw_prefix(prefix_curve(outcomes, level=level)),
        ),
        of(
            "hazard",
            "Chance of a first pass",
            "Is it worth going on after so many failures?",
            lambda: draw_hazard(hazard(outcomes, level=level)),
        ),
    ]
