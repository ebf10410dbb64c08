"""The built-in sampler: what it plants, what it delivers, what it depends on."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

import passatk.generation
from passatk.attempts.extract import assemble
from passatk.benchmarks import load
from passatk.errors import DataError
from passatk.generation import BuiltinSampler, SamplerSettings
from passatk.records import Problem, Solution

BUILTIN = list(load("builtin").problems.values())
MANY = [f"problem {i}" for i in range(3000)]


def sampler(**changed: Any) -> BuiltinSampler:
    return BuiltinSampler(SamplerSettings(**changed))


def texts(sampler: BuiltinSampler, problem: Problem, n: int) -> list[str]:
    return [attempt.text for attempt in sampler.sample(problem, n)]


@pytest.mark.parametrize("problem", BUILTIN, ids=lambda problem: problem.id)
def test_attempts_are_right_and_wrong_as_planted(problem, passes) -> None:
    """Judged by the problem's own hidden tests, each verdict is the planted one."""
    drawn = sampler(skill=0.4, spread=0.0, duplication=0.0, seed=11)
    verdicts = [passes(problem, attempt.program) for attempt in drawn.sample(problem, 14)]
    assert verdicts == drawn.correctness(problem.id, 14).tolist()


@given(problem=st.sampled_from(BUILTIN), seed=st.integers(0, 2**64), right=st.booleans())
@settings(max_examples=60)
def test_any_seed_keeps_its_word(passes, problem: Problem, seed: int, right: bool) -> None:
    """A right attempt passes and a wrong one fails, whatever the seed."""
    attempt = sampler(seed=seed).draw(problem, 0, right=right)
    assert passes(problem, attempt.program) is right


def test_shares_of_right_attempts_match_the_true_probabilities() -> None:
    """Summed over problems, the right attempts differ from their mean by chance only."""
    drawn = sampler(skill=0.3, spread=0.4, drift=-0.05, seed=5)
    p = np.array([drawn.true_probability(name, 40) for name in MANY])
    right = np.array([drawn.correctness(name, 40) for name in MANY])
    z = (right - p).sum(axis=0) / np.sqrt((p * (1 - p)).sum(axis=0))
    assert p.shape == right.shape == (3000, 40)
    assert np.abs(z).max() < 4
    assert 0.5 < (z**2).mean() < 1.7


@pytest.mark.parametrize("spread", [0.05, 0.5, 0.9])
def test_problems_have_the_skill_and_the_spread_asked_for(spread: float) -> None:
    """Mean and intraclass correlation of the problems' probabilities."""
    p = np.array([sampler(skill=0.3, spread=spread).true_probability(i, 1)[0] for i in MANY])
    assert p.mean() == pytest.approx(0.3, abs=4 * p.std() / np.sqrt(len(p)))
    assert p.var() / (0.3 * 0.7) == pytest.approx(spread, rel=0.1)


def test_without_spread_all_problems_are_the_same() -> None:
    """spread=0: every probability is the skill."""
    for name in ("a", "b"):
        assert sampler(skill=0.3, spread=0).true_probability(name, 2) == pytest.approx([0.3, 0.3])


def test_drift_is_a_slope_of_the_logit_around_the_middle() -> None:
    """The middle attempt keeps the problem's probability; the others step by the drift."""
    middle = logit(sampler(seed=2).true_probability("a", 1)[0])
    drifting = sampler(seed=2, drift=-0.3).true_probability("a", 5)
    assert drifting == pytest.approx(expit(middle + np.array([0.6, 0.3, 0.0, -0.3, -0.6])))


def test_duplication_is_the_probability_of_a_repeat() -> None:
    """Repeats come on top of programs that coincide by chance."""

    def repeated(share: float) -> float:
        drawn = sampler(duplication=share, chattiness=0.0, seed=9)
        repeats = [
            text in earlier
            for problem in BUILTIN[:8]
            for all_texts in [texts(drawn, problem, 60)]
            for earlier, text in ((all_texts[:i], all_texts[i]) for i in range(5, 60))
        ]
        return float(np.mean(repeats))

    by_chance = repeated(0.0)
    assert repeated(0.4) == pytest.approx(0.4 + 0.6 * by_chance, abs=0.07)


def test_a_repeat_is_verbatim_and_of_the_same_correctness() -> None:
    """duplication=1: all right attempts have one text, all wrong ones another."""
    drawn = sampler(duplication=1.0, spread=0.0, seed=4)
    attempts = list(drawn.sample(BUILTIN[0], 20))
    right = drawn.correctness(BUILTIN[0].id, 20)
    assert len({(attempts[i].text, right[i]) for i in range(20)}) == 2
    assert [attempt.number for attempt in attempts] == list(range(20))


@given(seed=st.integers(0, 2**32), n=st.integers(0, 12), more=st.integers(0, 8))
@settings(max_examples=15)
def test_a_longer_run_begins_like_a_shorter_one(seed: int, n: int, more: int) -> None:
    """Without drift the first n attempts do not depend on how many follow."""
    drawn = sampler(seed=seed, duplication=0.5)
    shorter = list(drawn.sample(BUILTIN[3], n))
    longer = list(islice(drawn.sample(BUILTIN[3], n + more), n))
    assert shorter == longer


