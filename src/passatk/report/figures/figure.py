"""A figure: a chart with the table behind it, and the words without which it would not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers that a figure shows, or those of a section; one row a point.

    A whole number is shown with separators, another number with ``digits`` decimals, None as a
    dash. Texts of other people go through ``visible`` where they are shown.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    title: str = ""
    note: str = ""
    digits: int = 3

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: title, columns, rows."""
        return {
            "title": self.title,
            "columns": list(self.columns),
            "rows": [[plain(cell) for cell in row] for row in self.rows],
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """What a module of this folder gives.

    Attributes:
        name: stable, and that of its file in ``--figures DIR``.
        title: a few words.
        question: what it answers.
        how_to_read: one or two sentences.
        alt: what it shows, for those who do not see it.
        table: the numbers in it.
        spec: a Vega-Lite chart whose colours are names of the theme; None where there is nothing
            to show.
        nothing: why there is nothing to show; empty otherwise.
        method: how the numbers were made, with seeds.
        basis: what they rest on, ``"164 problems, 16,400 attempts"``.
    """

    name: str
    title: str
    question: str
    how_to_read: str
    alt: str
    table: Table
    spec: Mapping[str, Any] | None
    nothing: str = ""
    method: str = ""
    basis: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: all but the chart."""
        names = ("name", "title", "question", "how_to_read", "alt", "nothing", "method", "basis")
        return {name: getattr(self, name) for name in names} | {"table": self.table.to_dict()}


NO_TABLE = Table((), ())


def nothing_to_show(name: str, title: str, question: str, why: str) -> Figure:
    """A figure that says why it is none."""
    return Figure(name, title, question, "", why, NO_TABLE, None, nothing=why)


def plain(cell: Any) -> Any:
    """A cell for JSON: numbers that are none become None."""
    return None if isinstance(cell, float) and not abs(cell) < float("inf") else cell


def basis(problems: int, attempts: int) -> str:
    """``"164 problems, 16,400 attempts"``."""
    return f"{counted(problems, 'problem')}, {counted(attempts, 'attempt')}"


def counted(number: int, thing: str) -> str:
    """``"1 problem"``, ``"2,000 problems"``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
