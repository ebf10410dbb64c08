"""Diversity of a run: planted copies and variants, runs without programs, hostile texts."""

import json
import pickle
from collections.abc import Iterable
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from passatk.analysis.diversity import Diversity, conclude, examine
from passatk.analysis.diversity.behaviour import signature
from passatk.analysis.diversity.seen import BEHAVIOUR, VENDI_ATTEMPTS
from passatk.analysis.programs import APPROACH, NORMAL, SHAPE, TEXT
from passatk.analysis.subject import ProblemAttempts, Subject
from passatk.outcomes import from_rows
from passatk.records import Attempt, Status, Verdict
from passatk.store import Outcome, ProblemCounts, Run

LOOP = "def f(xs):\n    t = 0\n    for x in xs:\n        t += x\n    return t\n"
RENAMED = LOOP.replace("x", "item")
WRONG_START = LOOP.replace("t = 0", "t = 1")
LONG = LOOP.replace(
    "t += x", "if x > 0:\n            t += x * x\n        else:\n            t -= x"
)
SUM = "def f(xs):\n    return sum(xs)\n"
SLICE = "def f(xs):\n    return xs[0] if xs else None\n"

PASSED = Verdict(Status.PASSED, tests="pp")
WRONG = Verdict(Status.WRONG_ANSWER, tests="pw", detail="f([1]) returned 2")
CRASHED = Verdict(Status.RUNTIME_ERROR, tests="ee", detail="IndexError")


def at(name: str, *pairs: tuple[str, Verdict | None]) -> ProblemAttempts:
    judged = tuple(
        (Attempt(name, number, program, program), verdict)
        for number, (program, verdict) in enumerate(pairs)
    )
    return ProblemAttempts(name, judged)


def subject(
    problems: Iterable[ProblemAttempts], stopping: str | None = None, chain: int | None = None
) -> Subject:
    problems = tuple(problems)
    rows = [
        Outcome(each.name, a.number, None if v is None else v.status, None, chain, chain)
        for each in problems
        for a, v in each.attempts
    ]
    counts = tuple(
        ProblemCounts(each.name, "even" if i % 2 == 0 else "odd", None, None, 0, {})
        for i, each in enumerate(problems)
    )
    run = Run(1, "run", datetime(2026, 1, 1, tzinfo=UTC), None, None, MappingProxyType({}))
    return Subject(run, counts, from_rows(rows, stopping), lambda: iter(problems))


def analysed(*problems: ProblemAttempts, stopping: str | None = None) -> Diversity:
    return conclude(map(examine, problems), subject(problems, stopping))


TWO = (
    at("a", (LOOP, PASSED), (RENAMED, PASSED), (WRONG_START, WRONG), (SUM, PASSED)),
    at("b", (SLICE, CRASHED), (SLICE, CRASHED), (SUM, WRONG), (SUM, WRONG)),
)


def test_what_is_seen_of_a_problem() -> None:
    """Sizes at every level, results beside them, and a part that can go to another process."""
    part = examine(TWO[0])
    assert part.sizes[TEXT] == (1, 1, 1, 1)
    assert part.sizes[NORMAL] == (2, 1, 1)
    assert part.sizes[SHAPE] == (3, 1)
    assert part.sizes[BEHAVIOUR] == (3, 1)
    assert part.results[NORMAL] == ((2, 2), (1, 0), (1, 1))
    assert part.copied == (0, 1)
    assert 1.0 < part.vendi < 3.0
    assert (4, 4, 3) == (part.attempts, part.judged, part.passed)
    assert pickle.loads(pickle.dumps(part)) == part


def test_what_is_concluded() -> None:
    """Shares, findings in order, plain data, categories."""
    found = analysed(*TWO)
    assert (3 / 4 + 2 / 4) / 2 == pytest.approx(found.levels[NORMAL].distinct.value)
    codes = [each.code for each in found.findings]
    assert [
        "diversity.variants",
        "diversity.duplicates",
        "diversity.effective",
        "diversity.waste",
        "diversity.behaviours",
    ] == codes
    assert {"even", "odd"} == set(found.by_category)
    document = json.loads(json.dumps(found.to_dict()))
    assert ["a", "b"] == [each["problem"] for each in document["problems"]]
    duplicates = found.findings[1]
    assert duplicates.effect == pytest.approx(1 - found.levels[NORMAL].distinct.value)
    assert "b#0" in duplicates.evidence


def test_variants_are_told_from_new_approaches() -> None:
    """The same gain from variants of one approach, and from approaches of their own."""
    variants = [
        at(f"v{i}", (LONG, PASSED), *[(LONG.replace("> 0", f"> {j}"), WRONG) for j in (1, 2, 3)])
        for i in range(12)
    ]
    others = [
        at(f"o{i}", (LONG, PASSED), (SUM, WRONG), (SLICE, WRONG), ("def f(xs): pass", WRONG))
        for i in range(12)
    ]
    by_variants, by_others = analysed(*variants), analysed(*others)
    (gain,) = by_variants.levels[APPROACH].gains
    assert 1.0 == pytest.approx(gain.inflation.value)
    assert 0.25 == pytest.approx(gain.first_variant.value)
    (gain,) = by_others.levels[APPROACH].gains
    assert 0.0 == pytest.approx(gain.inflation.value)
    assert 1.0 == pytest.approx(gain.first_variant.value)


