"""How different the attempts are: approaches, the first-variant curve, rarefaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from passatk.report.figures.charts import alt, data, finished, series_scale
from passatk.report.figures.figure import Figure, Table, counted, nothing_to_show
from passatk.report.figures.theme import colour, series
from passatk.report.visible import visible

_MOST_PROBLEMS = 40
_MOST_APPROACHES = 6
Interval = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Approaches:
    """Attempts at each problem by approach.

    Attributes:
        level: what makes two attempts one approach, ``"normalised program"``.
        problems: names.
        sizes: of each problem, attempts of each approach, in any order.
    """

    level: str
    problems: tuple[str, ...]
    sizes: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class VariantCurve:
    """pass@k, and the same where only the first attempt of each approach counts.

    Attributes:
        level: what makes two attempts one approach.
        k: ascending.
        all_attempts, first_variants: means over problems, in [0, 1].
        interval: of the first-variant curve at each k; None where there is none.
    """

    level: str
    k: tuple[int, ...]
    all_attempts: tuple[float, ...]
    first_variants: tuple[float, ...]
    interval: tuple[Interval, ...] | None = None
    problems: int = 0


@dataclass(frozen=True, slots=True)
class Rarefaction:
    """Different programs among k attempts, for levels of likeness.

    Attributes:
        k: ascending.
        distinct: by level, the mean number of different ones at each k.
    """

    k: tuple[int, ...]
    distinct: Mapping[str, tuple[float, ...]]
    problems: int = 0


def draw_approaches(found: Approaches) -> Figure:
    """A bar a problem, divided by approach; the least diverse problems come first."""
    title, question = "Approaches at each problem", "How often is the same thing tried?"
    if not found.problems:
        return nothing_to_show("approaches", title, question, "no attempts were compared")
    shares = [max(sizes) / max(1, sum(sizes)) for sizes in found.sizes]
    order = sorted(range(len(shares)), key=lambda i: -shares[i])
    shown = order[:_MOST_PROBLEMS]
    rows = []
    for i in shown:
        sizes = sorted(found.sizes[i], reverse=True)
        parts = [*sizes[:_MOST_APPROACHES], sum(sizes[_MOST_APPROACHES:])]
        before, total = 0, sum(sizes)
        for place, size in enumerate(parts):
            if size:
                what = "all others" if place == _MOST_APPROACHES else f"approach {place + 1}"
                rows.append(
                    {
                        "p": visible(found.problems[i]),
                        "what": what,
                        "a": before / total,
                        "b": (before + size) / total,
                        "n": size,
                    }
                )
            before += size
    names = [*(f"approach {i + 1}" for i in range(_MOST_APPROACHES)), "all others"]
    chart = (
        alt.Chart(data(rows))
        .mark_bar(height={"band": 0.8})
        .encode(
            x=alt.X("a:Q").scale(domain=[0, 1]).axis(format=".0%", tickCount=5).title("attempts"),
            x2="b:Q",
            y=alt.Y("p:N").sort([visible(found.problems[i]) for i in shown]).title(None),
            color=alt.Color("what:N").scale(series_scale(names, series(len(names)))).title(None),
            stroke=alt.value(colour("paper")),
            tooltip=[
                alt.Tooltip("p:N", title="problem"),
                alt.Tooltip("what:N", title="approach"),
                alt.Tooltip("n:Q", title="attempts", format=","),
            ],
        )
    )
    mean = sum(len(sizes) for sizes in found.sizes) / len(found.sizes)
    top = order[0]
    return Figure(
        name="approaches",
        title=title,
        question=question,
        how_to_read=(
            f"Each bar is all attempts at a problem, divided by approach ({found.level}), the most "
            f"frequent first. {_first(len(shown), len(order))}"
        ),
        alt=(
            f"{mean:.1f} approaches at a problem on average. Least diverse: {found.problems[top]}, "
            f"where {shares[top]:.0%} of the attempts are one approach."
        ),
        table=Table(
            ("problem", "attempts", "approaches", "share of the most frequent"),
            [
                (found.problems[i], sum(found.sizes[i]), len(found.sizes[i]), shares[i])
                for i in order
            ],
        ),
        spec=finished(chart, height=18 * len(shown)),
        method=f"one approach: {found.level}",
        basis=counted(len(order), "problem"),
    )


def draw_first_variant(curve: VariantCurve) -> Figure:
    """Two lines; the space between them is what small variations of one approach bring."""
    title = "What only variants bring"
    question = "Does pass@k grow by new approaches, or by variants of the same ones?"
    if not curve.k:
        return nothing_to_show("first-variant", title, question, "no attempts were compared")
    every, first = "pass@k", "first variant of each approach"
    band = curve.interval or ((None, None),) * len(curve.k)
    rows = [
        {"k": k, "line": name, "value": value, "low": low, "high": high}
        for name, values, around in (
            (every, curve.all_attempts, ((None, None),) * len(curve.k)),
            (first, curve.first_variants, band),
        )
        for k, value, (low, high) in zip(curve.k, values, around, strict=True)
    ]
    tint = (
        alt.Color("line:N")
        .scale(series_scale([every, first], [colour("a"), colour("b")]))
        .title(None)
        .legend(symbolType="stroke", symbolSize=400)
    )
    base = alt.Chart(data(rows)).encode(
        x=alt.X("k:Q").scale(type="log", nice=False).axis(format=",d", tickCount=6).title("k")
    )
    y = alt.Y("value:Q").scale(domain=[0, 1]).axis(format=".1f", tickCount=5)
    around = base.mark_area(opacity=0.16).encode(y="low:Q", y2="high:Q", color=tint)
    line = base.mark_line(strokeWidth=2, point={"filled": True, "size": 26}).encode(
        y=y.title("chance of success"),
        color=tint,
        strokeDash=alt.StrokeDash("line:N")
        .scale(domain=[every, first], range=[[1, 0], [6, 4]])
        .title(None)
        .legend(symbolType="stroke", symbolSize=400),
        tooltip=["line:N", alt.Tooltip("k:Q"), alt.Tooltip("value:Q", format=".3f")],
    )
    last = -1
    return Figure(
        name="first-variant",
        title=title,
        question=question,
        how_to_read=(
            "Solid: pass@k. Dashed: the same where only the first attempt of each approach counts. "
            "The space between is what variants of one approach bring. Both begin at pass@1."
        ),
        alt=(
            f"At k={curve.k[last]} pass@k is {curve.all_attempts[last]:.3f}, with first variants "
            f"alone {curve.first_variants[last]:.3f}."
        ),
        table=Table(
            ("k", every, first, "low", "high"),
            [
                (k, a, b, low, high)
                for k, a, b, (low, high) in zip(
                    curve.k, curve.all_attempts, curve.first_variants, band, strict=True
                )
            ],
        ),
        spec=finished(alt.layer(around, line)),
        method=f"one approach: {curve.level}",
        basis=counted(curve.problems, "problem") if curve.problems else "",
    )


def draw_rarefaction(found: Rarefaction) -> Figure:
    """A line for each level of likeness, under the diagonal on which all attempts differ."""
    title, question = "Different programs among k attempts", "Does trying again give something new?"
    if not found.k or not found.distinct:
        return nothing_to_show("rarefaction", title, question, "no attempts were compared")
    names = list(found.distinct)
    rows = [
        {"k": k, "level": name, "n": value}
        for name, values in found.distinct.items()
        for k, value in zip(found.k, values, strict=True)
    ]
    base = alt.Chart(data(rows)).encode(
        x=alt.X("k:Q").axis(format=",d", tickCount=6).title("attempts, k")
    )
    line = base.mark_line(strokeWidth=2, point={"filled": True, "size": 26}).encode(
        y=alt.Y("n:Q").title("different programs"),
        color=alt.Color("level:N").scale(series_scale(names, series(len(names)))).title(None),
        tooltip=[
            "level:N",
            alt.Tooltip("k:Q"),
            alt.Tooltip("n:Q", title="different", format=".2f"),
        ],
    )
    limit = (
        alt.Chart(data([{"k": 1, "n": 1}, {"k": found.k[-1], "n": found.k[-1]}]))
        .mark_line(color=colour("g"), strokeDash=[2, 3])
        .encode(x="k:Q", y="n:Q")
    )
    return Figure(
        name="rarefaction",
        title=title,
        question=question,
        how_to_read=(
            "How many of k attempts at a problem differ, on average; on the dotted line all do. "
            "Numbers for k attempts can be compared between runs with different numbers of them."
        ),
        alt=" ".join(
            f"{name}: {values[-1]:.1f} different among {found.k[-1]:,} attempts."
            for name, values in found.distinct.items()
        ),
        table=Table(
            ("k", *names),
            [(k, *(found.distinct[name][i] for name in names)) for i, k in enumerate(found.k)],
            digits=2,
        ),
        spec=finished(alt.layer(limit, line)),
        method="mean over problems of the exact expectation over k-subsets",
        basis=counted(found.problems, "problem") if found.problems else "",
    )


def _first(shown: int, of: int) -> str:
    return "" if shown == of else f"The {shown} least diverse of {of:,} problems."
