"""A run against a baseline: the change at every k, with its interval."""

from __future__ import annotations

from collections.abc import Sequence

from passatk.report.figures.charts import alt, data, finished
from passatk.report.figures.figure import Figure, Table, basis
from passatk.report.figures.theme import colour
from passatk.stats.comparison import Comparison
from passatk.stats.result import percent

_COLOURS = {"improved": "good", "regressed": "bad"}


def draw_changes(run: str, baseline: str, comparisons: Sequence[Comparison]) -> Figure:
    """A point and an interval for each k, beside the line of no change and the margin."""
    rows = [
        {
            "metric": each.metric,
            "value": 100 * each.change.value,
            "low": 100 * (each.change.value if each.change.low is None else each.change.low),
            "high": 100 * (each.change.value if each.change.high is None else each.change.high),
            "p": each.p_adjusted,
            "said": each.verdict,
            "tint": colour(_COLOURS.get(each.conclusion, "muted")),
        }
        for each in comparisons
    ]
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("metric:N").sort([each.metric for each in comparisons]).title(None),
        color=alt.Color("tint:N").scale(None).legend(None),
        tooltip=[
            alt.Tooltip("metric:N"),
            alt.Tooltip("value:Q", title="change, pp", format="+.1f"),
            alt.Tooltip("low:Q", title="low", format="+.1f"),
            alt.Tooltip("high:Q", title="high", format="+.1f"),
            alt.Tooltip("p:Q", title="p, adjusted", format=".3g"),
            alt.Tooltip("said:N", title="conclusion"),
        ],
    )
    bars = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q")
        .axis(tickCount=6, grid=True, format="+~g")
        .title("change, percentage points"),
        x2="high:Q",
    )
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(x="value:Q")
    zero = alt.Chart(data([{"x": 0}])).mark_rule(color=colour("ink")).encode(x="x:Q")
    layers = [zero, bars, dots]
    margin = comparisons[0].margin
    if margin is not None:
        band = (
            alt.Chart(data([{"x": -100 * margin, "x2": 100 * margin}]))
            .mark_rect(color=colour("g"), opacity=0.18)
            .encode(x="x:Q", x2="x2:Q")
        )
        layers.insert(0, band)
    first = comparisons[0]
    return Figure(
        name="changes",
        title=f"Change of {run} against {baseline}",
        question=f"Is {run} better than {baseline}?",
        how_to_read=(
            f"Points: {run} minus {baseline}, with {percent(first.change.level)} intervals for "
            "problems like these. An interval across zero leaves the sign open, which does not "
            "mean equal."
            + (" The band is the margin that would not matter." if margin is not None else "")
        ),
        alt=" ".join(f"{each}." for each in comparisons),
        table=Table(
            ("metric", run, baseline, "change", "low", "high", "p", "better", "worse", "equal"),
            [
                (
                    each.metric,
                    each.value.value,
                    each.baseline.value,
                    each.change.value,
                    each.change.low,
                    each.change.high,
                    each.p_adjusted,
                    each.better,
                    each.worse,
                    each.equal,
                )
                for each in comparisons
            ],
        ),
        spec=finished(alt.layer(*layers), height=34 * len(comparisons) + 10),
        method=f"{first.change.method}; p: {first.test}, adjusted for {len(comparisons)} k",
        basis=basis(first.change.problems, first.change.attempts),
    )
