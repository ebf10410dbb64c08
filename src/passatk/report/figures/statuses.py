"""How the attempts ended, by category of problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from passatk.records import Status
from passatk.report.figures.charts import alt, data, finished
from passatk.report.figures.figure import Figure, Table, basis
from passatk.report.figures.theme import status_colour, status_words
from passatk.report.visible import visible
from passatk.store import ProblemCounts

_MOST_CATEGORIES = 30
ALL = "all problems"


@dataclass(frozen=True, slots=True)
class Ended:
    """The attempts at the problems of a category; None stands for attempts not judged."""

    category: str
    problems: int
    statuses: dict[Status | None, int]

    @property
    def attempts(self) -> int:
        return sum(self.statuses.values())


def ended(counts: Sequence[ProblemCounts]) -> list[Ended]:
    """All problems, then each category from the most attempts to the fewest."""
    groups: dict[str, tuple[int, Counter[Status | None]]] = {}
    for each in counts:
        statuses: Counter[Status | None] = Counter()
        for status, count in each.statuses.items():
            statuses[status] += count
        if each.pending:
            statuses[None] += each.pending
        for name in (ALL, each.category or "no category"):
            problems, so_far = groups.get(name, (0, Counter()))
            groups[name] = (problems + 1, so_far + statuses)
    found = [Ended(name, problems, dict(seen)) for name, (problems, seen) in groups.items()]
    every, *parts = found
    parts.sort(key=lambda part: -part.attempts)
    if len(parts) == 1:
        return [every]
    rest = parts[_MOST_CATEGORIES:]
    if rest:
        total: Counter[Status | None] = Counter()
        for part in rest:
            total += Counter(part.statuses)
        name = f"{len(rest)} other categories"
        parts[_MOST_CATEGORIES:] = [Ended(name, sum(p.problems for p in rest), dict(total))]
    return [every, *parts]


def draw_statuses(groups: Sequence[Ended]) -> Figure:
    """A bar a category, divided by status."""
    every = groups[0]
    shown: list[Status | None] = [s for s in (*Status, None) if every.statuses.get(s)]
    rows = []
    for group in groups:
        before = 0.0
        for place, status in enumerate(shown):
            share = group.statuses.get(status, 0) / max(1, group.attempts)
            if share:
                rows.append(
                    {
                        "category": visible(group.category),
                        "status": status_words(status),
                        "place": place,
                        "from": before,
                        "to": before + share,
                        "share": share,
                        "count": group.statuses.get(status, 0),
                    }
                )
            before += share
    chart = (
        alt.Chart(data(rows))
        .mark_bar(height={"band": 0.78})
        .encode(
            x=alt.X("from:Q")
            .scale(domain=[0, 1])
            .axis(format=".0%", tickCount=5)
            .title("share of attempts"),
            x2="to:Q",
            y=alt.Y("category:N").sort([visible(group.category) for group in groups]).title(None),
            color=alt.Color("status:N")
            .scale(
                domain=[status_words(status) for status in shown],
                range=[status_colour(status) for status in shown],
            )
            .title(None)
            .legend(symbolType="square"),
            tooltip=[
                alt.Tooltip("category:N", title="category"),
                alt.Tooltip("status:N", title="status"),
                alt.Tooltip("count:Q", title="attempts", format=","),
                alt.Tooltip("share:Q", title="share", format=".1%"),
            ],
        )
    )
    most = max(
        (s for s in shown if s is not Status.PASSED), default=None, key=lambda s: every.statuses[s]
    )
    passed = every.statuses.get(Status.PASSED, 0) / max(1, every.attempts)
    return Figure(
        name="statuses",
        title="How attempts ended",
        question="What goes wrong, and where?",
        how_to_read=(
            "Each bar is all attempts at the problems of a category, divided by status. "
            "judge error is a fault of the judge and counts as missing."
        ),
        alt=(
            f"{passed:.1%} of {every.attempts:,} attempts passed"
            + (
                f"; the most frequent other end is {status_words(most)} with "
                f"{every.statuses[most] / every.attempts:.1%}."
                if passed < 1
                else "."
            )
        ),
        table=Table(
            ("category", "problems", "attempts", *(status_words(status) for status in shown)),
            [
                (g.category, g.problems, g.attempts, *(g.statuses.get(s, 0) for s in shown))
                for g in groups
            ],
        ),
        spec=finished(chart, height=26 * len(groups)),
        method="counts of verdicts",
        basis=basis(every.problems, every.attempts),
    )
