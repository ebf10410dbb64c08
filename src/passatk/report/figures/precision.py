"""How wide an interval problems and attempts buy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from passatk.report.figures.charts import alt, data, finished, series_scale
from passatk.report.figures.figure import Figure, Table, basis
from passatk.report.figures.theme import colour, series
from passatk.stats import Outcomes
from passatk.stats.design import Plan, standard_error, variation
from passatk.stats.result import percent

_PROBLEMS = (20, 50, 100, 200, 500, 1000, 2000, 5000)
_TICKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)


@dataclass(frozen=True, slots=True)
class Precision:
    """Standard errors by plan.

    Attributes:
        k: of pass@k.
        plans: problems, attempts, and the standard error they give.
        this: the plan of the run itself.
        own: its standard error.
        level: of the intervals.
    """

    k: int
    plans: tuple[tuple[int, int, float], ...]
    this: Plan
    own: float
    level: float


def precision(outcomes: Outcomes, k: int = 1, *, level: float = 0.95) -> Precision:
    """What other numbers of problems and attempts would have given.

    Raises:
        DataError: 2k attempts at each problem are not there, or one problem only.
    """
    varies = variation(outcomes, k=k)
    n = int(outcomes.n.min())
    attempts = sorted({each for each in (1, 5, 20, 100) if each >= k} | {n})
    this = Plan(len(outcomes), n)
    # Of one problem each: no part of it is shared by problems.
    alone = {each: standard_error(varies, Plan(1, each)) for each in attempts}
    return Precision(
        k,
        tuple(
            (problems, each, error / problems**0.5)
            for each, error in alone.items()
            for problems in sorted({*_PROBLEMS, len(outcomes)})
        ),
        this,
        alone[n] / len(outcomes) ** 0.5,
        level,
    )


def draw_precision(found: Precision) -> Figure:
    """Half the width of an interval over problems, a line for each number of attempts."""
    half = _half(found.level)
    names = [f"{n:,}" for n in sorted({attempts for _, attempts, _ in found.plans})]
    rows: list[dict[str, Any]] = [
        {"problems": problems, "n": f"{attempts:,}", "half": half * error, "attempts": attempts}
        for problems, attempts, error in found.plans
    ]
    colours, widths = series(len(names)), [row["half"] for row in rows]
    base = alt.Chart(data(rows)).encode(
        x=alt.X("problems:Q")
        .scale(
            type="log", domain=[_PROBLEMS[0], max(_PROBLEMS[-1], found.this.problems)], nice=False
        )
        .axis(format=",d", values=list(_PROBLEMS))
        .title("problems"),
        y=alt.Y("half:Q")
        .scale(type="log", nice=False, domain=[0.8 * min(widths), 1.2 * max(widths)])
        .axis(format=".2~p", values=[t for t in _TICKS if 0.8 * min(widths) <= t])
        .title("half width of the interval"),
    )
    line = base.mark_line(strokeWidth=2, point={"filled": True, "size": 22}).encode(
        color=alt.Color("n:N").scale(series_scale(names, colours)).title("attempts at a problem"),
        tooltip=[
            alt.Tooltip("problems:Q", format=","),
            alt.Tooltip("attempts:Q", format=","),
            alt.Tooltip("half:Q", title="half width", format=".2%"),
        ],
    )
    here = (
        alt.Chart(
            data([{"problems": found.this.problems, "half": half * found.own, "this": "this run"}])
        )
        .mark_point(shape="cross", size=140, filled=True, color=colour("ink"), opacity=1)
        .encode(x="problems:Q", y="half:Q", tooltip=["this:N", alt.Tooltip("half:Q", format=".2%")])
    )
    return Figure(
        name="precision",
        title="What more problems or attempts would buy",
        question=f"How sure is pass@{found.k}, and what would make it surer?",
        how_to_read=(
            f"Half the width of a {percent(found.level)} interval for problems like these, with "
            "other numbers of problems and attempts; the cross is this run. Where lines for more "
            "attempts lie on each other, only more problems help."
        ),
        alt=(
            f"This run, {basis(found.this.problems, found.this.total)}: plus or minus "
            f"{half * found.own:.1%}. " + _gain(found, half)
        ),
        table=Table(
            ("problems", "attempts at each", "standard error", "half width"),
            [(p, n, error, half * error) for p, n, error in found.plans],
            digits=4,
        ),
        spec=finished(alt.layer(line, here)),
        method=(
            "variance between problems and of chance within them, estimated from this run; normal "
            "quantile"
        ),
        basis=basis(found.this.problems, found.this.total),
    )


def _gain(found: Precision, half: float) -> str:
    most = max(found.plans, key=lambda plan: (plan[0] == found.this.problems, plan[1]))
    far = min(found.plans, key=lambda plan: (plan[1] != found.this.attempts, -plan[0]))
    return (
        f"With {most[1]:,} attempts at each problem it would be {half * most[2]:.1%}, with "
        f"{far[0]:,} problems {half * far[2]:.1%}."
    )


def _half(level: float) -> float:
    """Standard errors in half an interval."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + level / 2.0)
