"""Chains with feedback: what a model is told, and what it is never told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk import benchmarks
from passatk.generation import templates
from passatk.generation.feedback import has_visible_tests, report, with_visible_tests
from passatk.generation.model import Completion, Request
from passatk.records import (
    Attempt,
    CallCase,
    CallTests,
    CodeCase,
    CodeTests,
    Problem,
    Status,
    StreamCase,
    StreamTests,
    Verdict,
)
from passatk.sampling.chains import Chains
from passatk.store import Filed, JudgedAttempt, Made

from .examples import problem, settings

HIDDEN = "HIDDEN"


def secretive(kind: str) -> Problem:
    """A problem whose hidden tests hold a word that is nowhere else."""
    calls = CallTests((CallCase((3,), 6, visible=True), CallCase((HIDDEN,), HIDDEN * 2)))
    code = CodeTests(
        setup=f"def check(candidate):\n    assert candidate('{HIDDEN}') == 2\n", check="check"
    )
    cases = CodeTests(
        cases=(CodeCase("assert twice(3) == 6", visible=True), CodeCase(f"assert '{HIDDEN}'"))
    )
    streams = StreamTests((StreamCase("3", "6", visible=True), StreamCase(HIDDEN, HIDDEN)))
    tests = {"calls": calls, "check": code, "cases": cases, "streams": streams}[kind]
    return problem(
        "twice",
        tests=tests,
        prompt='def twice(n):\n    """Twice n.\n\n    >>> twice(3)\n    6\n    """\n',
        entry_point=None if kind == "streams" else "twice",
    )


KINDS = ["calls", "check", "cases", "streams"]


def conversation(
    of: Problem, full: Callable[[int], Status], visible: Callable[[int], Verdict], steps: int = 5
) -> list[tuple[str, str]]:
    """All that one chain says, and is told, with these verdicts."""
    checked: list[tuple[Any, Problem]] = []
    chains = Chains(
        [of],
        settings(template=templates.load("chat")),
        chains=1,
        steps=steps,
        present=(),
        load=lambda name: (),
        check=lambda key, shown, program: checked.append((key, shown)),
    )
    said: list[tuple[str, str]] = []
    while (request := chains.take()) is not None:
        said = [(each.role, each.text) for each in request.messages]
        step = request.step or 0
        attempt = Attempt("twice", request.number, f"program {step}", f"text {step}")
        filed = Filed("twice", request.number, step, None)
        chains.filed(request, [attempt], [filed])
        chains.judged("twice", request.number, Verdict(full(step)))
        while checked:
            key, shown = checked.pop()
            assert HIDDEN not in repr(shown)
            chains.checked(key, visible(step))
    assert not chains.waiting
    return said


FAILURES = [status for status in Status if status is not Status.PASSED]


@pytest.mark.parametrize("kind", KINDS)
@hypothesis.settings(max_examples=50)
@given(
    full=st.lists(st.sampled_from(FAILURES), min_size=5, max_size=5),
    other=st.lists(st.sampled_from(FAILURES), min_size=5, max_size=5),
    seen=st.lists(st.sampled_from(list(Status)), min_size=5, max_size=5),
)
def test_prompts_do_not_depend_on_hidden_tests(
    kind: str, full: list[Status], other: list[Status], seen: list[Status]
) -> None:
    """Whatever the hidden tests say, the words are the same; and no hidden test is among them."""

    def visible(step: int) -> Verdict:
        return Verdict(seen[step], detail="detail", output="output")

    of = secretive(kind)
    first = conversation(of, full.__getitem__, visible)
    assert first == conversation(of, other.__getitem__, visible)
    assert HIDDEN not in repr(first)
    assert HIDDEN in repr(of)


@pytest.mark.parametrize("kind", KINDS)
def test_the_problem_that_is_checked_has_visible_tests_alone(kind: str) -> None:
    """No hidden test, no solution; examples of the prompt where no test is marked."""
    shown = with_visible_tests(secretive(kind))
    assert HIDDEN not in repr(shown)
    assert ((), ()) == (shown.references, shown.wrong)
    assert has_visible_tests(secretive(kind))
    if kind == "check":
        assert (CodeCase("assert twice(3) == 6", visible=True),) == shown.tests.cases


def test_builtin_problems_never_give_hidden_tests_away() -> None:
    """For every built-in problem: no hidden case is in what is judged for feedback."""
    for each in benchmarks.load("builtin").problems.values():
        visible = [case for case in each.tests.cases if case.visible]
        assert visible == list(with_visible_tests(each).tests.cases)
        assert len(visible) < len(each.tests.cases)


def test_a_problem_without_visible_tests_only_loads() -> None:
    """There is nothing to fail but loading."""
    bare = problem("twice", tests=CallTests((CallCase((3,), 6),)))
    assert not has_visible_tests(bare)
    assert (CodeCase("pass"),) == with_visible_tests(bare).tests.cases


def test_what_a_report_says() -> None:
    """The failed visible tests, what happened, and the end of the output, shortened."""
    shown = with_visible_tests(secretive("calls"))
    verdict = Verdict(Status.WRONG_ANSWER, tests="w", detail="returned 5", output="x" * 5000)
    told = report(shown, verdict)
    assert told is not None
    assert told.startswith("Wrong answer.\n\nFailed tests:\n\ntwice(3) should give 6\n\n")
    assert "returned 5" in told
    assert len(told) < 1000
    assert report(shown, Verdict(Status.PASSED)) is None


def test_a_chain_ends_with_its_pass() -> None:
    """After a pass nothing more is asked; the last conversation is the one before it."""
    said = conversation(
        secretive("calls"),
        lambda step: Status.PASSED if step == 1 else Status.WRONG_ANSWER,
        lambda step: Verdict(Status.WRONG_ANSWER, detail=f"detail {step}"),
    )
    assert ["user", "assistant", "user"] == [role for role, _ in said]
    assert "detail 0" in said[-1][1]


def test_a_chain_is_taken_up_where_it_was_left() -> None:
    """The conversation is rebuilt from the store, and the last attempt is checked again."""
    of = secretive("calls")
    template = templates.load("chat")
    before = [
        JudgedAttempt(Attempt("twice", 0, "p0", "t0", chain=0, step=0), None),
        JudgedAttempt(
            Attempt("twice", 1, "p1", "t1", chain=0, step=1, extra={"feedback": "f1"}), None
        ),
    ]
    checks: list[tuple[Any, str]] = []
    chains = Chains(
        [of],
        settings(template=template),
        chains=2,
        steps=3,
        present=[
            Made("twice", 0, Status.WRONG_ANSWER, 0, 0),
            Made("twice", 1, Status.WRONG_ANSWER, 0, 1),
            Made("twice", 3, Status.PASSED, 1, 0),
        ],
        load=lambda name: before,
        check=lambda key, shown, program: checks.append((key, program)),
    )
    assert chains.take() is None
    assert [(("twice", 0), "p1")] == checks
    chains.checked(("twice", 0), Verdict(Status.RUNTIME_ERROR, detail="boom"))
    request = chains.take()
    assert request is not None
    assert (2, 0, 2) == (request.number, request.chain, request.step)
    said = [each.text for each in request.messages][1:]
    assert ["t0", "f1", "t1"] == said[:3]
    assert "boom" in said[3]
    assert chains.take() is None


def test_the_builtin_model_learns_in_chains() -> None:
    """A step is right as often as was planted, and the texts are those of the sampler."""
    from passatk.generation.builtin_model import BuiltinModel, parse_model

    sampler, gain = parse_model("builtin:skill=0.4,spread=0,gain=2,chattiness=0")
    model = BuiltinModel(sampler, gain=gain, attempts=1)
    assert [0.4, 0.831, 0.973] == [round(p, 3) for p in model.step_probability("x", 3).tolist()]
    first = next(iter(benchmarks.load("builtin").problems.values()))

    async def ask(step: int) -> list[Completion]:
        return await model.ask(Request(first, step, 1, (), chain=0, step=step))

    assert asyncio.run(ask(1)) == asyncio.run(ask(1)) != asyncio.run(ask(2))
    lift = model.true_lift(["x"], chains=1, steps=3)
    assert lift == pytest.approx(0.6**3 - 0.6 * (1 - 0.8311) * (1 - 0.9731), abs=1e-4)
    assert replace(sampler, skill=0.5) != sampler
