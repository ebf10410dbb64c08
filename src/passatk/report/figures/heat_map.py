"""Every attempt at every problem, hardest problems on top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.records import Status
from passatk.report.figures.charts import Row, alt, data, finished
from passatk.report.figures.figure import Figure, Table, basis
from passatk.report.figures.theme import SHARES, colour, status_colour, status_words
from passatk.report.visible import visible

# More cells than this are neither drawn in a moment nor told apart.
_MOST_ROWS, _MOST_COLUMNS, _MOST_CELLS = 200, 120, 17_000
_EDGES = (0.001, 0.2, 0.4, 0.6, 0.8)
STATUSES: tuple[Status | None, ...] = (*Status, None)
CODES = {status: chr(ord("a") + i) for i, status in enumerate(STATUSES)}
_BY_CODE = {code: status for status, code in CODES.items()}


@dataclass(frozen=True, slots=True)
class AttemptGrid:
    """The status of every attempt in generation order, a text a problem, a letter an attempt."""

    problems: tuple[str, ...]
    rows: tuple[str, ...]


def draw_heat_map(grid: AttemptGrid) -> Figure:
    """One cell an attempt, or a share of passes where there are too many for that."""
    passed = [row.count(CODES[Status.PASSED]) for row in grid.rows]
    judged = [max(1, len(row)) for row in grid.rows]
    order = sorted(range(len(grid.rows)), key=lambda i: (passed[i] / judged[i], i))
    longest = max(map(len, grid.rows))
    attempts = sum(map(len, grid.rows))
    never = sum(each == 0 for each in passed)
    always = sum(p == n for p, n in zip(passed, judged, strict=True))
    alone = (
        len(order) <= _MOST_ROWS
        and longest <= _MOST_COLUMNS
        and len(order) * longest <= _MOST_CELLS
    )
    spec = _each(grid, order) if alone else _binned(grid, order, longest)
    cells = "Each cell is an attempt" if alone else "Each cell is a share of attempts that passed"
    return Figure(
        name="heat-map",
        title="Problems and attempts",
        question="Which problems are solved, how often, and does it change along the attempts?",
        how_to_read=(
            f"{cells}; a row is {'a problem' if alone else 'several problems'}, hardest on top, "
            "and columns are in generation order. Rows of one colour are always or never solved; "
            "a change of colour from left to right would be an effect of order."
        ),
        alt=(
            f"{len(order):,} problems by up to {longest:,} attempts: {never:,} problems never "
            f"solved, {always:,} always, {len(order) - never - always:,} sometimes."
        ),
        table=Table(
            ("problem", "attempts", "passed", "share", "first pass"),
            [
                (
                    grid.problems[i],
                    len(grid.rows[i]),
                    passed[i],
                    passed[i] / judged[i],
                    grid.rows[i].find(CODES[Status.PASSED]) + 1 or None,
                )
                for i in order
            ],
        ),
        spec=spec,
        method="statuses as judged; attempts that are not judged are cells of their own",
        basis=basis(len(order), attempts),
    )


def _each(grid: AttemptGrid, order: Sequence[int]) -> dict[str, Any]:
    """Neighbouring attempts of one status are one bar: fewer elements, the same picture.

    The bars of a problem are one row of data, which the chart takes apart: a tenth of the bytes.
    """
    seen = Counter(code for row in grid.rows for code in row)
    shown = [status for status in STATUSES if seen[CODES[status]]]
    names = [status_words(status) for status in shown]
    place_of = {status: place for place, status in enumerate(shown)}
    rows = []
    for place, i in enumerate(order):
        starts, ends, statuses = zip(*_stretches(grid.rows[i]), strict=True)
        codes = [place_of[status] for status in statuses]
        row = {"y": place, "p": visible(grid.problems[i]), "a": starts, "b": ends, "k": codes}
        rows.append(row)
    # Whole pixels a row leave no seams between rows.
    height = len(order) * max(2, min(14, 520 // len(order)))
    chart = (
        alt.Chart(data(rows))
        .mark_rect(strokeWidth=0)
        .transform_flatten(["a", "b", "k"])
        .transform_calculate(
            s=f"{names}[datum.k]",
            y2="datum.y + 1",
            attempts="datum.b - datum.a > 1 ? (datum.a + 1) + ' to ' + datum.b : datum.b",
        )
        .encode(
            x=_attempt_axis("a", max(map(len, grid.rows))),
            x2="b:Q",
            y=_problem_axis(len(order)),
            y2="y2:Q",
            color=alt.Color("s:N")
            .scale(domain=names, range=[status_colour(status) for status in shown])
            .title(None)
            .legend(symbolType="square"),
            tooltip=[
                alt.Tooltip("p:N", title="problem"),
                alt.Tooltip("attempts:N", title="attempt"),
                alt.Tooltip("s:N", title="status"),
            ],
        )
    )
    return finished(chart, height=height)


def _binned(grid: AttemptGrid, order: Sequence[int], longest: int) -> dict[str, Any]:
    """Shares of passes over blocks of neighbouring problems and attempts."""
    rows = np.array_split(np.array(order), min(len(order), 100))
    edges = np.unique(np.linspace(0, longest, min(longest, 100) + 1).round().astype(int))
    passed, known = _passed(grid, longest)
    cells: list[Row] = []
    place = 0
    for block in rows:
        n = np.add.reduceat(known[block].sum(axis=0), edges[:-1])
        shares = np.add.reduceat(passed[block].sum(axis=0), edges[:-1]) / np.maximum(n, 1)
        here = n > 0
        cells.append(
            {
                "y": place,
                "z": place + len(block),
                "a": edges[:-1][here].tolist(),
                "b": edges[1:][here].tolist(),
                "v": shares[here].round(3).tolist(),
                "n": n[here].tolist(),
            }
        )
        place += len(block)
    labels = ["none", "up to 0.2", "up to 0.4", "up to 0.6", "up to 0.8", "up to 1"]
    chart = (
        alt.Chart(data(cells))
        .mark_rect(strokeWidth=0)
        .transform_flatten(["a", "b", "v", "n"])
        .transform_calculate(
            s=" : ".join(
                [
                    f"datum.v < {edge} ? '{label}'"
                    for edge, label in zip(_EDGES, labels, strict=False)
                ]
                + [f"'{labels[-1]}'"]
            ),
            problems="(datum.y + 1) + ' to ' + datum.z",
            attempts="(datum.a + 1) + ' to ' + datum.b",
        )
        .encode(
            x=_attempt_axis("a", longest),
            x2="b:Q",
            y=_problem_axis(len(order)),
            y2="z:Q",
            color=alt.Color("s:N")
            .scale(domain=labels, range=[colour(name) for name in SHARES])
            .title("share passed")
            .legend(symbolType="square"),
            tooltip=[
                alt.Tooltip("problems:N", title="problems, from the hardest"),
                alt.Tooltip("attempts:N", title="attempts"),
                alt.Tooltip("v:Q", title="share passed", format=".3f"),
                alt.Tooltip("n:Q", title="attempts in the cell", format=","),
            ],
        )
    )
    return finished(chart, height=440)


def _attempt_axis(field: str, longest: int) -> alt.X:
    return (
        alt.X(f"{field}:Q")
        .scale(domain=[0, longest], nice=False)
        .axis(tickMinStep=1)
        .title("attempt, in generation order")
    )


def _problem_axis(count: int) -> alt.Y:
    return (
        alt.Y("y:Q")
        .scale(domain=[count, 0], nice=False)
        .axis(grid=False, tickCount=6, format=",d")
        .title("problems, hardest on top")
    )


def _stretches(row: str) -> list[tuple[int, int, Status | None]]:
    """(start, end, status) of neighbours of one status."""
    found, start = [], 0
    for end in range(1, len(row) + 1):
        if end == len(row) or row[end] != row[start]:
            found.append((start, end, _BY_CODE[row[start]]))
            start = end
    return found


def _passed(grid: AttemptGrid, longest: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Whether each attempt passed, and whether there is one, shape (problems, longest)."""
    text = "".join(row.ljust(longest) for row in grid.rows).encode()
    table = np.frombuffer(text, dtype=np.uint8).reshape(len(grid.rows), longest)
    return table == ord(CODES[Status.PASSED]), table != ord(" ")
