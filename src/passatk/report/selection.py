"""Chosen attempts as text for a terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from passatk.report.visible import visible

if TYPE_CHECKING:
    from passatk.analysis.selection import Choice


def print_choices(console: Console, run: str, choices: Sequence[Choice]) -> None:
    """One line a problem: the attempts, best first, and how many approaches are among them."""
    by_problem: dict[str, list[Choice]] = defaultdict(list)
    for each in choices:
        by_problem[each.problem].append(each)
    console.print(Text(visible(run), "bold"))
    table = Table(box=None, pad_edge=False)
    for name in ("problem", "ranked by"):
        table.add_column(name)
    table.add_column("approaches", justify="right")
    table.add_column("attempts, best first")
    for problem, chosen in by_problem.items():
        table.add_row(
            Text(visible(problem)),
            chosen[0].ranker,
            str(len({each.approach for each in chosen})),
            " ".join(str(each.attempt) for each in chosen),
        )
    console.print(table, highlight=False)
