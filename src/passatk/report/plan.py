"""A plan for a comparison, as data and as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from passatk.report.text import print_notes
from passatk.stats.design import (
    Plan,
    Split,
    Variation,
    problems_for_gate,
    problems_needed,
    ruled_out,
    smallest_detectable,
    standard_error,
)
from passatk.stats.result import percent

ATTEMPTS = (1, 2, 5, 10, 20, 50, 100, 200)


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be found: a change of ``effect``, at ``level``, with ``power``."""

    effect: float
    level: float
    power: float
    sides: int


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A number of attempts at each problem, and what it asks for or gives.

    ``needed`` is how many problems find the effect; the last two belong to ``problems``, where
    their number is given.
    """

    attempts: int
    needed: int | None
    standard_error: float | None
    detectable: float | None


def plan_rows(
    variation: Variation, goal: Goal, attempts: Sequence[int], problems: int | None
) -> list[PlanRow]:
    """One row for each number of attempts, of those that allow k."""
    rows = []
    for n in attempts:
        if n < variation.k:
            continue
        count = problems_for_gate if goal.sides == 1 else problems_needed
        needed = count(variation, goal.effect, n, level=goal.level, power=goal.power)
        error = None if problems is None else standard_error(variation, Plan(problems, n))
        found = None if error is None or problems is None else _detectable(error, problems, goal)
        rows.append(PlanRow(n, needed, error, found))
    return rows


def _detectable(error: float, problems: int, goal: Goal) -> float:
    if goal.sides == 1:
        return ruled_out(error, problems, level=goal.level, power=goal.power)
    return smallest_detectable(error, level=goal.level, power=goal.power)


def plan_to_dict(
    variation: Variation,
    goal: Goal,
    rows: Sequence[PlanRow],
    split: Split | None,
    notes: Sequence[str],
) -> dict[str, Any]:
    """Plain data for JSON; keys: k, goal, between, within, rows, split, notes."""
    return {
        "k": variation.k,
        "goal": asdict(goal),
        "between": variation.between,
        "within": {str(row.attempts): variation.within(row.attempts) for row in rows},
        "rows": [asdict(row) for row in rows],
        "split": None if split is None else asdict(split),
        "notes": list(notes),
    }


def print_plan(
    console: Console,
    variation: Variation,
    goal: Goal,
    rows: Sequence[PlanRow],
    split: Split | None,
    problems: int | None,
    notes: Sequence[str],
) -> None:
    """The goal in words, a line for each number of attempts, the best split, the assumptions."""
    what = "a change" if goal.sides == 2 else "ruling out a loss"
    console.print(
        f"pass@{variation.k}: {what} of {100 * goal.effect:.1f} pp at {percent(goal.level)} "
        f"with power {percent(goal.power)}",
        highlight=False,
    )
    console.print()
    table = Table(box=None, pad_edge=False)
    table.add_column("attempts", justify="right")
    table.add_column("problems needed", justify="right")
    if problems is not None:
        table.add_column(f"detectable with {problems}", justify="right")
    for row in rows:
        cells = [str(row.attempts), "none" if row.needed is None else f"{row.needed:,}"]
        if row.detectable is not None:
            cells.append(f"{100 * row.detectable:.1f} pp")
        table.add_row(*cells)
    console.print(table)
    if split is not None:
        best = _detectable(split.standard_error, split.plan.problems, goal)
        console.print()
        console.print(
            f"best use of the budget: {split.plan.problems:,} problems with "
            f"{split.plan.attempts:,} attempts each, detectable {100 * best:.1f} pp",
            highlight=False,
        )
    print_notes(console, notes)
