"""What reviewing up to k candidates brings, and how sure the best k is."""

from __future__ import annotations

import numpy as np

from passatk.report.figures.charts import alt, data, finished
from passatk.report.figures.figure import Figure, Table, counted
from passatk.report.figures.theme import colour
from passatk.stats.decisions import BestK, Reviewing
from passatk.stats.resampling import DEFAULT_SEED
from passatk.stats.result import percent

_MOST = 120


def draw_review(best: BestK) -> Figure:
    """Utility over k; the bars are the share of resampled benchmarks in which k is the best."""
    curve = best.curve
    shown = _shown(best)
    rows = [
        {
            "k": k,
            "utility": float(curve.utility[k]),
            "share": float(best.distribution[k]),
            "right": float(curve.right[k]),
            "wrong": float(curve.wrong[k]),
            "reviews": float(curve.reviews[k]),
            "regret": float(best.regret[k]),
        }
        for k in shown
    ]
    base = alt.Chart(data(rows)).encode(
        x=alt.X("k:Q")
        .scale(domain=[0, shown[-1]], nice=False)
        .axis(format=",d", tickMinStep=1, tickCount=10)
        .title("candidates, k")
    )
    tips = [
        alt.Tooltip("k:Q", title="k"),
        alt.Tooltip("utility:Q", title="utility", format=".3f"),
        alt.Tooltip("share:Q", title="is the best in", format=".1%"),
        alt.Tooltip("right:Q", title="right accepted", format=".3f"),
        alt.Tooltip("wrong:Q", title="wrong accepted", format=".3f"),
        alt.Tooltip("reviews:Q", title="candidates looked at", format=".2f"),
        alt.Tooltip("regret:Q", title="regret", format=".4f"),
    ]
    bars = base.mark_bar(
        color=colour("b"), opacity=0.55, width=max(1, min(10, 400 // len(shown)))
    ).encode(
        y=alt.Y("share:Q")
        .scale(domain=[0, max(0.3, float(best.distribution.max()) * 2)])
        .axis(format=".0%", orient="right", grid=False, titleX=0, titleAlign="right", tickCount=4)
        .title("is the best k in"),
        tooltip=tips,
    )
    line = base.mark_line(
        strokeWidth=2, color=colour("a"), point={"filled": True, "size": 24, "color": colour("a")}
    ).encode(
        y=alt.Y("utility:Q").axis(format=".2f", tickCount=5).title("utility a problem"),
        tooltip=tips,
    )
    rule = (
        alt.Chart(data([{"k": best.k}]))
        .mark_rule(color=colour("ink"), strokeDash=[3, 3])
        .encode(x="k:Q")
    )
    return Figure(
        name="review",
        title="How many candidates to review",
        question="How many candidates should a reviewing developer be given?",
        how_to_read=(
            "Line: what a review of up to k candidates is worth. Bars: in how many of the "
            "resampled benchmarks that k is the best. A flat line makes many k as good as the "
            "best. "
            f"{_assumed(best.assumptions)}"
        ),
        alt=(
            f"The best k is {best.k}; {percent(best.level)} of resampled benchmarks have it "
            f"between {best.low} and {best.high}. Utility there is {curve.utility[best.k]:.3f} a "
            f"problem; not knowing the best k for certain costs {best.regret[best.k]:.4f}."
            + (" It is the largest k that the attempts allow." if best.at_the_edge else "")
        ),
        table=Table(
            ("k", "utility", "right", "wrong", "reviews", "is the best in", "regret"),
            [
                (
                    r["k"],
                    r["utility"],
                    r["right"],
                    r["wrong"],
                    r["reviews"],
                    r["share"],
                    r["regret"],
                )
                for r in rows
            ],
        ),
        spec=finished(alt.layer(bars, line, rule).resolve_scale(y="independent")),
        method=f"exact over random orders; problems resampled, seed {DEFAULT_SEED}",
        basis=counted(best.problems, "problem"),
    )


def _assumed(about: Reviewing) -> str:
    return (
        f"Assumed: a right candidate is accepted with {about.sensitivity:.0%}, a wrong one with "
        f"{about.false_accept:.0%}; a right one is worth {about.value:g}, a wrong one accepted "
        f"costs {about.loss:g}, making one {about.generation_cost:g}, looking at one "
        f"{about.review_cost:g}, waiting for one {about.latency_cost:g}. passatk advise changes "
        "the assumptions."
    )


def _shown(best: BestK) -> list[int]:
    """All k up to a little beyond where the best may lie; evenly spaced where they are many."""
    last = len(best.curve.k) - 1
    end = min(last, max(10, 3 * max(best.high, best.k)))
    if end <= _MOST:
        return list(range(end + 1))
    spread = np.unique(np.linspace(0, end, _MOST).round().astype(int))
    return sorted({*spread.tolist(), best.k})
