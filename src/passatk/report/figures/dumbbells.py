"""The problems that changed most, with both values."""

from __future__ import annotations

import numpy as np

from passatk.report.figures.charts import alt, data, finished, series_scale
from passatk.report.figures.differences import Paired
from passatk.report.figures.figure import Figure, Table, counted, nothing_to_show
from passatk.report.figures.theme import colour
from passatk.report.visible import visible

_MOST = 24


def draw_dumbbells(pairs: Paired) -> Figure:
    """A line a problem from the baseline's value to the run's."""
    change = pairs.change
    order = [int(i) for i in np.argsort(-np.abs(change), kind="stable") if change[i] != 0][:_MOST]
    title = "The problems that changed most"
    question = "Where should one look first?"
    if not order:
        return nothing_to_show(
            "dumbbells", title, question, "the runs have the same result at every problem"
        )
    order.sort(key=lambda i: -change[i])
    ours, theirs = visible(pairs.run), visible(pairs.baseline)
    names = [visible(pairs.problems[i]) for i in order]
    rows = [
        {
            "p": visible(pairs.problems[i]),
            "low": float(min(pairs.ours[i], pairs.theirs[i])),
            "high": float(max(pairs.ours[i], pairs.theirs[i])),
        }
        for i in order
    ]
    ends = [
        {"p": visible(pairs.problems[i]), "run": name, "value": float(values[i])}
        for i in order
        for name, values in ((ours, pairs.ours), (theirs, pairs.theirs))
    ]
    y = alt.Y("p:N").sort(names).title(None)
    x = alt.X("value:Q").scale(domain=[0, 1]).axis(format=".1f", tickCount=5)
    lines = (
        alt.Chart(data(rows))
        .mark_rule(strokeWidth=2, color=colour("g"))
        .encode(y=y, x=alt.X("low:Q").title(f"pass@{pairs.k}"), x2="high:Q")
    )
    dots = (
        alt.Chart(data(ends))
        .mark_point(filled=True, size=80, opacity=1)
        .encode(
            y=y,
            x=x.title(f"pass@{pairs.k}"),
            color=alt.Color("run:N")
            .scale(series_scale([ours, theirs], [colour("a"), colour("b")]))
            .title(None),
            shape=alt.Shape("run:N")
            .scale(domain=[ours, theirs], range=["circle", "diamond"])
            .title(None),
            tooltip=[
                alt.Tooltip("p:N", title="problem"),
                alt.Tooltip("run:N", title="run"),
                alt.Tooltip("value:Q", title=f"pass@{pairs.k}", format=".3f"),
            ],
        )
    )
    top = order[0]
    return Figure(
        name="dumbbells",
        title=title,
        question=question,
        how_to_read=(
            f"Each line leads from {pairs.baseline} to {pairs.run} at a problem; the largest gain "
            "is on top, the largest loss at the bottom. The most extreme of many problems are "
            "partly chance: look at their attempts before drawing a lesson."
        ),
        alt=(
            f"The {counted(len(order), 'problem')} of largest change. On top "
            f"{pairs.problems[top]}, from {pairs.theirs[top]:.3f} to {pairs.ours[top]:.3f}; at the "
            f"other end {pairs.problems[order[-1]]}, from {pairs.theirs[order[-1]]:.3f} to "
            f"{pairs.ours[order[-1]]:.3f}."
        ),
        table=Table(
            ("problem", pairs.run, pairs.baseline, "change"),
            [
                (pairs.problems[i], float(pairs.ours[i]), float(pairs.theirs[i]), float(change[i]))
                for i in order
            ],
        ),
        spec=finished(alt.layer(lines, dots), height=20 * len(order)),
        method=f"unbiased pass@{pairs.k} of each problem; chosen by the size of the change",
        basis=counted(len(pairs.problems), "problem"),
    )
