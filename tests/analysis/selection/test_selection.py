"""Selection: what rankers may see, the order of showing, and what it is worth."""

import json
import pickle
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.analysis.programs import APPROACH, cluster_programs
from passatk.analysis.selection import choose, conclude, examine
from passatk.analysis.selection.ranking import AGREEMENT, BEHAVIOUR, COPIES, rank_attempts
from passatk.analysis.selection.seen import APPROACHES_FIRST
from passatk.analysis.selection.signals import find_signals, visible_tests
from passatk.analysis.subject import ProblemAttempts, Subject
from passatk.outcomes import from_rows
from passatk.records import (
    Attempt,
    CallCase,
    CallTests,
    CodeCase,
    CodeTests,
    Problem,
    Status,
    Verdict,
)
from passatk.store import Outcome, ProblemCounts, Run

LOOP = "def f(xs):\n    t = 0\n    for x in xs:\n        t += x\n    return t\n"
SUM = "def f(xs):\n    return sum(xs)\n"
SLICE = "def f(xs):\n    return xs[0] if xs else None\n"
WHILE = "def f(xs):\n    while xs:\n        xs.pop()\n    return 0\n"
PROGRAMS = (LOOP, SUM, SLICE, WHILE)

PASSED = Verdict(Status.PASSED, tests="pp")
WRONG = Verdict(Status.WRONG_ANSWER, tests="pw")


def at(
    name: str,
    *pairs: tuple[str, Verdict | None],
    generated: Mapping[int, str] | None = None,
    problem: Problem | None = None,
) -> ProblemAttempts:
    judged = tuple(
        (Attempt(name, number, program, program), verdict)
        for number, (program, verdict) in enumerate(pairs)
    )
    return ProblemAttempts(name, judged, problem, generated)


def subject(problems: Iterable[ProblemAttempts]) -> Subject:
    problems = tuple(problems)
    rows = [
        Outcome(each.name, a.number, None if v is None else v.status, None, None, None)
        for each in problems
        for a, v in each.attempts
    ]
    counts = tuple(ProblemCounts(each.name, None, None, None, 0, {}) for each in problems)
    run = Run(1, "run", datetime(2026, 1, 1, tzinfo=UTC), None, None, MappingProxyType({}))
    return Subject(run, counts, from_rows(rows), lambda: iter(problems))


def calls(*visible: bool) -> Problem:
    cases = tuple(CallCase((i,), i, each) for i, each in enumerate(visible))
    return Problem("p", "", CallTests(cases), entry_point="f")


def test_scores_of_generated_tests() -> None:
    """CodeT's formula, majority over what is passed, copies of programs."""
    letters = {0: "ppw", 1: "ppw", 2: "wwp", 3: "---"}
    pairs = [(LOOP, WRONG), (SUM, WRONG), (SLICE, PASSED), (WHILE, None)]
    ranked = rank_attempts(at("p", *pairs, generated=letters))
    assert ("generated tests", 3) == (ranked.source, ranked.tests)
    assert [2 * 2**0.5, 2 * 2**0.5, 1.0, 0.0] == pytest.approx(ranked.scores[AGREEMENT].tolist())
    assert [2.0, 2.0, 1.0, 0.0] == ranked.scores[BEHAVIOUR].tolist()
    assert [1.0] * 4 == ranked.scores[COPIES].tolist()
    assert AGREEMENT == ranked.ranker


def test_programs_that_answer_nothing_have_no_majority() -> None:
    """Ten crashes behave alike, and agree in nothing."""
    letters = {**dict.fromkeys(range(10), "ee"), 10: "pw"}
    scores = rank_attempts(at("p", *[(LOOP, WRONG)] * 11, generated=letters)).scores
    assert [0.0] * 10 + [1.0] == scores[BEHAVIOUR].tolist()


verdicts = st.sampled_from([PASSED, WRONG, Verdict(Status.RUNTIME_ERROR, tests="ee"), None])


@given(st.data())
def test_no_ranker_sees_the_verdict(data: st.DataObject) -> None:
    """Whatever verdicts, their hidden letters, details and outputs are: the order is the same."""
    count = data.draw(st.integers(1, 8))
    programs = data.draw(st.lists(st.sampled_from(PROGRAMS), min_size=count, max_size=count))
    tests = st.text("pwel-", min_size=3, max_size=3)
    letters = data.draw(
        st.none() | st.lists(tests, min_size=count, max_size=count).map(enumerate).map(dict)
    )
    orders = {
        rank_attempts(
            at("p", *((each, data.draw(verdicts)) for each in programs), generated=letters)
        ).order
        for _ in range(3)
    }
    assert 1 == len(orders)


