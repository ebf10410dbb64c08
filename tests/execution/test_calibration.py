"""What reference solutions tell about judging a problem."""

from __future__ import annotations

from dataclasses import replace

import pytest

from passatk.execution.calibration import Calibration, calibrate
from passatk.execution.limits import LimitPolicy
from passatk.execution.pool import Pool
from passatk.records import CodeTests, Problem, Solution, Trust

from .examples import DOUBLE, DOUBLE_CODE, DOUBLE_SCRIPT, RIGHT, RIGHT_SCRIPT

POLICY = LimitPolicy()


def with_references(problem: Problem, *codes: str) -> Problem:
    return replace(problem, references=tuple(Solution("reference", code) for code in codes))


def calibrated(pool: Pool, problem: Problem) -> Calibration:
    return calibrate(pool, [problem], POLICY)[problem.id]


@pytest.mark.parametrize(
    ("problem", "code"),
    [(DOUBLE, RIGHT), (DOUBLE_CODE, RIGHT), (DOUBLE_SCRIPT, RIGHT_SCRIPT)],
    ids=["calls", "code", "stream"],
)
def test_a_reference_that_passes_is_timed(pool: Pool, problem: Problem, code: str) -> None:
    """Its CPU time sets the limit, and there is nothing to warn of."""
    found = calibrated(pool, with_references(problem, code))
    assert found.reference_cpu_seconds is not None
    assert found.reference_cpu_seconds > 0
    assert (Trust.APART, None) == (found.trust, found.warning)
    assert POLICY.limits([found.reference_cpu_seconds]) == found.limits(POLICY)


def test_the_slowest_reference_counts(pool: Pool) -> None:
    """Of several references that pass, the limit is made for the slowest."""
    slow = "sum(range(5_000_000))\n" + RIGHT
    fast_alone = calibrated(pool, with_references(DOUBLE, RIGHT)).reference_cpu_seconds
    both = calibrated(pool, with_references(DOUBLE, RIGHT, slow, RIGHT)).reference_cpu_seconds
    assert fast_alone is not None
    assert both is not None
    assert both > 2 * fast_alone


def test_a_fixed_limit_below_a_references_own_time_is_told(pool: Pool) -> None:
    """Right programs would fail: the reader has to know."""
    slow = with_references(DOUBLE, "sum(range(5_000_000))\n" + RIGHT)
    found = calibrate(pool, [slow], replace(POLICY, time_limit=0.01))[slow.id]
    assert found.warning is not None
    assert found.warning.endswith("more than the time limit of 0.01 s")
    assert None is calibrate(pool, [slow], replace(POLICY, time_limit=20.0))[slow.id].warning


def test_without_a_reference_it_says_so(pool: Pool) -> None:
    """The limit is then a guess, and the reader is told."""
    found = calibrated(pool, DOUBLE)
    assert "no reference solution: the time limit is not calibrated" == found.warning
    assert POLICY.without_reference == found.limits(POLICY).cpu_seconds


def test_a_reference_that_fails_is_told(pool: Pool) -> None:
    """Not timed, and the reason of its first failure is in the warning."""
    found = calibrated(pool, with_references(DOUBLE, "def double(x): return 3 * x"))
    assert found.reference_cpu_seconds is None
    assert found.warning is not None
    assert "no reference solution passes its own tests" in found.warning
    assert "double(1): expected 2, the program returned 3" in found.warning


def test_one_reference_that_passes_is_enough(pool: Pool) -> None:
    """A wrong one beside it does not spoil the time."""
    found = calibrated(pool, with_references(DOUBLE, "def double(x): return 3 * x", RIGHT))
    assert found.reference_cpu_seconds is not None
    assert found.warning is None


OBJECT = Problem(
    "object",
    "",
    CodeTests(
        "def check(make):\n    assert make().real == 0\n    assert make().own == 1\n", "check"
    ),
    entry_point="make",
)
_OBJECT_CODE = "class Number(int): own = 1\ndef make(): return Number()"


def test_what_passes_in_a_shared_process_only_is_judged_there(pool: Pool) -> None:
    """An object of the program's own class cannot cross: the reference shows that, no candidate."""
    found = calibrated(pool, with_references(OBJECT, _OBJECT_CODE))
    assert (Trust.SHARED_PROCESS, None) == (found.trust, found.warning)
    assert found.reference_cpu_seconds is not None


def test_tests_that_need_a_shared_process_are_known_as_such(pool: Pool) -> None:
    """Where tests themselves use a class, the calibration says so."""
    tests = CodeTests("def check(f):\n    assert isinstance(f(1), Own)\n", "check")
    problem = Problem("own", "", tests, entry_point="f")
    code = "class Own: pass\ndef f(x): return Own()"
    assert Trust.SHARED_PROCESS == calibrated(pool, with_references(problem, code)).trust


def test_every_problem_gets_a_calibration(pool: Pool) -> None:
    """In the order given, whatever becomes of the references."""
    problems = [
        with_references(OBJECT, _OBJECT_CODE),
        DOUBLE,
        with_references(DOUBLE_CODE, "syntax error"),
        with_references(DOUBLE_SCRIPT, RIGHT_SCRIPT),
    ]
    found = calibrate(pool, problems, POLICY)
    assert ["object", "double", "double-code", "double-script"] == list(found)
    assert [False, True, True, False] == [each.warning is not None for each in found.values()]


@pytest.mark.parametrize("trust", [Trust.APART, Trust.SHARED_PROCESS])
@pytest.mark.parametrize("seconds", [None, 0.25])
def test_a_calibration_is_stored_and_read(trust: Trust, seconds: float | None) -> None:
    """A continued run keeps the limits that it began with."""
    calibration = Calibration(seconds, trust)
    assert calibration == Calibration.from_dict(calibration.to_dict())
