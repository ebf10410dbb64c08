"""Figures: charts that Vega-Lite takes, tables, words; and those with nothing to show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np
import pytest

from passatk.records import Status
from passatk.report.document.model import Report
from passatk.report.figures.curves import draw_curves, run_curve
from passatk.report.figures.differences import draw_differences, paired
from passatk.report.figures.difficulty import difficulty, draw_difficulty
from passatk.report.figures.diversity import (
    Approaches,
    Rarefaction,
    VariantCurve,
    draw_approaches,
    draw_first_variant,
    draw_rarefaction,
)
from passatk.report.figures.dumbbells import draw_dumbbells
from passatk.report.figures.figure import Figure
from passatk.report.figures.hazard import draw_hazard
from passatk.report.figures.heat_map import CODES, AttemptGrid, draw_heat_map
from passatk.report.figures.precision import draw_precision, precision
from passatk.report.figures.prefix import draw_prefix
from passatk.report.figures.review import draw_review
from passatk.report.figures.selection import Selecting, draw_selection
from passatk.report.figures.sensitivity import ConditionEffect, draw_sensitivity
from passatk.report.figures.static import picture, static_spec
from passatk.report.figures.statuses import ALL, draw_statuses, ended
from passatk.report.figures.theme import colour, css_variables, resolved, status_colour
from passatk.simulate import Setting, draw
from passatk.stats import Outcomes, StopAtSuccess
from passatk.stats.decisions import Reviewing, best_k
from passatk.stats.order import hazard, prefix_curve
from passatk.store import ProblemCounts

RUN = draw(Setting(problems=60, attempts=20), np.random.default_rng(5)).outcomes
OTHER = draw(Setting(problems=60, attempts=20), np.random.default_rng(6)).outcomes
VARIANTS = VariantCurve("program", (1, 5, 10), (0.3, 0.6, 0.7), (0.3, 0.5, 0.55), None, 60)
CHOOSING = Selecting(
    (1, 5),
    (0.3, 0.3),
    (0.3, 0.6),
    {"majority": (0.3, 0.45)},
    {"majority": ((0.2, 0.4), (0.4, 0.5))},
    candidates=20,
    problems=60,
)
EFFECTS = [
    ConditionEffect("temperature 0.2", "pass@1", 0.07, 0.05, 0.09, 0.001),
    ConditionEffect("temperature 0.2", "pass@10", -0.09, -0.12, -0.06, 0.001),
]


def letters(outcomes: Outcomes) -> AttemptGrid:
    passed, failed = CODES[Status.PASSED], CODES[Status.WRONG_ANSWER]
    rows = ("".join(passed if each else failed for each in row) for row in outcomes.rows())
    return AttemptGrid(outcomes.problems, tuple(rows))


def rows(figure: Figure) -> list[dict[str, Any]]:
    """The only data of a chart."""
    assert figure.spec is not None
    (values,) = figure.spec["datasets"].values()
    return list(values)


DRAWN: dict[str, Callable[[], Figure]] = {
    "curves": lambda: draw_curves([run_curve("run", RUN)]),
    "difficulty": lambda: draw_difficulty(difficulty(RUN)),
    "heat-map": lambda: draw_heat_map(letters(RUN)),
    "order": lambda: draw_prefix(prefix_curve(RUN)),
    "hazard": lambda: draw_hazard(hazard(RUN)),
    "review": lambda: draw_review(best_k(RUN, Reviewing(review_cost=0.02), resamples=100)),
    "precision": lambda: draw_precision(precision(RUN)),
    "differences": lambda: draw_differences(paired("a", RUN, "b", OTHER, 1)),
    "dumbbells": lambda: draw_dumbbells(paired("a", RUN, "b", OTHER, 1)),
    "approaches": lambda: draw_approaches(Approaches("program", ("x", "y"), ((5, 1, 1), (2, 2)))),
    "first-variant": lambda: draw_first_variant(VARIANTS),
    "rarefaction": lambda: draw_rarefaction(Rarefaction((1, 5), {"text": (1.0, 4.2)}, 60)),
    "selection": lambda: draw_selection(CHOOSING),
    "sensitivity": lambda: draw_sensitivity(EFFECTS, reference="0.8", problems=60),
}
EMPTY: dict[str, Callable[[], Figure]] = {
    "order": lambda: draw_prefix(prefix_curve(Outcomes.from_matrix([[1], [0]]))),
    "hazard": lambda: draw_hazard(hazard(Outcomes.from_matrix([[0, 0], [0, 0]]))),
    "dumbbells": lambda: draw_dumbbells(paired("a", RUN, "b", RUN, 1)),
    "approaches": lambda: draw_approaches(Approaches("program", (), ())),
    "first-variant": lambda: draw_first_variant(VariantCurve("program", (), (), ())),
    "rarefaction": lambda: draw_rarefaction(Rarefaction((), {})),
    "selection": lambda: draw_selection(Selecting((), (), (), {}, {}, 0, 0)),
    "sensitivity": lambda: draw_sensitivity([], reference="x", problems=0),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_is_whole(name: str) -> None:
    """A chart that compiles and draws, the numbers behind it, and words about it."""
    figure = DRAWN[name]()
    assert name == figure.name
    assert figure.nothing == ""
    assert figure.spec is not None
    alt.Chart.from_dict(dict(figure.spec))
    assert figure.table.rows
    assert {len(figure.table.columns)} == {len(row) for row in figure.table.rows}
    for words in (figure.title, figure.question, figure.how_to_read, figure.alt, figure.method):
        assert words
    drawn = picture(figure, "svg").decode()
    assert drawn.startswith("<svg")
    assert "var(" not in drawn


@pytest.mark.parametrize("name", EMPTY)
def test_a_figure_with_nothing_to_show_says_why(name: str) -> None:
    """No empty axes."""
    figure = EMPTY[name]()
    assert name == figure.name
    assert figure.spec is None
    assert len(figure.nothing) > 20
    with pytest.raises(ValueError, match="nothing to show"):
        picture(figure, "svg")


@pytest.mark.parametrize(("format", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_other_formats(format: Any, start: bytes) -> None:
    """PNG and PDF come without a browser as well."""
    assert picture(DRAWN["sensitivity"](), format).startswith(start)


def test_figures_of_a_report_have_names_of_their_own(two: Report) -> None:
    """With several runs, the place of the run comes first."""
    figures = two.all_figures()
    assert len(figures) == len({name for name, _ in figures})
    assert {"changes", "run-1-curves", "run-2-curves"} <= {name for name, _ in figures}


def bars(figure: Figure) -> list[tuple[Any, ...]]:
    """(start, end, ...) of every bar of a heat map."""
    found = []
    for row in rows(figure):
        columns = [row[name] for name in ("a", "b", "k", "n", "v") if name in row]
        found += list(zip(*columns, strict=True))
    return found


def test_the_heat_map_keeps_every_attempt() -> None:
    """Neighbours of one status are one bar, and the bars add up."""
    found = bars(draw_heat_map(letters(RUN)))
    assert 60 * 20 == sum(end - start for start, end, _ in found)
    # The first status that occurs is passed.
    assert int(RUN.c.sum()) == sum(end - start for start, end, status in found if status == 0)


def test_a_large_heat_map_is_binned() -> None:
    """A thousand by a thousand is at most ten thousand cells, and loses no pass."""
    run = draw(Setting(problems=1000, attempts=1000), np.random.default_rng(1)).outcomes
    figure = draw_heat_map(letters(run))
    found = bars(figure)
    assert len(found) <= 10_000
    assert 1_000_000 == sum(n for _, _, n, _ in found)
    share = sum(n * passed for _, _, n, passed in found) / 1_000_000
    assert share == pytest.approx(run.c.sum() / 1_000_000, abs=1e-3)
    assert 1000 == len(figure.table.rows)


def test_attempts_of_unequal_number() -> None:
    """Rows end where their attempts end, in bins as well."""
    grid = AttemptGrid(("a", "b"), ("ab", "abbab"))
    assert 7 == sum(end - start for start, end, _ in bars(draw_heat_map(grid)))
    long = AttemptGrid(("a", "b"), ("a" * 100, "b" * 300))
    assert 400 == sum(n for _, _, n, _ in bars(draw_heat_map(long)))


def test_difficulty_counts_every_problem() -> None:
    """Bars add up to the problems, and so does the fit."""
    found = difficulty(Outcomes.from_counts([10, 10, 20], [0, 4, 20], stopping="independent"))
    assert 3 == sum(found.observed)
    assert 3 == pytest.approx(sum(found.expected))
    assert 1 == found.observed[0] == found.observed[-1]


def test_statuses_by_category() -> None:
    """All problems first, then categories by attempts; pending ones are not judged."""
    counts = [
        ProblemCounts("x", "small", None, None, 3, {Status.PASSED: 1, Status.WRONG_ANSWER: 1}),
        ProblemCounts("y", "large", None, None, 5, {Status.PASSED: 5}),
    ]
    groups = ended(counts)
    assert [ALL, "large", "small"] == [each.category for each in groups]
    assert {Status.PASSED: 6, Status.WRONG_ANSWER: 1, None: 1} == groups[0].statuses
    figure = draw_statuses(groups)
    assert ("category", "problems", "attempts", "passed", "wrong answer", "not judged") == (
        figure.table.columns
    )


def test_an_extrapolation_that_cannot_be_is_left_out() -> None:
    """Every attempt passed: the curve is there, and says why it ends."""
    figure = draw_curves([run_curve("run", Outcomes.from_counts(5, [5, 5, 5]))])
    assert figure.spec is not None
    assert "nothing to extrapolate from" in figure.method


def test_many_problems_are_a_histogram() -> None:
    """A bar a problem is for those that can be told apart."""
    many = Outcomes.from_counts(10, [i % 11 for i in range(400)])
    other = Outcomes.from_counts(10, [(i * 7) % 11 for i in range(400)])
    figure = draw_differences(paired("a", many, "b", other, 1))
    assert 400 == sum(each["n"] for each in rows(figure))


def test_palettes_have_the_same_names() -> None:
    """A colour of one theme is one of the other, and every status has its own."""
    names = [
        [each.split(":")[0].strip() for each in css_variables(mode).split(";")]
        for mode in ("light", "dark")
    ]
    assert names[0] == names[1]
    assert len(Status) + 1 == len({status_colour(each) for each in (*Status, None)})
    with pytest.raises(KeyError):
        colour("no such colour")


def test_colours_are_resolved_everywhere() -> None:
    """In lists, in mappings, and inside a text."""
    value = {"a": [colour("a"), 1], "b": f"1px solid {colour('ink')}"}
    assert {"a": ["#1d63b0", 1], "b": "1px solid #1b1f24"} == resolved(value)


def test_a_static_chart_fetches_nothing() -> None:
    """Its data are inside."""
    assert "url" not in str(static_spec(DRAWN["curves"]()))


def test_attempts_that_end_with_a_pass_have_no_curve_of_all() -> None:
    """pass^k cannot be had from them, and the figure does not speak of it."""
    outcomes = Outcomes.from_counts([1, 3, 5], [1, 1, 0], stopping=StopAtSuccess(1, 5))
    figure = draw_curves([run_curve("run", outcomes)])
    assert "pass@k" == figure.title
    assert (
        {"pass@k"} <= {how for *_, how in figure.table.rows} <= {"pass@k", "pass@k, extrapolated"}
    )
    assert "all k pass" not in figure.how_to_read
