"""Several runs, with the places that the data allow each."""

from __future__ import annotations

from collections.abc import Sequence

from passatk.report.figures.charts import alt, data, finished
from passatk.report.figures.figure import Figure, Table, basis
from passatk.report.figures.theme import series
from passatk.report.visible import visible
from passatk.stats.comparison import Ranking
from passatk.stats.result import percent

_MOST = 40


def draw_rank_sets(rankings: Sequence[Ranking]) -> Figure:
    """A bar of possible places for each run and k."""
    first = rankings[0]
    names = [visible(each.run) for each in first.runs[:_MOST]]
    metrics = [ranking.metric for ranking in rankings]
    rows = [
        {
            "run": visible(each.run),
            "metric": ranking.metric,
            "from": each.best - 0.4,
            "to": each.worst + 0.4,
            "places": each.places,
            "value": each.value.value,
            "low": each.value.low,
            "high": each.value.high,
        }
        for ranking in rankings
        for each in ranking.runs
        if visible(each.run) in names
    ]
    chart = (
        alt.Chart(data(rows))
        .mark_bar(height={"band": 0.7})
        .encode(
            x=alt.X("from:Q")
            .scale(domain=[0.5, len(first.runs) + 0.5], nice=False)
            .axis(format="d", tickMinStep=1, values=_places(len(first.runs)))
            .title("place, 1 is the best"),
            x2="to:Q",
            y=alt.Y("run:N").sort(names).title(None),
            yOffset=alt.YOffset("metric:N").sort(metrics),
            color=alt.Color("metric:N")
            .scale(domain=metrics, range=series(len(metrics)))
            .title(None)
            .legend(symbolType="square"),
            tooltip=[
                alt.Tooltip("run:N", title="run"),
                alt.Tooltip("metric:N", title="metric"),
                alt.Tooltip("places:N", title="places"),
                alt.Tooltip("value:Q", title="value", format=".3f"),
                alt.Tooltip("low:Q", title="low", format=".3f"),
                alt.Tooltip("high:Q", title="high", format=".3f"),
            ],
        )
    )
    return Figure(
        name="rank-sets",
        title="Places that the data allow",
        question="Which run is the best, and how sure is that?",
        how_to_read=(
            "A bar covers every place that a run may have: runs whose bars overlap are not told "
            f"apart. All bars of one k hold together with {percent(first.level)} confidence, for "
            "problems like these."
        ),
        alt=" ".join(
            f"{ranking.metric}: "
            + ", ".join(f"{each.run} place {each.places}" for each in ranking.runs[:_MOST])
            + "."
            for ranking in rankings
        ),
        table=Table(
            ("metric", "run", "value", "low", "high", "best place", "worst place"),
            [
                (
                    ranking.metric,
                    each.run,
                    each.value.value,
                    each.value.low,
                    each.value.high,
                    each.best,
                    each.worst,
                )
                for ranking in rankings
                for each in ranking.runs
            ],
        ),
        spec=finished(chart, height=len(names) * (15 * len(metrics) + 8)),
        method="simultaneous intervals of all pairs, paired over problems",
        basis=basis(first.runs[0].value.problems, sum(each.value.attempts for each in first.runs)),
    )


def _places(count: int) -> list[int]:
    step = max(1, count // 10)
    return list(range(1, count + 1, step))
