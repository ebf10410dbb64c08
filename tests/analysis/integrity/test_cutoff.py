"""A drop at a training cutoff: planted, absent, and looking like one because problems drift."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from passatk.analysis.finding import Finding
from passatk.analysis.integrity import examine
from passatk.analysis.integrity.cutoff import around_cutoff
from passatk.analysis.integrity.evidence import Answer
from passatk.analysis.integrity.part import Part
from passatk.analysis.subject import ProblemAttempts
from passatk.records import Problem, StreamCase, StreamTests

START, CUTOFF = date(2023, 1, 1), date(2024, 1, 1)
PROBLEMS, ATTEMPTS = 160, 10


def part(name: str, day: date | None, passes: int, attempts: int = ATTEMPTS) -> Part:
    passed = tuple(i < passes for i in range(attempts))
    return Part(
        name,
        tuple(range(attempts)),
        passed,
        (),
        ("",) * attempts,
        None,
        None,
        frozenset(),
        (),
        False,
        0,
        day,
    )


def dated(
    rng: np.random.Generator, *, known: float = 0.0, drift: float = 0.0, clusters: int = 0
) -> list[Part]:
    """Two years of problems; of those up to the cutoff, a share is known and always solved.

    ``drift`` is the fall of the logit a year; with ``clusters`` contests hold alike problems.
    """
    days = np.sort(rng.integers(0, 730, PROBLEMS))
    luck = rng.normal(0, 1.2, PROBLEMS)
    if clusters:
        luck = np.repeat(rng.normal(0, 1.2, clusters), PROBLEMS // clusters)
    p = 1 / (1 + np.exp(-(luck - drift * days / 365)))
    old = days <= (CUTOFF - START).days
    p = np.where(old & (rng.random(PROBLEMS) < known), 1.0, p)
    return [
        part(f"p/{i}", START + timedelta(days=int(day)), int(rng.binomial(ATTEMPTS, p[i])))
        for i, day in enumerate(days)
    ]


def p_of(said: Sequence[Answer | Finding]) -> float:
    (answer,) = [each for each in said if isinstance(each, Answer)]
    assert answer.finding.p is not None
    return answer.finding.p


def share_claimed(make: Callable[[np.random.Generator], list[Part]], runs: int) -> float:
    return float(
        np.mean(
            [
                p_of(around_cutoff(make(np.random.default_rng(seed)), {}, CUTOFF, level=0.95))
                <= 0.05
                for seed in range(runs)
            ]
        )
    )


def test_problems_seen_in_training_are_found() -> None:
    """Half of the older problems are known: found in most runs, with the size of the step."""
    assert share_claimed(lambda rng: dated(rng, known=0.6), 60) >= 0.7
    said = around_cutoff(dated(np.random.default_rng(1), known=0.6), {}, CUTOFF, level=0.95)
    answer, difference = said
    assert answer.finding.low < 0.3 < answer.finding.high
    assert "seen in training" in answer.if_found
    assert difference.effect > 0.15
    (placebo,) = answer.finding.caveats
    assert placebo.code == "placebo"


@pytest.mark.parametrize("drift", [0.0, 1.0])
def test_nothing_is_claimed_where_nothing_is(drift: float) -> None:
    """In about 1 of 20 runs, also where later problems are steadily harder."""
    assert share_claimed(lambda rng: dated(rng, drift=drift), 200) <= 0.09


def test_harder_later_problems_show_in_the_difference_alone() -> None:
    """The difference says so; it is not tested, and the sentence claims nothing."""
    answer, difference = around_cutoff(
        dated(np.random.default_rng(3), drift=1.5), {}, CUTOFF, level=0.95
    )
    assert difference.verdict == "description"
    assert difference.low > 0.1
    assert "Later problems may be harder" in difference.sentence
    assert answer.finding.p > 0.05


def test_difficulty_is_taken_into_account() -> None:
    """Only the mix of easy and hard problems changes at the cutoff: no step remains."""
    rng = np.random.default_rng(4)
    days = np.sort(rng.integers(0, 730, PROBLEMS))
    easy = rng.random(PROBLEMS) < np.where(days <= 365, 0.8, 0.2)
    parts = [
        part(f"p/{i}", START + timedelta(days=int(day)), int(rng.binomial(10, 0.8 if e else 0.2)))
        for i, (day, e) in enumerate(zip(days, easy, strict=True))
    ]
    strata = {f"p/{i}": (None, "easy" if e else "hard", None) for i, e in enumerate(easy)}
    assert p_of(around_cutoff(parts, {}, CUTOFF, level=0.95)) < 0.01
    known = around_cutoff(parts, strata, CUTOFF, level=0.95)
    assert p_of(known) > 0.05
    assert "among problems of one difficulty" in known[0].if_found


def test_contests_are_the_unit_where_they_are_clusters() -> None:
    """Contests of eight alike problems: over problems far too many claims, over clusters few."""
    strata = {f"p/{i}": (None, None, f"contest {i // 8}") for i in range(PROBLEMS)}
    claims = {"clusters": 0, "problems": 0}
    for seed in range(100):
        parts = dated(np.random.default_rng(seed), clusters=PROBLEMS // 8)
        claims["clusters"] += p_of(around_cutoff(parts, strata, CUTOFF, level=0.95)) <= 0.05
        claims["problems"] += p_of(around_cutoff(parts, {}, CUTOFF, level=0.95)) <= 0.05
    assert claims["clusters"] <= 14
    assert claims["problems"] >= 20


@pytest.mark.parametrize(
    ("days", "cutoff", "words"),
    [
        ([None] * 20, CUTOFF, "carry no dates"),
        ([date(2023, 1, i + 1) for i in range(20)], None, "--cutoff DATE"),
        ([date(2023, 1, i + 1) for i in range(20)], date(2023, 1, 3), "3 problems are dated"),
        ([date(2023, 1, 1), date(2024, 2, 1)] * 10, CUTOFF, "too few different dates"),
    ],
)
def test_what_cannot_be_told(days: list, cutoff: date | None, words: str) -> None:
    """No information, with the reason."""
    parts = [part(f"p/{i}", day, i % 3) for i, day in enumerate(days)]
    first, *rest = around_cutoff(parts, {}, cutoff, level=0.95)
    assert isinstance(first, Finding)
    assert "no information" == first.verdict
    assert words in first.sentence
    assert len(rest) == ("different dates" in words)


def test_dates_of_problems_and_of_samples(
    attempts_at: Callable[..., ProblemAttempts],
) -> None:
    """A problem's own date, the contest's in the samples, or none."""
    problem = Problem("p", "x", StreamTests((StreamCase("", ""),)), date="2024-05-31T00:00:00")
    tried = attempts_at("p", [("x", True)], problem)
    assert date(2024, 5, 31) == examine(tried).date
    attempt, verdict = tried.attempts[0]
    for contest, found in (("2023-08-21T00:00:00", date(2023, 8, 21)), ("soon", None)):
        told = replace(attempt, extra={"contest_date": contest})
        alone = ProblemAttempts("p", ((told, verdict),))
        assert found == examine(alone).date


def test_undated_problems_are_counted() -> None:
    """And left out."""
    parts = [*dated(np.random.default_rng(5)), part("q", None, 3)]
    answer, difference = around_cutoff(parts, {}, CUTOFF, level=0.95)
    assert "undated" in [each.code for each in answer.finding.caveats]
    assert PROBLEMS == difference.problems
