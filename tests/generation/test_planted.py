"""Games that the built-in sampler plants: what is right stays as planned and looks as said."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from passatk.benchmarks import load
from passatk.errors import DataError
from passatk.generation import BuiltinSampler, SamplerSettings
from passatk.generation.planted import guess, hard_code
from passatk.records import (
    CallCase,
    CallTests,
    CodeCase,
    CodeTests,
    Problem,
    Solution,
    StreamCase,
    StreamTests,
)

BUILTIN = list(load("builtin").problems.values())
MANY = [f"problem {i}" for i in range(2000)]


def sampler(**changed: Any) -> BuiltinSampler:
    return BuiltinSampler(SamplerSettings(**changed))


@pytest.mark.parametrize(
    "planted",
    [
        {"hard_coding": 1.0},
        {"memorised": 1.0},
        {"guessing": 1.0},
        {"best_first": 1.0, "duplication": 0.3},
        {"duplication": 0.7, "renaming": 1.0},
        {"steps": 3, "feedback": 1.0},
        {"concentration": 2.0},
    ],
    ids=str,
)
def test_the_planted_truth_is_what_the_tests_see(planted: dict[str, Any], passes) -> None:
    """Every game at full strength: hidden tests pass exactly the attempts planned as right."""
    drawn = sampler(skill=0.4, spread=0.2, seed=3, **planted)
    for problem in BUILTIN[::4]:
        right = drawn.correctness(problem.id, 8, problem.category)
        attempts = list(drawn.sample(problem, 8))
        assert len(right) == len(attempts)
        assert right.tolist() == [passes(problem, attempt.program) for attempt in attempts]


def test_what_is_planted_leaves_the_other_attempts_alone() -> None:
    """Half of the wrong attempts hard-coded: the others have the text they would have had."""
    plain = list(sampler(duplication=0.0, seed=6).sample(BUILTIN[2], 30))
    planted = list(sampler(duplication=0.0, seed=6, hard_coding=0.5).sample(BUILTIN[2], 30))
    same = [a == b for a, b in zip(plain, planted, strict=True)]
    assert 0 < same.count(False) < 20


def test_hard_coded_programs_exist_for_nearly_every_built_in_problem(passes) -> None:
    """And every one of them fails a hidden test."""
    programs = [(problem, hard_code(problem)) for problem in BUILTIN]
    written = [(problem, program) for problem, program in programs if program is not None]
    assert len(written) >= 40
    assert not any(passes(problem, program) for problem, program in written)


@pytest.mark.parametrize(
    ("tests", "entry_point", "expected"),
    [
        (
            CallTests((CallCase((2,), 4, visible=True), CallCase((3,), 9))),
            "square",
            "def square(*given):\n    if given == (2,):\n        return 4\n"
            "    raise NotImplementedError\n",
        ),
        (
            CallTests((CallCase((2,), 4, visible=True), CallCase((3,), 9))),
            "Solution.square",
            "class Solution:\n    def square(self, *given):\n        if given == (2,):\n"
            "            return 4\n        raise NotImplementedError\n",
        ),
        (
            CodeTests(
                cases=(CodeCase("assert square(2) == 4", True), CodeCase("assert square(3)"))
            ),
            "square",
            None,
        ),
        (
            CodeTests(
                cases=(CodeCase("assert square(2) == 4", True), CodeCase("assert square(3) == 9"))
            ),
            "square",
            "def square(*given):\n    if given == (2,):\n        return 4\n"
            "    raise NotImplementedError\n",
        ),
        (
            StreamTests((StreamCase("2", "4", visible=True), StreamCase("3", "9"))),
            None,
            "import sys\n\ngiven = sys.stdin.read()\nif given == '2':\n    print('4', end='')\n"
            "    sys.exit()\nraise NotImplementedError\n",
        ),
        (CallTests((CallCase((2,), 4),)), "square", None),
        (CallTests((CallCase((2,), 4, visible=True), CallCase((2,), 4))), "square", None),
        (
            CallTests((CallCase((2,), float("inf"), visible=True), CallCase((3,), 9))),
            "square",
            None,
        ),
        (StreamTests((StreamCase("2", "4", visible=True),)), None, None),
    ],
)
def test_what_is_hard_coded(tests, entry_point, expected) -> None:
    """The visible tests as a chain of ifs; nothing where a program could be right or unwritable."""
    assert hard_code(Problem("p", "", tests, entry_point)) == expected


def test_a_guess_is_right_for_one_constant_only(passes) -> None:
    """Also in a program with imports from the future and with the name already taken."""
    problem = Problem("double", "", CallTests((CallCase((2,), 4),)), "double")
    program = '"""Double."""\nfrom __future__ import annotations\n\nguess_1 = 2\n' + (
        "def double(n):\n    return guess_1 * n\n"
    )
    right, wrong = (guess(program, 77, r, np.random.default_rng(0)) for r in (True, False))
    assert (True, False) == (passes(problem, right), passes(problem, wrong))
    assert ast.dump(ast.parse(right)).count("77") == 2


def test_one_of_each_family_of_guesses_is_right() -> None:
    """Families of five, the last one smaller."""
    planned = sampler(guessing=1.0, seed=2).plan("a", 12)
    assert planned.family.tolist() == [0] * 5 + [1] * 5 + [2] * 2
    assert np.bincount(planned.family, planned.right).tolist() == [1, 1, 1]


def test_guessing_is_a_share_of_problems() -> None:
    """A problem is guessed at or not at all."""
    guessed = [(sampler(guessing=0.3).plan(name, 5).family >= 0).all() for name in MANY]
    assert np.mean(guessed) == pytest.approx(0.3, abs=0.04)


def test_memorised_is_the_share_of_right_attempts_that_are_the_reference() -> None:
    """Wrong attempts are not concerned; without it no right attempt is a reference verbatim."""
    for share in (0.0, 0.5, 1.0):
        drawn = sampler(memorised=share, duplication=0.0, skill=0.7, seed=1)
        verbatim = [
            attempt.program == problem.references[0].code.strip("\n") + "\n"
            for problem in BUILTIN[::4]
            for right, attempt in zip(
                drawn.correctness(problem.id, 12).tolist(), drawn.sample(problem, 12), strict=True
            )
            if right
        ]
        assert np.mean(verbatim) == pytest.approx(share, abs=0.15 if share == 0.5 else 0)


def test_a_right_attempt_is_never_a_reference_by_chance() -> None:
    """A program that nothing but blank lines can be changed about gets a comment."""
    problem = Problem("p", "", CallTests((CallCase((), 1),)), "f", (Solution("only", "f = int\n"),))
    drawn = sampler(skill=0.99, spread=0.0, chattiness=0.0)
    programs = [a.program for a in drawn.sample(problem, 8)]
    assert ["# One way to do it. f = int"] * 8 == [" ".join(each.split()) for each in programs]


def test_sorted_attempts_start_with_the_right_ones_and_end_with_repeats() -> None:
    """The first half in order, the second copied from it."""
    drawn = sampler(best_first=1.0, duplication=0.0, spread=0.0, seed=7)
    planned = drawn.plan(BUILTIN[0].id, 21)
    programs = [attempt.program for attempt in drawn.sample(BUILTIN[0], 21)]
    first = planned.right[:11].tolist()
    assert first == sorted(first, reverse=True)
    assert all(programs[i] == programs[planned.copy_of[i]] for i in range(11, 21))
    assert [attempt.number for attempt in drawn.sample(BUILTIN[0], 21)] == list(range(21))


def test_a_renamed_repeat_means_the_same_and_reads_differently() -> None:
    """renaming=1: most repeats have another text."""
    verbatim, renamed = (
        sampler(duplication=0.9, renaming=r, chattiness=0.0, seed=4) for r in (0.0, 1.0)
    )
    counts = [
        sum(len({a.program for a in drawn.sample(problem, 20)}) for problem in BUILTIN[:10])
        for drawn in (verbatim, renamed)
    ]
    assert counts[1] > 2 * counts[0]


def test_categories_share_a_shift_of_the_logit() -> None:
    """The same for all problems of a category, another for others, none without a category."""
    one, two = sampler(seed=1), sampler(seed=1, concentration=2.0)
    names = MANY[:50]
    shifts = {
        category: [
            float(
                logit(two.true_probability(name, 1, category)[0])
                - logit(one.true_probability(name, 1, category)[0])
            )
            for name in names
        ]
        for category in ("a", "b", None)
    }
    assert all(np.ptp(values) < 1e-6 for values in shifts.values())
    assert shifts[None][0] == 0
    assert abs(shifts["a"][0] - shifts["b"][0]) > 0.1
    drawn = [two.true_probability("x", 1, str(i))[0] for i in range(2000)]
    base = logit(one.true_probability("x", 1)[0])
    assert np.std(logit(drawn) - base) == pytest.approx(2.0, rel=0.1)


def test_chains_stop_at_their_pass_and_learn_from_failures() -> None:
    """Chain and step of every attempt; later steps pass with the logit that was planted."""
    drawn = sampler(steps=3, feedback=1.5, spread=0.0, skill=0.2, seed=5)
    attempts = list(drawn.sample(BUILTIN[0], 11))
    planned = drawn.plan(BUILTIN[0].id, 11)
    assert [a.chain for a in attempts] == planned.chain.tolist()
    assert [a.step for a in attempts] == planned.step.tolist()
    assert max(planned.chain) == 2
    for chain in range(3):
        results = planned.right[planned.chain == chain].tolist()
        assert not any(results[:-1])
        assert results[-1] or len(results) == 3
    plans = [drawn.plan(name, 3) for name in MANY]
    for step in range(3):
        reached = [p.right[step] for p in plans if len(p.right) > step]
        assert np.mean(reached) == pytest.approx(expit(logit(0.2) + 1.5 * step), abs=0.05)


@given(
    n=st.integers(0, 30),
    steps=st.integers(1, 7),
    seed=st.integers(0, 2**32),
    best_first=st.floats(0, 1),
    guessing=st.floats(0, 1),
)
@settings(max_examples=60)
def test_any_plan_hangs_together(n, steps, seed, best_first, guessing) -> None:
    """Copies come after what they copy and are right alike; no more attempts than asked for."""
    planned = sampler(seed=seed, steps=steps, best_first=best_first, guessing=guessing).plan("a", n)
    m = len(planned.right)
    assert len(planned.copy_of) == len(planned.family) == m <= n
    assert m == n or planned.chain is not None
    for i, source in enumerate(planned.copy_of.tolist()):
        assert source < i
        assert source < 0 or planned.right[source] == planned.right[i]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("renaming", 1.5),
        ("guessing", -0.1),
        ("hard_coding", float("nan")),
        ("memorised", 2.0),
        ("best_first", -1.0),
        ("concentration", -1.0),
        ("concentration", float("inf")),
        ("steps", 0),
        ("feedback", float("nan")),
    ],
)
def test_settings_out_of_range_are_refused(name: str, value: float) -> None:
    """The message names the setting."""
    with pytest.raises(DataError) as caught:
        SamplerSettings(**{name: value})
    assert caught.value.field == name


def test_a_problem_without_references_is_refused_by_every_game() -> None:
    """Guesses too are made of a reference."""
    with pytest.raises(DataError, match="cannot write"):
        next(sampler(guessing=1.0).sample(replace(BUILTIN[0], references=()), 1))