def test_the_same_seed_gives_the_same_attempts_in_another_process() -> None:
    """Nothing depends on Python's hash seed or on the problems sampled before."""
    probe = (
        "from passatk.benchmarks import load; from passatk.generation import *\n"
        "problem = list(load('builtin').problems.values())[5]\n"
        "print([a.text for a in BuiltinSampler(SamplerSettings(seed=8)).sample(problem, 6)])"
    )
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", probe],
            env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert ast.literal_eval(done.stdout) == texts(sampler(seed=8), BUILTIN[5], 6)


def test_other_seeds_give_other_attempts() -> None:
    """The seed reaches difficulty, luck and text."""
    one, two = sampler(seed=1), sampler(seed=2)
    assert one.true_probability("a", 1) != two.true_probability("a", 1)
    assert one.correctness("a", 64).tolist() != two.correctness("a", 64).tolist()
    assert texts(one, BUILTIN[0], 8) != texts(two, BUILTIN[0], 8)


def test_models_of_one_seed_agree_on_what_is_hard_and_draw_independently() -> None:
    """The better model is better on each problem; their luck is uncorrelated."""
    weak, strong = sampler(skill=0.3, model="weak"), sampler(skill=0.6, model="strong")
    p, q = (
        np.array([model.true_probability(name, 1)[0] for name in MANY]) for model in (weak, strong)
    )
    x, y = (np.array([model.correctness(name, 1)[0] for name in MANY]) for model in (weak, strong))
    assert (p < q).all()
    assert np.corrcoef(p, q)[0, 1] > 0.8
    assert abs(np.corrcoef(x - p, y - q)[0, 1]) < 4 / np.sqrt(len(MANY))


def test_the_text_gives_the_program_back() -> None:
    """What a reader takes out of the delivered text is the attempt's program."""
    for problem in BUILTIN:
        for attempt in sampler(chattiness=0.5, seed=6).sample(problem, 5):
            read = assemble(problem, attempt.text, field=attempt.text_field, extract="auto")
            assert read == attempt.program


def test_chattiness_is_the_share_of_fenced_texts() -> None:
    """0: the text is the program; 1: every program that can be read back is fenced."""
    plain = list(sampler(chattiness=0.0).sample(BUILTIN[0], 20))
    chatty = list(sampler(chattiness=1.0, skill=0.99, spread=0.0).sample(BUILTIN[0], 20))
    half = [
        "```" in attempt.text
        for problem in BUILTIN
        for attempt in sampler(chattiness=0.5, duplication=0.0).sample(problem, 5)
    ]
    assert all(attempt.text == attempt.program for attempt in plain)
    assert all("```python" in attempt.text for attempt in chatty)
    assert np.mean(half) == pytest.approx(0.5, abs=0.1)


def test_attempts_differ_among_each_other() -> None:
    """Right attempts of one problem come in many texts."""
    drawn = sampler(skill=0.9, spread=0.0, duplication=0.0, chattiness=0.0)
    distinct = [len(set(texts(drawn, problem, 10))) for problem in BUILTIN[::3]]
    assert np.mean(distinct) > 7


def test_a_problem_without_known_mistakes_gets_wrong_attempts(passes) -> None:
    """Then they come from the faults that surely fail."""
    for problem in BUILTIN[:6]:
        bare = replace(problem, wrong=())
        attempts = [sampler().draw(bare, number, right=False) for number in range(6)]
        assert [passes(bare, attempt.program) for attempt in attempts] == [False] * 6


def test_mutants_are_mostly_wrong(passes) -> None:
    """With mutants the planted truth is approximate: few of the wrong attempts turn out right."""
    drawn = sampler(mutants=True, seed=1)
    attempts = [
        (problem, drawn.draw(problem, number, right=False))
        for problem in BUILTIN
        for number in range(4)
    ]
    assert np.mean([passes(problem, attempt.program) for problem, attempt in attempts]) < 0.06


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("skill", 0.0, "0 < skill < 1"),
        ("skill", 1.0, "0 < skill < 1"),
        ("skill", float("nan"), "0 < skill < 1"),
        ("spread", 1.0, "0 <= spread < 1"),
        ("duplication", -0.1, "0 <= duplication <= 1"),
        ("chattiness", 1.1, "0 <= chattiness <= 1"),
        ("drift", float("inf"), "a finite number"),
        ("seed", -1, "an integer from 0"),
    ],
)
def test_settings_out_of_range_are_refused(name: str, value: float, expected: str) -> None:
    """The message names the setting, its range and what was found."""
    with pytest.raises(DataError) as caught:
        SamplerSettings(**{name: value})
    assert caught.value.field == name
    assert f"expected: {expected}" in str(caught.value)
    assert f"found: {value!r}" in str(caught.value)


@pytest.mark.parametrize("field", ["references", "language"])
def test_a_problem_that_cannot_be_written_is_refused(field: str) -> None:
    """No reference solution to derive from, or not Python."""
    usable = replace(BUILTIN[0], references=(Solution("any", "pass"),))
    problem = replace(usable, **{field: () if field == "references" else "rust"})
    with pytest.raises(DataError, match=rf"cannot write {problem.id}\n  field: {field}"):
        next(sampler().sample(problem, 1))


def test_the_room_offers_the_sampler_and_imports_no_scipy() -> None:
    """SciPy takes longer to import than all the rest; it comes with the first probability."""
    probe = "import sys, passatk.generation; print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert passatk.generation.__all__ == ["BuiltinSampler", "SamplerSettings"]
