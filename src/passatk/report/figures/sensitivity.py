"""Conditions against a reference: what a number depends on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from passatk.report.figures.charts import alt, data, finished
from passatk.report.figures.figure import Figure, Table, counted, nothing_to_show
from passatk.report.figures.theme import colour, series
from passatk.report.visible import visible
from passatk.stats.result import percent


@dataclass(frozen=True, slots=True)
class ConditionEffect:
    """A condition against the reference.

    Attributes:
        condition: its name, ``"temperature 0.2"``.
        metric: ``"pass@10"``.
        change: condition minus reference, in [-1, 1]; with ``low`` and ``high``.
        p: adjusted; None where nothing was tested.
    """

    condition: str
    metric: str
    change: float
    low: float | None
    high: float | None
    p: float | None = None


def draw_sensitivity(
    effects: Sequence[ConditionEffect], *, reference: str, problems: int, level: float = 0.95
) -> Figure:
    """A point and an interval for each condition and metric, beside the line of no change."""
    title, question = "What the number depends on", "How far does a change of conditions move it?"
    if not effects:
        return nothing_to_show(
            "sensitivity", title, question, "there is one condition only: nothing to compare"
        )
    names = list(dict.fromkeys(visible(each.condition) for each in effects))
    metrics = list(dict.fromkeys(each.metric for each in effects))
    rows = [
        {
            "condition": visible(each.condition),
            "metric": each.metric,
            "value": 100 * each.change,
            "low": 100 * (each.change if each.low is None else each.low),
            "high": 100 * (each.change if each.high is None else each.high),
            "p": each.p,
        }
        for each in effects
    ]
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("condition:N").sort(names).title(None),
        yOffset=alt.YOffset("metric:N").sort(metrics),
        color=alt.Color("metric:N")
        .scale(domain=metrics, range=series(len(metrics)))
        .title(None)
        .legend(symbolType="circle"),
        tooltip=[
            alt.Tooltip("condition:N"),
            alt.Tooltip("metric:N"),
            alt.Tooltip("value:Q", title="change, pp", format="+.1f"),
            alt.Tooltip("low:Q", format="+.1f"),
            alt.Tooltip("high:Q", format="+.1f"),
            alt.Tooltip("p:Q", title="p, adjusted", format=".3g"),
        ],
    )
    bars = base.mark_rule(strokeWidth=2.5).encode(
        x=alt.X("low:Q")
        .axis(grid=True, tickCount=6, format="+~g")
        .title(f"change against {visible(reference)}, percentage points"),
        x2="high:Q",
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(x="value:Q")
    zero = alt.Chart(data([{"x": 0}])).mark_rule(color=colour("ink")).encode(x="x:Q")
    largest = max(effects, key=lambda each: abs(each.change))
    return Figure(
        name="sensitivity",
        title=title,
        question=question,
        how_to_read=(
            f"Each point is a condition minus {reference}, with its {percent(level)} interval. "
            "A change of sign between metrics means that no condition is better for every k."
        ),
        alt=(
            f"The largest change is that of {largest.condition} in {largest.metric}: "
            f"{100 * largest.change:+.1f} percentage points."
        ),
        table=Table(
            ("condition", "metric", "change", "low", "high", "p"),
            [(e.condition, e.metric, e.change, e.low, e.high, e.p) for e in effects],
        ),
        spec=finished(alt.layer(zero, bars, dots), height=len(names) * (16 * len(metrics) + 10)),
        method="paired over problems",
        basis=counted(problems, "problem"),
    )
