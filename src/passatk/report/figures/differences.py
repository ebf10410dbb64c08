"""A run against a baseline, problem by problem."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passatk.report.figures.charts import alt, data, finished
from passatk.report.figures.figure import Figure, Table, counted
from passatk.report.figures.theme import colour
from passatk.report.visible import visible
from passatk.stats import Outcomes, pass_at_k
from passatk.stats.validation import FloatArray

_MOST_BARS = 250
_BINS = 21


@dataclass(frozen=True, slots=True, eq=False)
class Paired:
    """pass@k of two runs at the problems that both have, in the order of the first.

    Attributes:
        run, baseline: their names.
        k: attempts allowed.
        problems: names.
        ours, theirs: pass@k of each problem, in [0, 1].
    """

    run: str
    baseline: str
    k: int
    problems: tuple[str, ...]
    ours: FloatArray
    theirs: FloatArray

    @property
    def change(self) -> FloatArray:
        """ours - theirs, with what is nothing but rounding as 0."""
        difference: FloatArray = np.round(self.ours - self.theirs, 12)
        return difference


def paired(run: str, ours: Outcomes, baseline: str, theirs: Outcomes, k: int) -> Paired:
    """The problems with k attempts in both runs."""
    place = {name: i for i, name in enumerate(theirs.problems)}
    pairs = [
        (i, place[name])
        for i, name in enumerate(ours.problems)
        if name in place and ours.largest_k[i] >= k and theirs.largest_k[place[name]] >= k
    ]
    first, second = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return Paired(
        run,
        baseline,
        k,
        tuple(ours.problems[i] for i in first.tolist()),
        np.asarray(pass_at_k(ours.n[first], ours.c[first], k), dtype=np.float64).ravel(),
        np.asarray(pass_at_k(theirs.n[second], theirs.c[second], k), dtype=np.float64).ravel(),
    )


def draw_differences(pairs: Paired) -> Figure:
    """A bar a problem, sorted; a histogram where they are too many."""
    change = pairs.change
    order = np.argsort(-change, kind="stable").tolist()
    better, worse = int((change > 0).sum()), int((change < 0).sum())
    equal = len(change) - better - worse
    several = len(order) > _MOST_BARS
    spec = _histogram(change) if several else _bars(pairs, order)
    return Figure(
        name="differences",
        title=f"Change of pass@{pairs.k} at each problem",
        question="Is the change that of a few problems, or of many?",
        how_to_read=(
            (
                f"Problems by their change: right of zero {pairs.run} is better, left "
                if several
                else f"A bar a problem, sorted: up {pairs.run} is better, down "
            )
            + f"{pairs.baseline}. A mean that rests on a few problems with a large change is less "
            "sure than one that rests on many."
        ),
        alt=(
            f"{pairs.run} is better at {counted(better, 'problem')}, worse at {worse:,}, equal at "
            f"{equal:,}; the mean change is {100 * float(change.mean()):+.1f} percentage points."
        ),
        table=Table(
            ("problem", pairs.run, pairs.baseline, "change"),
            [
                (pairs.problems[i], float(pairs.ours[i]), float(pairs.theirs[i]), float(change[i]))
                for i in order
            ],
        ),
        spec=spec,
        method=f"unbiased pass@{pairs.k} of each problem",
        basis=counted(len(order), "problem"),
    )


def _bars(pairs: Paired, order: list[int]) -> dict[str, object]:
    change = pairs.change
    rows = [
        {"x": place, "x2": place + 1, "p": visible(pairs.problems[i]), "d": 100 * float(change[i])}
        for place, i in enumerate(order)
    ]
    chart = (
        alt.Chart(data(rows))
        .mark_rect()
        .encode(
            x=alt.X("x:Q")
            .scale(domain=[0, len(rows)], nice=False)
            .axis(format=",d", tickMinStep=1)
            .title("problems, sorted by their change"),
            x2="x2:Q",
            y=alt.Y("d:Q").title("change, percentage points").axis(tickCount=6),
            y2=alt.datum(0),
            color=alt.condition("datum.d > 0", alt.value(colour("a")), alt.value(colour("b"))),
            tooltip=[
                alt.Tooltip("p:N", title="problem"),
                alt.Tooltip("d:Q", title="change, pp", format="+.1f"),
            ],
        )
    )
    return finished(chart, height=240)


def _histogram(change: FloatArray) -> dict[str, object]:
    counts, edges = np.histogram(100 * change, bins=_BINS, range=(-100, 100))
    rows = [
        {"a": float(low), "b": float(high), "n": int(count), "mid": float(low + high) / 2}
        for count, low, high in zip(counts, edges[:-1], edges[1:], strict=True)
    ]
    chart = (
        alt.Chart(data(rows))
        .mark_bar()
        .encode(
            x=alt.X("a:Q").title("change, percentage points"),
            x2="b:Q",
            y=alt.Y("n:Q").title("problems"),
            color=alt.condition("datum.mid > 0", alt.value(colour("a")), alt.value(colour("b"))),
            tooltip=[
                alt.Tooltip("a:Q", title="from", format="+.0f"),
                alt.Tooltip("b:Q", title="to", format="+.0f"),
                alt.Tooltip("n:Q", title="problems", format=","),
            ],
        )
    )
    return finished(chart, height=240)