@pytest.mark.parametrize(
    ("problem", "count"),
    [
        (calls(True, True, False), 2),
        (calls(False, True, True), 0),
        (calls(True, False, True), 1),
        (Problem("p", "", CodeTests("def check(f): assert f(1)", "check")), 0),
        (Problem("p", "", CodeTests(cases=(CodeCase("assert f(1) == 1", True),))), 1),
        (Problem("p", "", CodeTests(cases=(CodeCase("assert f(1)\nassert f(2)", True),))), 0),
        (Problem("p", "", CodeTests(cases=(CodeCase("for i in x:\n assert f(i)", True),))), 0),
    ],
)
def test_visible_tests_that_no_hidden_one_stands_before(problem: Problem, count: int) -> None:
    """A letter behind a hidden test would tell whether a program came that far."""
    assert count == visible_tests(problem)


def test_hidden_letters_do_not_come_through() -> None:
    """Two attempts that differ on hidden tests alone are alike."""
    one, other = Verdict(Status.WRONG_ANSWER, tests="pwp"), Verdict(Status.PASSED, tests="ppp")
    signals = find_signals(at("p", (LOOP, one), (SUM, other), problem=calls(True, False, False)))
    assert signals is not None
    assert "visible tests" == signals.source
    assert [[True], [True]] == signals.passed.tolist()
    assert find_signals(at("p", (LOOP, one), (SUM, other), problem=calls(False, False))) is None
    assert find_signals(at("p", (LOOP, one), (SUM, other))) is None


def test_a_judge_error_is_no_signal() -> None:
    """Such an attempt has no letters, and is last."""
    error = Verdict(Status.JUDGE_ERROR)
    pairs = [(LOOP, error), (SUM, PASSED), (SLICE, WRONG)]
    choices = choose(at("p", *pairs, problem=calls(True, True)), 3)
    assert [1, 2, 0] == [each.attempt for each in choices]


def test_one_of_each_approach_first() -> None:
    """The best-ranked, then the best of other approaches, then the rest."""
    pairs = [(LOOP, None)] * 3 + [(SUM, None)] * 2 + [(SLICE, None)]
    choices = choose(at("p", *pairs), 6)
    assert [0, 3, 5, 1, 4, 2] == [each.attempt for each in choices]
    assert [3, 2, 1, 3, 2, 3] == [each.approach_size for each in choices]
    assert [1, 2, 3, 4, 5, 6] == [each.rank for each in choices]
    assert {COPIES} == {each.ranker for each in choices}
    assert choices[:2] == choose(at("p", *pairs), 2)
    assert [] == choose(at("none"), 3)


def test_what_behaves_alike_is_not_shown_twice_before_others() -> None:
    """Another approach that passes the same tests waits for one that does something else."""
    letters = {0: "pp", 1: "pp", 2: "pw"}
    pairs = [(LOOP, None), (SUM, None), (SLICE, None)]
    choices = choose(at("p", *pairs, generated=letters), 3)
    assert [0, 2, 1] == [each.attempt for each in choices]


@given(st.lists(st.tuples(st.sampled_from(PROGRAMS), st.text("pw", min_size=2, max_size=2))))
def test_no_round_repeats_itself(found: list[tuple[str, str]]) -> None:
    """The order has every attempt once; its beginning has no approach and no behaviour twice."""
    if not found:
        return
    letters = dict(enumerate(each for _, each in found))
    attempts = at("p", *((program, None) for program, _ in found), generated=letters)
    order = rank_attempts(attempts).order
    assert sorted(order) == list(range(len(found)))
    approaches = cluster_programs([each for each, _ in found]).labels[APPROACH]
    behaviours = [letters[i] for i in range(len(found))]
    seen_approaches, seen_behaviours = set(), set()
    fresh = True
    for position in order:
        new = approaches[position] not in seen_approaches
        new = new and behaviours[position] not in seen_behaviours
        assert fresh or not new  # what is new in both comes before all that is not
        fresh = new
        seen_approaches.add(approaches[position])
        seen_behaviours.add(behaviours[position])


