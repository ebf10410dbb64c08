"""Problems and programs that several tests judge."""

from __future__ import annotations

from passatk.execution.limits import Limits
from passatk.execution.pool import Pool, Task
from passatk.records import (
    CallCase,
    CallTests,
    CodeTests,
    Problem,
    StreamCase,
    StreamTests,
    Trust,
    Verdict,
)

PATIENT = Limits(cpu_seconds=5.0, wall_seconds=60.0)
"""Enough for every honest program on a loaded machine."""

DOUBLE = Problem(
    "double", "", CallTests((CallCase((1,), 2), CallCase((4,), 8))), entry_point="double"
)
DOUBLE_CODE = Problem(
    "double-code",
    "",
    CodeTests(
        "def check(double):\n    assert double(1) == 2\n    assert double(4) == 8\n", "check"
    ),
    entry_point="double",
)
DOUBLE_SCRIPT = Problem(
    "double-script", "", StreamTests((StreamCase("1\n", "2\n"), StreamCase("4\n", "8\n")))
)
RIGHT = "def double(x): return 2 * x"
RIGHT_SCRIPT = "print(2 * int(input()))"


def judge(
    pool: Pool,
    problem: Problem,
    program: str,
    limits: Limits = PATIENT,
    trust: Trust | None = None,
) -> Verdict:
    """The verdict on one program."""
    ((_task, verdict),) = pool.judge([Task(None, problem, program, limits, trust)])
    return verdict
