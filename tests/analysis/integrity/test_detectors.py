"""Each detector by itself: what it counts, what it finds, when it has nothing to say."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.analysis.integrity import examine
from passatk.analysis.integrity.concentration import concentration
from passatk.analysis.integrity.evidence import Answer, exceedance, fewest
from passatk.analysis.integrity.hard_coded import _exactly, _odds, literals, visible_only
from passatk.analysis.integrity.memorised import memorised, near_reference
from passatk.analysis.integrity.near_duplicates import first_variant_pass, near_duplicates
from passatk.analysis.integrity.perturbed import perturbed_drop
from passatk.analysis.integrity.sorted_attempts import sorted_attempts
from passatk.analysis.integrity.tampering import tampering
from passatk.records import CallCase, CallTests, Problem, Solution, Status, Verdict
from passatk.stats import Outcomes

HOW: dict[str, Any] = {"level": 0.95, "draws": 199}


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def program(approach: int, constant: int = 0) -> str:
    """Programs of one approach have one shape."""
    return f"def f(x):\n    y = {constant}\n" + "    y = y + x\n" * approach + "    return y\n"


# First-variant pass@k


def brute_force(sizes: list[int], passes: list[int], k: int) -> float:
    """Over all k-subsets in all orders: does the first-drawn member of some group pass?

    Given the subset, any member of a group is equally likely to be its first, so that a group with
    a members drawn passes by the share of all its members that pass.
    """
    owner = [g for g, size in enumerate(sizes) for _ in range(size)]
    total = 0.0
    for subset in combinations(range(len(owner)), k):
        drawn = {owner[i] for i in subset}
        total += 1 - np.prod([1 - passes[g] / sizes[g] for g in drawn])
    return total / comb(len(owner), k)


groups = st.lists(
    st.integers(1, 4).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    min_size=1,
    max_size=4,
)


@given(groups, st.data())
def test_first_variant_pass_is_what_enumeration_gives(given_groups, data) -> None:
    """Small groups, every k."""
    sizes, passes = [list(each) for each in zip(*given_groups, strict=True)]
    k = data.draw(st.integers(1, sum(sizes)))
    (found,) = first_variant_pass(np.array(sizes), np.array([passes]), k)
    assert found == pytest.approx(brute_force(sizes, passes, k), abs=1e-12)


@given(groups, st.data())
def test_laws_of_first_variant_pass(given_groups, data) -> None:
    """pass@1 at k = 1, at most pass@k, and pass@k where groups are of one kind."""
    sizes, passes = (np.array(each) for each in zip(*given_groups, strict=True))
    n, c = int(sizes.sum()), int(passes.sum())
    k = data.draw(st.integers(1, n))
    passing = 1 - comb(n - c, k) / comb(n, k)
    assert first_variant_pass(sizes, passes[None], 1)[0] == pytest.approx(c / n)
    assert first_variant_pass(sizes, passes[None], k)[0] <= passing + 1e-12
    pure = np.where(passes > 0, sizes, 0)
    n_pure = int(pure.sum())
    expected = 1 - comb(n - n_pure, k) / comb(n, k)
    assert first_variant_pass(sizes, pure[None], k)[0] == pytest.approx(expected)
    one = first_variant_pass(np.array([n]), np.array([[c]]), k)[0]
    assert one == pytest.approx(c / n)


def test_first_variant_pass_of_many_attempts_is_finite() -> None:
    """A thousand attempts in groups of ten."""
    sizes = np.full(100, 10)
    (found,) = first_variant_pass(sizes, np.ones((1, 100), dtype=np.int64), 10)
    assert 0.6 < found < 1 - 0.9**10 + 0.01


# Near-duplicates


def test_a_series_of_guesses_is_found(attempts_at) -> None:
    """One constant after the other in three approaches; copies of it add nothing."""
    guesses = [(program(a, c), c == a) for a in (1, 2, 3, 4) for c in range(6)]
    parts = [examine(attempts_at(str(i), guesses)) for i in range(20)]
    found = near_duplicates(parts, rng=rng(), **HOW)
    assert found.finding.p <= 0.005
    assert found.finding.effect > found.mean > 0
    again = [examine(attempts_at(str(i), guesses * 2)) for i in range(20)]
    assert near_duplicates(again, rng=rng(), **HOW).finding.p == found.finding.p


def test_copies_and_renamed_variants_are_no_series(attempts_at) -> None:
    """They share a verdict, and pass@k gains nothing from them."""
    tried = [(program(a).replace("y", name), a == 2) for a in (1, 2, 3) for name in "abc"]
    found = near_duplicates([examine(attempts_at("p", tried))], rng=rng(), **HOW)
    assert found.verdict == "no information"


def test_variants_that_share_their_fate_are_not_found(attempts_at) -> None:
    """As variants of one idea do."""
    tried = [(program(a, c), a == 2) for a in (1, 2, 3) for c in range(5)]
    parts = [examine(attempts_at(str(i), tried)) for i in range(20)]
    found = near_duplicates(parts, rng=rng(), **HOW)
    assert (0.0, 1.0) == (found.finding.effect, found.finding.p)


def test_steps_of_chains_are_refused(attempts_at) -> None:
    """Their order and their number depend on results."""
    base = attempts_at("p", [(program(1), True), (program(2), False)])
    chained = replace(
        base, attempts=tuple((replace(a, chain=0, step=a.number), v) for a, v in base.attempts)
    )
    parts = [examine(chained)]
    for said in (
        near_duplicates(parts, rng=rng(), **HOW),
        concentration(parts, {"p": ("c", None, None)}, rng=rng(), **HOW),
        sorted_attempts(parts, stopped=False, rng=rng(), **HOW),
    ):
        assert said.verdict == "no information"


# Concentration


def gaps(attempts_at, gaining: list[bool]):
    return [
        examine(attempts_at(str(i), [(program(j + 1), j == 3 and gain) for j in range(10)]))
        for i, gain in enumerate(gaining)
    ]


def test_a_gain_in_one_category_is_found(attempts_at) -> None:
    """Ten problems gain, all of one category; and not if they are spread."""
    tags = {str(i): (f"c{i // 10}", None, None) for i in range(40)}
    one = concentration(gaps(attempts_at, [i < 10 for i in range(40)]), tags, rng=rng(), **HOW)
    spread = concentration(
        gaps(attempts_at, [i % 4 == 0 for i in range(40)]), tags, rng=rng(), **HOW
    )
    assert (1.0, 0.005) == (pytest.approx(one.finding.effect), one.finding.p)
    assert "'c0'" in one.if_found
    assert {str(i) for i in range(10)} >= set(one.finding.evidence)
    assert spread.finding.effect < 0.3
    assert spread.finding.p > 0.5


def test_difficulty_is_held_fixed(attempts_at) -> None:
    """A category that has all the hard problems, which gain, does not stand out for it."""
    parts = gaps(attempts_at, [i < 10 for i in range(40)])
    tags = {str(i): (f"c{i // 10}", "hard" if i < 10 else "easy", None) for i in range(40)}
    assert concentration(parts, tags, rng=rng(), **HOW).finding.p == 1.0


@pytest.mark.parametrize(
    ("tags", "gaining"),
    [({}, True), ({str(i): ("one", None, None) for i in range(4)}, True), (None, False)],
)
def test_no_concentration_without_categories_or_gain(attempts_at, tags, gaining) -> None:
    """Nothing to compare."""
    tags = {str(i): (str(i), None, None) for i in range(4)} if tags is None else tags
    said = concentration(gaps(attempts_at, [gaining] * 4), tags, rng=rng(), **HOW)
    assert said.verdict == "no information"


# References


def with_reference(*codes: str) -> Problem:
    tests = CallTests((CallCase((1,), 1),))
    return Problem("p", "", tests, "f", tuple(Solution("", code) for code in codes))


def test_a_reference_that_others_coincide_with_is_found(attempts_at) -> None:
    """A third of right attempts are it, and hardly two others are the same."""
    problem = with_reference(program(9), program(30))
    tried = [(program(9), True)] * 4 + [(program(i, i), True) for i in range(10, 18)]
    parts = [examine(attempts_at(str(i), tried, problem)) for i in range(20)]
    found = memorised(parts, rng=rng(), **HOW)
    assert found.finding.effect == pytest.approx(1 / 3)
    assert found.finding.p == pytest.approx(2 / 200)
    assert found.mean < 0.2
    assert "verbatim" in found.if_found


def test_a_program_that_can_be_written_in_one_way_is_not_found(attempts_at) -> None:
    """All right attempts are the reference, and each other: forced or remembered, who knows."""
    parts = [
        examine(attempts_at(str(i), [(program(1), True)] * 10, with_reference(program(1))))
        for i in range(20)
    ]
    found = memorised(parts, rng=rng(), **HOW)
    assert (1.0, 1.0) == (found.finding.effect, found.finding.p)
    assert ["saturated"] == [caveat.code for caveat in found.finding.caveats]


def test_wrong_attempts_and_missing_references_do_not_count(attempts_at) -> None:
    """Nothing to hold against a reference."""
    problem = with_reference(program(1))
    for tried, of in (([(program(1), False)], problem), ([(program(1), True)], None)):
        part = examine(attempts_at("p", tried, of))
        assert memorised([part], rng=rng(), **HOW).verdict == "no information"
        assert near_reference([part], level=0.95).verdict == "no information"


def test_near_matches_are_described_with_their_length(attempts_at) -> None:
    """Equal but for names: a description, no test."""
    problem = with_reference(program(3))
    tried = [(program(3).replace("y", "total"), True), (program(4), True)]
    found = near_reference([examine(attempts_at("p", tried, problem))], level=0.95)
    assert ("description", 0.5, None) == (found.verdict, found.effect, found.p)
    assert "at most 6 lines" in found.sentence


# Order


def test_sorted_and_filled_up_is_found_and_either_alone_is_not(attempts_at) -> None:
    """The best first and the tail of repeats have to come together."""
    distinct = [(program(i), i == 1) for i in range(1, 11)]
    tail = [distinct[i] for i in (2, 5, 7, 3, 9)] * 2
    gamed, sorted_only, tail_only = (
        [examine(attempts_at(str(i), tried)) for i in range(12)]
        for tried in (distinct + tail, distinct, distinct[1:] + distinct[:1] + tail)
    )
    assert sorted_attempts(gamed, stopped=False, rng=rng(), **HOW).finding.p == 0.005
    assert sorted_attempts(sorted_only, stopped=False, rng=rng(), **HOW).verdict == "no information"
    assert sorted_attempts(tail_only, stopped=False, rng=rng(), **HOW).finding.p > 0.5


def test_attempts_stopped_at_a_pass_have_no_order_to_look_at(attempts_at) -> None:
    """Their last one passes by design."""
    part = examine(attempts_at("p", [(program(1), False), (program(1), True)]))
    assert sorted_attempts([part], stopped=True, rng=rng(), **HOW).verdict == "no information"


# Hard-coded answers


def asking(i: int) -> Problem:
    cases = tuple(CallCase((j,), f"answer {i} {j}", visible=j < 2) for j in range(6))
    return Problem(str(i), "", CallTests(cases), "f", (Solution("", program(1)),))


def telling(i: int) -> str:
    return f"def f(x):\n    return 'answer {i} 0' if x == 0 else None\n"


def test_answers_of_the_own_tests_are_found_and_those_of_others_are_not(attempts_at) -> None:
    """The same programs at their problems, and moved by one."""
    own, others = (
        [
            examine(attempts_at(str(i), [(telling((i + by) % 40), False)] * 3, asking(i)))
            for i in range(40)
        ]
        for by in (0, 1)
    )
    found = literals(own, rng=rng(), **HOW)
    assert (1.0, 0.005, 0.0) == (found.finding.effect, found.finding.p, found.mean)
    assert found.finding.evidence[0].endswith("#0")
    assert literals(others, rng=rng(), **HOW).finding.p == 1.0


def test_one_problem_in_twenty_may_have_its_reasons(attempts_at) -> None:
    """Two of forty are not enough, four are."""
    for count, claimed in ((2, False), (4, True)):
        parts = [
            examine(
                attempts_at(
                    str(i), [(telling(i) if i < count else program(2), False)] * 3, asking(i)
                )
            )
            for i in range(40)
        ]
        assert claimed == (literals(parts, rng=rng(), **HOW).finding.p <= 0.05)


def test_no_answers_to_look_for(attempts_at) -> None:
    """Results that could stand anywhere, or no tests at hand."""
    plain = [examine(attempts_at(str(i), [(program(1), True)])) for i in range(5)]
    assert literals(plain, rng=rng(), **HOW).verdict == "no information"
    assert visible_only(plain, level=0.95).verdict == "no information"


def patterns(*letters: str) -> list[tuple[str, Verdict]]:
    return [
        (program(i), Verdict(Status.WRONG_ANSWER, tests=each)) for i, each in enumerate(letters, 1)
    ]


def test_programs_for_the_visible_tests_are_found(attempts_at) -> None:
    """Exactly the two visible of six pass, beside failures of all sorts."""
    tried = patterns("ppwwww", "pwpwpw", "wpwpww", "wwpppp", "pwwppw", "wppwwp")
    parts = [examine(attempts_at(str(i), tried, asking(i))) for i in range(30)]
    found = visible_only(parts, level=0.95)
    assert (1.0, True) == (found.finding.effect, found.finding.p < 1e-6)
    assert 0 < found.mean < 0.3


def test_tests_that_are_not_all_run_or_all_fail_tell_nothing(attempts_at) -> None:
    """Limits leave tests out; a program that passes none has no pattern."""
    tried = patterns("pp--l-", "wwwwww", "eeeeee")
    found = visible_only([examine(attempts_at("0", tried, asking(0)))], level=0.95)
    assert (0.0, 1.0, 0.0) == (found.finding.effect, found.finding.p, found.mean)


def test_odds_of_tests_and_the_chance_of_a_pattern() -> None:
    """Against all patterns with as many passes, by enumeration; alike tests have alike odds."""
    odds = np.array([2.0, 1.0, 0.5, 3.0])
    visible = np.array([True, False, False, True])
    pairs = [odds[i] * odds[j] for i, j in combinations(range(4), 2)]
    assert _exactly(odds, visible) == pytest.approx(6.0 / sum(pairs))
    table = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    found = _odds(table)
    assert found[0] == pytest.approx(found[2])
    assert np.prod(found) == pytest.approx(1.0)


def test_pairs_of_tests_give_the_odds_that_were_planted() -> None:
    """In a Rasch model with programs of very different ability."""
    random = rng()
    ease = np.array([1.0, 0.0, -1.0])
    ability = random.normal(0, 2, (20_000, 1))
    table = (random.random((20_000, 3)) < 1 / (1 + np.exp(-ability - ease))).astype(float)
    assert np.log(_odds(table)) == pytest.approx(ease, abs=0.06)


# Tampering, perturbed problems


def test_ways_past_the_judge_are_counted(attempts_at) -> None:
    """With their share, their kinds, and where to look."""
    tried = [("a = 1", True), ("b", Verdict(Status.SANDBOX_VIOLATION))]
    parts = [examine(attempts_at("p", tried)), examine(attempts_at("q", tried[:1]))]
    found = tampering(parts, level=0.95)
    assert ("description", ("p#1",)) == (found.verdict, found.evidence)
    assert found.effect == pytest.approx(1 / 3)
    assert "1 of 3 attempts (33.33%)" in found.sentence
    assert "None of 1 attempts" in tampering(parts[1:], level=0.95).sentence


def test_a_drop_on_perturbed_problems_is_found_and_a_rise_is_not() -> None:
    """Paired by name, whatever the order; problems of one side only are left out."""
    names = [str(i) for i in range(40)]
    high = Outcomes.from_counts(10, [8, 6] * 20, problems=names)
    low = Outcomes.from_counts(10, [5, 6] * 20 + [0], problems=[*names, "another"])
    drop = perturbed_drop(high, low)
    assert drop.finding.effect == pytest.approx(0.15)
    assert drop.finding.low < 0.15 < drop.finding.high
    assert drop.finding.p < 0.001
    assert perturbed_drop(low, high).finding.p > 0.999


# What they share


def test_p_values_of_draws_are_never_zero_and_count_ties() -> None:
    """(1 + reached) / (1 + draws)."""
    assert exceedance(1.0, np.zeros(99)) == 0.01
    assert exceedance(0.1 + 0.2, np.array([0.3])) == 1.0


def test_the_fewest_problems_with_half_of_the_excess() -> None:
    """The largest first; none where there is no excess; ten at most."""
    names = list("abcd")
    assert fewest(np.array([1.0, 5.0, -9.0, 3.0]), names) == ("b",)
    assert fewest(np.array([2.0, 3.0, 2.0, 1.0]), names) == ("b", "a")
    assert fewest(np.array([-1.0, 0.0, 0.0, 0.0]), names) == ()
    assert len(fewest(np.ones(50), [str(i) for i in range(50)])) == 10


def test_a_tested_question_is_never_an_accusation(attempts_at) -> None:
    """What is claimed is what the data are consistent with."""
    guesses = [(program(a, c), c == a) for a in (1, 2, 3, 4) for c in range(6)]
    said = near_duplicates([examine(attempts_at("p", guesses))], rng=rng(), **HOW)
    assert isinstance(said, Answer)
    assert "consistent with" in said.if_found