def telling(name: str) -> ProblemAttempts:
    """Generated tests that agree with the truth: 1 of 4 is right, and most pass none."""
    pairs = [(LOOP, WRONG), (SUM, PASSED), (SLICE, WRONG), (WHILE, WRONG)]
    return at(name, *pairs, generated={0: "ww", 1: "pp", 2: "ee", 3: "ww"})


def test_a_ranker_that_knows_is_found() -> None:
    """As good as an oracle: effect, interval, p after Holm, efficiency."""
    problems = [telling(f"p{i}") for i in range(12)]
    found = conclude(map(examine, problems), subject(problems))
    first = found.findings[0]
    assert ("selection.agreement", "found") == (first.code, first.verdict)
    assert 0.75 == pytest.approx(first.effect)
    assert first.p <= first.p_adjusted < 0.05
    assert "Holm over 3 rankers" == first.correction
    assert {"generated tests": 12} == found.sources
    assert 1.0 == pytest.approx(found.rankers[AGREEMENT][1].ranker.value)
    assert 1.0 == pytest.approx(found.shown[APPROACHES_FIRST][1].ranker.value)
    json.dumps(found.to_dict())


def test_where_only_hidden_verdicts_exist() -> None:
    """No information by tests; copies are all there is."""
    problems = [at(f"p{i}", (LOOP, WRONG), (SUM, PASSED), (LOOP, WRONG)) for i in range(5)]
    found = conclude(map(examine, problems), subject(problems))
    verdicts = {each.code: each.verdict for each in found.findings}
    assert "no information" == verdicts["selection.agreement"]
    assert {COPIES} == set(found.rankers)
    assert "found" not in verdicts.values()


def test_problems_without_tests_are_random() -> None:
    """They stay in the mean, and a caveat counts them."""
    problems = [telling("a"), telling("b"), at("c", (LOOP, WRONG), (SUM, PASSED))]
    found = conclude(map(examine, problems), subject(problems))
    assert 2 == found.k  # of two drawn attempts a right one is among them half the time
    assert 0.5 == pytest.approx(found.rankers[AGREEMENT][1].ranker.value)
    assert "no-tests" in [each.code for each in found.findings[0].caveats]


def test_chance_stays_chance() -> None:
    """Letters drawn at random are not found to be worth anything."""
    rng = np.random.default_rng(7)
    problems = []
    for i in range(30):
        pairs = [(PROGRAMS[j % 4], PASSED if rng.random() < 0.4 else WRONG) for j in range(8)]
        letters = {j: "".join(rng.choice(list("pw"), 4)) for j in range(8)}
        problems.append(at(f"p{i}", *pairs, generated=letters))
    found = conclude(map(examine, problems), subject(problems))
    assert "not found" == found.findings[0].verdict
    assert found.findings[0].smallest_detectable > 0


def test_related_problems_are_flipped_together() -> None:
    """Twelve problems of four clusters tell as much as four: p is that of four signs."""
    problems = [telling(f"p{i}") for i in range(12)]
    alone = subject(problems)
    counts = tuple(replace(each, cluster=f"c{i // 3}") for i, each in enumerate(alone.counts))
    single, related = (
        conclude(map(examine, problems), about).findings[0]
        for about in (alone, replace(alone, counts=counts))
    )
    assert 2 * 0.5**12 == pytest.approx(single.p)
    assert 2 * 0.5**4 == pytest.approx(related.p)
    assert related.method.endswith("sign-flip over clusters of problems")
    assert "not found" == related.verdict


def test_too_little_to_choose_from() -> None:
    """One attempt each, or one problem."""
    for problems in ([at("a", (LOOP, PASSED)), at("b", (SUM, WRONG))], [telling("a")]):
        found = conclude(map(examine, problems), subject(problems))
        assert ["no information"] == [each.verdict for each in found.findings]


def test_hostile_texts_are_ranked() -> None:
    """Empty, a megabyte, NUL, surrogates; and a part goes to another process."""
    texts = ["", "\0", "'\ud800'", "x" * 1_000_000, "def f(:", SUM]
    attempts = at("p", *((each, WRONG) for each in texts))
    assert len(texts) == len(choose(attempts, 100))
    part = examine(attempts)
    assert part == pickle.loads(pickle.dumps(part))