def test_copies_make_reviews_a_waste() -> None:
    """Ten attempts of which nine are one wrong program: two looks at different ones suffice."""
    problems = [at(f"p{i}", *[(SLICE, WRONG)] * 19, (SUM, PASSED)) for i in range(5)]
    gain = analysed(*problems).levels[NORMAL].gains[0]
    assert 10 == gain.k
    assert 0.5 == pytest.approx(gain.passed.value)
    assert 1.0 == pytest.approx(gain.distinct_review.value)
    assert 0.5 == pytest.approx(gain.wasted.value)


def test_different_numbers_of_attempts() -> None:
    """Rarefied to the fewest, whatever the numbers are."""
    few = at("few", (LOOP, PASSED), (SUM, WRONG))
    many = at("many", *[(LOOP, PASSED), (SUM, WRONG)] * 30)
    rarefied = analysed(few, many).levels[NORMAL].rarefied
    assert [1, 2] == list(rarefied)
    assert (2 + 1 + 30 / 59) / 2 == pytest.approx(rarefied[2].value)


def test_more_attempts_than_vendi_takes() -> None:
    """The mean over subsets, between the extremes, the same at each look."""
    programs = [SUM.replace("sum", f"g{i % 40}") for i in range(3 * VENDI_ATTEMPTS)]
    part = examine(at("p", *((each, WRONG) for each in programs)))
    assert VENDI_ATTEMPTS == part.vendi_attempts
    assert 1.0 < part.vendi < 40.0
    assert part == examine(at("p", *((each, WRONG) for each in programs)))


def test_attempts_that_are_not_judged() -> None:
    """Their programs count among programs, not among results."""
    error = Verdict(Status.JUDGE_ERROR, detail="the judge ended")
    part = examine(at("p", (LOOP, PASSED), (LOOP, None), (SUM, error), (SUM, WRONG)))
    assert (4, 2, 1) == (part.attempts, part.judged, part.passed)
    assert part.sizes[TEXT] == (2, 2)
    assert part.results[TEXT] == ((1, 1), (1, 0))
    assert part.sizes[BEHAVIOUR] == (1, 1)


def test_a_run_without_programs() -> None:
    """No information, and no numbers."""
    imported = Verdict(Status.PASSED)
    found = analysed(at("a", ("", imported), ("", imported)), at("b", ("", imported)))
    assert ["no information"] == [each.verdict for each in found.findings]
    assert {} == found.levels
    assert 3 == found.empty
    json.dumps(found.to_dict())


def test_imported_results_have_no_behaviour() -> None:
    """Without letters of tests, behaviours are not told apart."""
    imported = Verdict(Status.PASSED)
    found = analysed(*(at(name, (LOOP, imported), (SUM, imported)) for name in "ab"))
    assert BEHAVIOUR not in found.levels
    assert "no information" == found.findings[-1].verdict


def test_attempts_that_ended_with_a_pass() -> None:
    """First-variant pass@k would be biased, and is not given."""
    problems = [at(name, (SUM, WRONG), (LOOP, PASSED)) for name in "ab"]
    found = analysed(*problems, stopping="1/5")
    assert () == found.levels[NORMAL].gains
    assert ("diversity.variants", "no information") == (
        found.findings[0].code,
        found.findings[0].verdict,
    )


def test_problems_that_were_not_attempted() -> None:
    """They are left out, as in a partial run."""
    found = conclude(map(examine, (*TWO, at("none"))), subject(TWO))
    assert ["a", "b"] == [each.name for each in found.problems]


def test_hostile_texts_are_counted() -> None:
    """Empty, unparsable, a megabyte, NUL and surrogates: all go through, and are told of."""
    texts = ["", " ", "\0", "'\ud800'", "def f(:", "x" * 1_000_000, "y" * 1_000_000, LOOP]
    problems = [at(name, *((text, WRONG) for text in texts)) for name in "ab"]
    found = analysed(*problems)
    assert 16 == sum(found.readings.values())
    assert 4 == found.readings["too large"]
    assert 4 == found.empty
    assert "diversity.unread" == found.findings[-1].code
    assert "4 are too large" in found.findings[-1].sentence
    json.dumps(found.to_dict()).encode()


def test_behaviour_is_blind_to_addresses() -> None:
    """Where an object lies differs between two runs of one program."""
    one, other = (
        Verdict(Status.WRONG_ANSWER, tests="w", detail=f"<object at 0x7f{i:010x}>") for i in (1, 2)
    )
    assert signature(one) == signature(other) != signature(WRONG)
    assert signature(Verdict(Status.JUDGE_ERROR, tests="w")) is None


def test_chained_attempts_are_told_of() -> None:
    """Steps of a chain are not exchangeable."""
    problems = [at(name, (LOOP, PASSED), (SUM, WRONG)) for name in "ab"] * 1
    about = subject(problems, chain=1)
    found = conclude(map(examine, problems), about)
    if found.findings[0].verdict == "description":
        assert "chained" in [each.code for each in found.findings[0].caveats]
