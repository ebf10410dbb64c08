"""The first t attempts against any t attempts."""

from __future__ import annotations

from passatk.report.figures.charts import alt, data, finished, series_scale, spaced
from passatk.report.figures.figure import Figure, Table, nothing_to_show
from passatk.report.figures.theme import colour
from passatk.stats.order import PrefixCurve
from passatk.stats.result import Estimate

_POINTS = 60
_TITLE = "The first attempts against any"
_QUESTION = "Does it matter in which order the attempts came?"


def draw_prefix(curve: PrefixCurve) -> Figure:
    """What the first t attempts solved, and what t attempts in random order would."""
    last = len(curve.t)
    if last < 2:
        return nothing_to_show(
            "order", _TITLE, _QUESTION, "one attempt at a problem has no order: nothing to show"
        )
    at = [k - 1 for k in spaced(last, _POINTS)]
    seen, any_order = "first t attempts", "any t attempts (pass@t)"
    rows = [
        {
            "t": int(curve.t[i]),
            "line": name,
            "value": float(values[i]),
            "gap": float(curve.observed[i] - curve.expected[i]),
        }
        for i in at
        for name, values in ((seen, curve.observed), (any_order, curve.expected))
    ]
    chart = (
        alt.Chart(data(rows))
        .mark_line(strokeWidth=2, point={"filled": True, "size": 26})
        .encode(
            x=alt.X("t:Q")
            .scale(type="log", domain=[1, last], nice=False)
            .axis(format=",d", tickCount=6)
            .title("attempts, t"),
            y=alt.Y("value:Q")
            .scale(zero=False, nice=True)
            .axis(format=".2f", tickCount=5)
            .title("share of problems solved"),
            color=alt.Color("line:N")
            .scale(series_scale([seen, any_order], [colour("b"), colour("a")]))
            .title(None)
            .legend(symbolType="stroke", symbolSize=400),
            strokeDash=alt.StrokeDash("line:N")
            .scale(domain=[seen, any_order], range=[[1, 0], [5, 4]])
            .title(None)
            .legend(symbolType="stroke", symbolSize=400),
            tooltip=[
                alt.Tooltip("line:N", title="line"),
                alt.Tooltip("t:Q", title="t"),
                alt.Tooltip("value:Q", title="solved", format=".3f"),
                alt.Tooltip("gap:Q", title="first minus any", format="+.3f"),
            ],
        )
    )
    widest = max(at, key=lambda i: abs(curve.observed[i] - curve.expected[i]))
    gap = float(curve.observed[widest] - curve.expected[widest])
    return Figure(
        name="order",
        title=_TITLE,
        question=_QUESTION,
        how_to_read=(
            "If attempts are exchangeable, the two lines differ by chance alone. A solid line "
            "above the dashed one says that earlier attempts are better. How much chance allows is "
            "the business of the joint test over all t, not of a look at one point."
        ),
        alt=(
            f"After the first attempt {curve.observed[0]:.3f} of the problems are solved, against "
            f"{curve.expected[0]:.3f} for any attempt; first attempt minus any: "
            f"{_interval(curve.best_first)}. The lines are farthest apart at t={curve.t[widest]}, "
            f"by {gap:+.3f}."
        ),
        table=Table(
            ("t", "first t attempts", "any t attempts", "difference", "standard error"),
            [
                (
                    int(curve.t[i]),
                    float(curve.observed[i]),
                    float(curve.expected[i]),
                    float(curve.observed[i] - curve.expected[i]),
                    float(curve.standard_error[i]),
                )
                for i in at
            ],
        ),
        spec=finished(chart),
        method="prefix curve against the mean over all orders of the same results",
        basis=f"{curve.best_first.problems:,} problems, {curve.best_first.attempts:,} attempts",
    )


def _interval(each: Estimate) -> str:
    if each.low is None or each.high is None:
        return f"{each.value:+.3f}"
    return f"{each.value:+.3f} [{each.low:+.3f}, {each.high:+.3f}]"
