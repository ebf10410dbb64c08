"""pass@k and pass^k over k, with intervals, and what models say beyond the attempts made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from passatk.errors import DataError
from passatk.report.figures.charts import Row, alt, data, finished, series_scale, spaced
from passatk.report.figures.figure import Figure, Table, basis
from passatk.report.figures.theme import colour, series
from passatk.report.visible import visible
from passatk.stats import Estimate, Outcomes, StopAtSuccess, estimate, extrapolate
from passatk.stats.extrapolation import Extrapolation
from passatk.stats.resampling import DEFAULT_SEED
from passatk.stats.result import percent

_POINTS = 24
# How far beyond the attempts made the curve goes on, and by how many points.
_REACH = 10
_BEYOND = 6
_REFITS = 60
# What a line is, with its dashes.
_KINDS = {"pass@k": [1, 0], "pass^k": [6, 4], "pass@k, extrapolated": [2, 3]}


@dataclass(frozen=True, slots=True)
class RunCurve:
    """A run over k.

    Attributes:
        run: its name.
        any_of: pass@k, ascending in k.
        all_of: pass^k at the same k.
        beyond: pass@k for larger k; None where nothing can be said.
        beyond_why: why not.
    """

    run: str
    any_of: tuple[Estimate, ...]
    all_of: tuple[Estimate, ...]
    beyond: Extrapolation | None = None
    beyond_why: str = ""


def run_curve(
    run: str, outcomes: Outcomes, *, level: float = 0.95, beyond: bool = True
) -> RunCurve:
    """The curve of a run at up to 24 values of k, and at up to 10 times as many attempts.

    Args:
        beyond: go on beyond the attempts made, by models.

    Raises:
        DataError: numbers of attempts that differ, and nothing that says why.
    """
    ks = spaced(int(outcomes.largest_k.min()), _POINTS)
    any_of = tuple(estimate(outcomes, ks, level=level))
    all_of: tuple[Estimate, ...] = ()
    if not isinstance(outcomes.stopping, StopAtSuccess):  # nothing is seen beyond the pass
        all_of = tuple(estimate(outcomes, ks, metric="pass^k", level=level))
    if not beyond:
        return RunCurve(run, any_of, all_of)
    try:
        models = extrapolate(outcomes, _further(ks[-1]), level=level, resamples=_REFITS)
    except DataError as error:
        return RunCurve(run, any_of, all_of, None, str(error).partition("\n")[0])
    return RunCurve(run, any_of, all_of, models)


def draw_curve(run: str, outcomes: Outcomes, *, level: float = 0.95) -> Figure:
    """The curve of a run by itself.

    Raises:
        DataError: one attempt at a problem, or numbers of attempts that differ, and nothing that
            says why.
    """
    if outcomes.largest_k.min() < 2:
        raise DataError("a problem was attempted once, which leaves no k but 1")
    return draw_curves([run_curve(run, outcomes, level=level)])


def draw_curves(curves: Sequence[RunCurve]) -> Figure:
    """One line a run and metric; dotted beyond the attempts made, where models need not meet it."""
    points = [row for curve in curves for row in _rows(curve)]
    names = [visible(curve.run) for curve in curves]
    first = curves[0].any_of[0]
    title = "pass@k and pass^k" if any(curve.all_of for curve in curves) else "pass@k"
    return Figure(
        name="curves",
        title=title if len(curves) == 1 else f"{title} of each run",
        question="What do k attempts achieve?",
        how_to_read=(
            "Solid: the chance that at least one of k attempts passes. "
            + (
                "Dashed: that all k pass. They start together; how far they part is how much "
                "attempts differ. "
                if title != "pass@k"
                else ""
            )
            + f"Bands are {percent(first.level)} intervals for problems like these"
            + (
                "; beyond the attempts made, dotted, they are the range of three models."
                if any(curve.beyond for curve in curves)
                else "."
            )
        ),
        alt=" ".join(_words(curve) for curve in curves),
        table=Table(
            ("run", "metric", "value", "low", "high", "how"),
            [
                (curve.run, each.metric, each.value, each.low, each.high, how)
                for curve in curves
                for how, each in _estimates(curve)
            ],
        ),
        spec=_chart(points, names),
        method=_method(curves),
        basis=basis(first.problems, first.attempts),
    )


def _chart(points: list[Row], names: Sequence[str]) -> dict[str, Any]:
    largest = max(point["k"] for point in points)
    kinds = [kind for kind in _KINDS if any(point["line"] == kind for point in points)]
    base = alt.Chart(data(points)).encode(
        x=alt.X("k:Q")
        .scale(type="log", domain=[1, max(largest, 2)], nice=False)
        .axis(values=_ticks(largest), format=",d")
        .title("attempts allowed, k"),
    )
    dash = (
        alt.StrokeDash("line:N").scale(domain=kinds, range=[_KINDS[k] for k in kinds]).title(None)
    )
    dash = dash.legend(symbolType="stroke", symbolSize=500)
    if len(names) > 1:
        tint = alt.Color("run:N").scale(series_scale(names, series(len(names)))).title(None)
    else:
        # The same field as that of the dashes: the two share a legend.
        own = {"pass^k": colour("b")}
        tint = (
            alt.Color("line:N")
            .scale(series_scale(kinds, [own.get(kind, colour("a")) for kind in kinds]))
            .title(None)
        )
    tint = tint.legend(symbolType="stroke", symbolSize=500)
    value = alt.Y("value:Q").scale(domain=[0, 1]).axis(format=".1f", tickCount=5)
    band = base.mark_area(opacity=0.16).encode(
        y=alt.Y("low:Q").title("chance of success"),
        y2="high:Q",
        color=tint,
        detail=["run:N", "line:N"],
    )
    line = base.mark_line(strokeWidth=2).encode(
        y=value.title("chance of success"),
        color=tint,
        strokeDash=dash,
        detail="run:N",
    )
    dots = base.mark_point(filled=True, size=28, opacity=1).encode(
        y=value,
        color=tint,
        tooltip=[
            alt.Tooltip("run:N", title="run"),
            alt.Tooltip("name:N", title="metric"),
            alt.Tooltip("value:Q", title="value", format=".3f"),
            alt.Tooltip("low:Q", title="low", format=".3f"),
            alt.Tooltip("high:Q", title="high", format=".3f"),
            alt.Tooltip("line:N", title="how"),
        ],
    )
    return finished(alt.layer(band, line, dots), height=320)


def _rows(curve: RunCurve) -> list[Row]:
    return [_point(curve.run, how, each) for how, each in _estimates(curve)]


def _estimates(curve: RunCurve) -> list[tuple[str, Estimate]]:
    beyond = curve.beyond.estimates if curve.beyond is not None else ()
    return [
        *(("pass@k", each) for each in curve.any_of),
        *(("pass^k", each) for each in curve.all_of),
        *(("pass@k, extrapolated", each) for each in beyond),
    ]


def _point(run: str, how: str, each: Estimate) -> Row:
    return {
        "run": visible(run),
        "line": how,
        "name": each.metric,
        "k": each.k,
        "value": each.value,
        "low": each.value if each.low is None else each.low,
        "high": each.value if each.high is None else each.high,
    }


def _words(curve: RunCurve) -> str:
    first, last = curve.any_of[0], curve.any_of[-1]
    words = (
        f"{curve.run}: pass@k rises from {first.value:.3f} at k=1 to {last.value:.3f} at k={last.k}"
    )
    if curve.all_of:
        words += f"; pass^k falls to {curve.all_of[-1].value:.3f}"
    if curve.beyond is not None:
        far = curve.beyond.estimates[-1]
        words += f"; models put pass@{far.k} between {far.low:.3f} and {far.high:.3f}"
    return words + "."


def _method(curves: Sequence[RunCurve]) -> str:
    words = f"unbiased estimators; {curves[0].any_of[0].method} intervals at each k by itself"
    beyond = next((curve.beyond for curve in curves if curve.beyond is not None), None)
    if beyond is not None:
        words += (
            f"; {beyond.estimates[0].method}, refitted to resampled problems, seed {DEFAULT_SEED}"
        )
    why = next((curve.beyond_why for curve in curves if curve.beyond_why), "")
    return words + (f"; not extrapolated: {why}" if why else "")


def _further(largest: int) -> list[int]:
    """k beyond the attempts made, in equal ratios."""
    found = [round(largest * _REACH ** (step / _BEYOND)) for step in range(1, _BEYOND + 1)]
    return sorted({k for k in found if k > largest})


def _ticks(largest: int) -> list[int]:
    ticks = [base * 10**power for power in range(7) for base in (1, 2, 5)]
    return [tick for tick in ticks if tick <= largest]
