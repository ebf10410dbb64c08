"""Choosing which attempts to show: ways of choosing, between chance and an oracle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from passatk.report.figures.charts import alt, data, finished
from passatk.report.figures.figure import Figure, Table, counted, nothing_to_show
from passatk.report.figures.theme import colour, series
from passatk.report.visible import visible


@dataclass(frozen=True, slots=True)
class Selecting:
    """What showing some of the candidates achieves.

    Attributes:
        shown: how many are shown, ascending.
        chance: of as many taken at random (pass@k at k = shown).
        oracle: of a choice that knows (pass@k at all candidates).
        ways: by name of a way to choose, its values for each number shown.
        intervals: by the same names, their intervals; a name may be missing.
        candidates: how many are chosen from.
        problems: how many they are means over.
    """

    shown: tuple[int, ...]
    chance: tuple[float, ...]
    oracle: tuple[float, ...]
    ways: Mapping[str, tuple[float, ...]]
    intervals: Mapping[str, tuple[tuple[float | None, float | None], ...]]
    candidates: int
    problems: int


def draw_selection(found: Selecting) -> Figure:
    """A line for each way to choose; grey lines for chance below and the oracle above."""
    title, question = "Choosing among candidates", "Does a way of choosing find the right ones?"
    if not found.shown or not found.ways:
        return nothing_to_show("selection", title, question, "there was nothing to choose by")
    names = [visible(name) for name in found.ways]
    kinds = ["oracle", *names, "chance"]
    colours = [colour("g"), *series(len(names)), colour("g")]
    dashes = [[6, 3], *([[1, 0]] * len(names)), [2, 3]]
    every = {"oracle": found.oracle, **found.ways, "chance": found.chance}
    none = ((None, None),) * len(found.shown)
    rows = [
        {"k": k, "way": visible(name), "value": value, "low": low, "high": high}
        for name, values in every.items()
        for k, value, (low, high) in zip(
            found.shown, values, found.intervals.get(name, none), strict=True
        )
    ]
    tint = alt.Color("way:N").scale(domain=kinds, range=colours).title(None)
    tint = tint.legend(symbolType="stroke", symbolSize=400)
    base = alt.Chart(data(rows)).encode(
        x=alt.X("k:Q").axis(format=",d", tickCount=6, tickMinStep=1).title("attempts shown")
    )
    around = base.mark_area(opacity=0.16).encode(y="low:Q", y2="high:Q", color=tint)
    line = base.mark_line(strokeWidth=2, point={"filled": True, "size": 26}).encode(
        y=alt.Y("value:Q").scale(zero=False).axis(format=".2f").title("chance of success"),
        color=tint,
        strokeDash=alt.StrokeDash("way:N")
        .scale(domain=kinds, range=dashes)
        .title(None)
        .legend(symbolType="stroke", symbolSize=400),
        tooltip=["way:N", alt.Tooltip("k:Q", title="shown"), alt.Tooltip("value:Q", format=".3f")],
    )
    best = max(found.ways, key=lambda name: found.ways[name][-1])
    return Figure(
        name="selection",
        title=title,
        question=question,
        how_to_read=(
            f"Each line is a way to choose what is shown of {found.candidates} candidates. Below "
            "lies a random choice, above an oracle that knows the right ones: what lies between is "
            "to be gained."
        ),
        alt=(
            f"Of {counted(found.shown[-1], 'attempt')} shown: at random {found.chance[-1]:.3f}, "
            f"oracle {found.oracle[-1]:.3f}, best way {best} with {found.ways[best][-1]:.3f}."
        ),
        table=Table(
            ("shown", *every),
            [(n, *(values[i] for values in every.values())) for i, n in enumerate(found.shown)],
        ),
        spec=finished(alt.layer(around, line)),
        method="chance that a right one is among those shown",
        basis=counted(found.problems, "problem"),
    )
