"""The pool: verdicts that depend on the program alone, however many are judged and by whom."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passatk.execution.inside import plain, suite
from passatk.execution.limits import Limits
from passatk.execution.pool import QUEUE, Pool, Settings, Task
from passatk.execution.sandbox import Interpreter, interpreter
from passatk.records import (
    CallCase,
    CallTests,
    CodeTests,
    Problem,
    Status,
    StreamCase,
    StreamTests,
    Trust,
    Verdict,
)

from .examples import DOUBLE, DOUBLE_CODE, DOUBLE_SCRIPT, PATIENT, RIGHT, RIGHT_SCRIPT, judge
from .processes import below, memory_bytes

_OBJECT = "class D(int): pass\ndef double(x): return object()"
_TAKES_FUNCTION = Problem(
    "takes-function",
    "",
    CodeTests("def check(f):\n    assert f(1) == 2\n    assert f(lambda: 1) == 2\n", "check"),
    entry_point="f",
)
# What shows in a verdict if a worker's state or a fresh interpreter's whim has a say in it.
_WHIMSICAL = """
import random
print(hash("text"), list({"a", "b", "c", "d"}), random.random())
"""
TASKS = [
    Task(key, problem, program, limits)
    for key, (problem, program, limits) in enumerate(
        [
            (DOUBLE, RIGHT, PATIENT),
            (DOUBLE, "def double(x): return 2", PATIENT),
            (DOUBLE, "def double(x): return [][x]", PATIENT),
            (DOUBLE, "def double(x) return", PATIENT),
            (DOUBLE, _OBJECT, PATIENT),
            (DOUBLE, "import os\ndef double(x): os._exit(x)", PATIENT),
            (DOUBLE, "def double(x): return '\\ud800\\0'", PATIENT),
            (DOUBLE, _WHIMSICAL + RIGHT, PATIENT),
            (DOUBLE, "def double(x):\n    while x > 1: pass", replace(PATIENT, cpu_seconds=0.1)),
            (DOUBLE_CODE, RIGHT, PATIENT),
            (DOUBLE_CODE, "def double(x): return x + 1", PATIENT),
            (DOUBLE_CODE, "random.seed(1)\n", PATIENT),
            (DOUBLE_CODE, _WHIMSICAL + RIGHT, PATIENT),
            (DOUBLE_SCRIPT, RIGHT_SCRIPT, PATIENT),
            (DOUBLE_SCRIPT, _WHIMSICAL + RIGHT_SCRIPT, PATIENT),
            (DOUBLE_SCRIPT, "open('left-behind', 'w').write('x')\n" + RIGHT_SCRIPT, PATIENT),
            (DOUBLE_SCRIPT, "import os\nprint(os.listdir())", PATIENT),
            (_TAKES_FUNCTION, "def f(x): return 2", PATIENT),
            (_TAKES_FUNCTION, "def f(x): return x + 1", PATIENT),
        ]
    )
]


def said(verdict: Verdict) -> Verdict:
    """A verdict without what was measured; of a time limit, not how late it was noticed."""
    late = verdict.status is Status.TIME_LIMIT_EXCEEDED
    return replace(
        verdict,
        detail="" if late else verdict.detail,
        cpu_seconds=None,
        wall_seconds=None,
        peak_memory_bytes=None,
    )


@pytest.fixture(scope="module")
def pools(pool: Pool) -> Iterator[dict[int, Pool]]:
    with contextlib.ExitStack() as stack:
        python = interpreter()
        others = {n: stack.enter_context(Pool(Settings(python, workers=n))) for n in (1, 3)}
        yield {2: pool, **others}


@pytest.fixture(scope="module")
def usual() -> dict[int, Verdict]:
    """What each program gets from a fresh worker, in the order in which they stand here."""
    with Pool(Settings(interpreter(), workers=1)) as fresh:
        return {task.key: said(verdict) for task, verdict in fresh.judge(TASKS)}


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations(TASKS), st.sampled_from([1, 2, 3]))
def test_verdicts_depend_on_the_program_alone(
    pools: dict[int, Pool], usual: dict[int, Verdict], tasks: list[Task], workers: int
) -> None:
    """In any order, among any others, by any number of workers, one verdict each: the same."""
    judged = list(pools[workers].judge(tasks))
    assert sorted(task.key for task in tasks) == sorted(task.key for task, _ in judged)
    assert usual == {task.key: said(verdict) for task, verdict in judged}


def test_the_task_comes_back_with_its_verdict(pool: Pool) -> None:
    """The very task, so that a caller may hang anything on it."""
    task = Task(["any", "key"], DOUBLE, RIGHT, PATIENT)
    ((found, verdict),) = pool.judge([task])
    assert task is found
    assert (Status.PASSED, Trust.APART, "pp") == (verdict.status, verdict.trust, verdict.tests)


def test_what_was_measured_is_told(pool: Pool) -> None:
    """CPU and wall seconds and memory of the program: none of the judge's."""
    program = "block = bytearray(50 << 20)\nsum(range(3_000_000))\n" + RIGHT
    verdict = judge(pool, DOUBLE, program)
    idle = judge(pool, DOUBLE, "import time\ntime.sleep(0.3)\n" + RIGHT)
    assert verdict.cpu_seconds is not None
    assert verdict.peak_memory_bytes is not None
    assert idle.cpu_seconds is not None
    assert idle.wall_seconds is not None
    assert idle.cpu_seconds < 0.2 < 0.3 <= idle.wall_seconds
    assert idle.cpu_seconds < verdict.cpu_seconds
    assert 50 << 20 < verdict.peak_memory_bytes < 200 << 20


def test_no_tasks_no_verdicts(pool: Pool) -> None:
    """An empty run is over at once."""
    assert [] == list(pool.judge([]))


def test_tasks_are_drawn_as_workers_get_free(pool: Pool) -> None:
    """A file of a million attempts is never in memory as a whole."""
    drawn = 0

    def tasks() -> Iterator[Task]:
        nonlocal drawn
        for drawn in range(1, 101):
            yield Task(drawn, DOUBLE, RIGHT, PATIENT)

    for done, _ in enumerate(pool.judge(tasks())):
        assert drawn <= done + 2 * QUEUE
    assert 100 == drawn


def test_memory_stays_flat() -> None:
    """Neither judge nor zygote keeps anything of the programs that it has seen."""
    with Pool(Settings(interpreter(), workers=1)) as pool:

        def judge_some(first: int) -> int:
            text = f"data = '{first}' + 'x' * 10\n#" + "y" * 200_000 + "\n"
            tasks = (Task(i, DOUBLE, f"{text}#{i}\n{RIGHT}", PATIENT) for i in range(40))
            assert all(verdict.passed for _, verdict in pool.judge(tasks))
            return sum(memory_bytes(pid) for pid in pool_processes(pool))

        judge_some(0)
        before = judge_some(1)
        assert judge_some(2) - before < 4 << 20


def pool_processes(pool: Pool) -> list[int]:
    return [
        pid
        for worker in pool._workers
        for process in worker._processes
        for pid in [process.pid, *below(process.pid)]
    ]


def test_a_large_problem_is_judged(pool: Pool) -> None:
    """20 MB of cases, sent once for many programs."""
    cases = tuple(CallCase((letter * (1 << 20),), letter) for letter in "abcdefghijklmnopqrst")
    problem = Problem("large", "", CallTests(cases), entry_point="first")
    right, wrong = "def first(text): return text[0]", "def first(text): return min(text[0], 'd')"
    tasks = [Task(i, problem, code, PATIENT) for i, code in enumerate([right, wrong] * 3)]
    found = {task.key: verdict.tests for task, verdict in pool.judge(tasks)}
    assert [20 * "p", "pppp" + 16 * "w"] * 3 == [found[i] for i in range(6)]


def test_a_large_input_is_judged(pool: Pool) -> None:
    """20 MB on standard input."""
    problem = Problem("long", "", StreamTests((StreamCase("12345678\n" * (20 << 17), "5"),)))
    assert judge(pool, problem, "import sys\nprint(len(sys.stdin.read()) >> 22)").passed


def test_a_large_program_is_judged(pool: Pool) -> None:
    """5 MB of source, most of it data."""
    program = f"data = {'x' * (5 << 20)!r}\ndef double(x): return 2 * x if len(data) > 5e6 else 0"
    assert judge(pool, DOUBLE, program).passed


def test_a_large_change_in_place_comes_back(pool: Pool) -> None:
    """Hundreds of thousands of numbers, sorted where they are."""
    setup = "def check(f):\n    a = list(range(700_000, 0, -1))\n    f(a)\n    assert a[0] == 1\n"
    problem = Problem("sort", "", CodeTests(setup, "check"), entry_point="f")
    assert judge(pool, problem, "def f(a): a.sort()").passed


@pytest.mark.parametrize("kind", ["calls", "code", "shared"])
def test_a_failure_among_very_many_tests_is_seen(pool: Pool, kind: str) -> None:
    """Also where there are more tests than letters are kept."""
    count = suite.MAX_RECORDED + 10
    tests: CallTests | CodeTests = CallTests(tuple(CallCase((i,), i) for i in range(count)))
    if kind != "calls":
        loop = f"def check(f):\n    for i in range({count}):\n        assert f(i) == i\n"
        tests = CodeTests(loop, "check")
    problem = Problem("many", "", tests, entry_point="f")
    trust = Trust.SHARED_PROCESS if kind == "shared" else None
    wrong = judge(pool, problem, f"def f(x): return x * (x < {count - 1})", trust=trust)
    assert (Status.WRONG_ANSWER, "pw") == (wrong.status, wrong.tests[-2:])


def test_every_pair_has_its_letter(pool: Pool) -> None:
    """However many pairs of input and output there are."""
    count = suite.MAX_RECORDED + 10
    problem = Problem("pairs", "", CallTests((CallCase((1,), 1),) * count), entry_point="f")
    assert count * "p" == judge(pool, problem, "def f(x): return x").tests


def test_loading_has_an_allowance_beside_the_tests(pool: Pool) -> None:
    """What imports take is not taken from the time for solving, unless the limit is fixed."""
    slow_to_load = "import time\nwhile time.process_time() < 0.5: pass\n" + RIGHT
    calibrated = Limits(cpu_seconds=0.3, wall_seconds=60.0, load_seconds=5.0)
    assert judge(pool, DOUBLE, slow_to_load, calibrated).passed
    fixed = replace(calibrated, load_seconds=0.0)
    assert Status.TIME_LIMIT_EXCEEDED == judge(pool, DOUBLE, slow_to_load, fixed).status


def test_two_problems_may_have_one_name(pool: Pool) -> None:
    """Each program is judged by the tests of its own task."""
    triple = replace(DOUBLE, tests=CallTests((CallCase((1,), 3),)))
    tasks = [Task(i, (DOUBLE, triple)[i % 2], RIGHT, PATIENT) for i in range(12)]
    found = {task.key: verdict.passed for task, verdict in pool.judge(tasks)}
    assert {i: i % 2 == 0 for i in range(12)} == found


def test_more_problems_than_a_judge_remembers(pool: Pool) -> None:
    """Problems that come again after others are known again."""
    problems = [
        Problem(f"add{n}", "", CallTests((CallCase((1,), 1 + n),)), entry_point="f")
        for n in range(9)
    ]
    tasks = [
        Task((n, m), problems[n], f"def f(x): return x + {m}", PATIENT)
        for _round in range(2)
        for n in range(9)
        for m in (n, n + 1)
    ]
    assert all((n == m) == verdict.passed for (n, m), verdict in by_key(pool, tasks))


def by_key(pool: Pool, tasks: list[Task]) -> list[tuple[tuple[int, int], Verdict]]:
    return [(task.key, verdict) for task, verdict in pool.judge(tasks)]


def test_two_pools_at_once(pool: Pool) -> None:
    """Each gives its own verdicts, also when they are read in turn."""
    with Pool(Settings(interpreter(), workers=1)) as other:
        ours = pool.judge(Task(("ours", i), DOUBLE, RIGHT, PATIENT) for i in range(20))
        theirs = other.judge(Task(("theirs", i), DOUBLE, "", PATIENT) for i in range(20))
        found = [
            (a[0].key[0], a[1].passed, b[0].key[0], b[1].passed)
            for a, b in zip(ours, theirs, strict=True)
        ]
    assert [("ours", True, "theirs", False)] * 20 == found


def test_what_was_not_read_does_not_come_later(pool: Pool) -> None:
    """A call that was given up leaves nothing for the next one."""
    given_up = pool.judge(Task(("old", i), DOUBLE, RIGHT, PATIENT) for i in range(10))
    assert "old" == next(given_up)[0].key[0]
    given_up.close()
    found = [task.key for task, _ in pool.judge([Task("new", DOUBLE, RIGHT, PATIENT)])]
    assert ["new"] == found


def test_an_error_of_the_source_is_the_callers(pool: Pool) -> None:
    """It passes through, and the pool goes on judging."""

    def tasks() -> Iterator[Task]:
        yield Task(0, DOUBLE, RIGHT, PATIENT)
        raise OSError("the file ends in the middle")

    with pytest.raises(OSError, match="in the middle"):
        list(pool.judge(tasks()))
    assert judge(pool, DOUBLE, RIGHT).passed


def test_cases_that_are_not_plain_data_are_refused(pool: Pool) -> None:
    """With the type at fault; the pool goes on judging."""
    problem = replace(DOUBLE, tests=CallTests((CallCase((object(),), 1),)))
    with pytest.raises(plain.Unportable, match="a value of type object"):
        judge(pool, problem, RIGHT)
    assert judge(pool, DOUBLE, RIGHT).passed


@pytest.mark.parametrize("tests", [CallTests(()), CodeTests("x = 1"), StreamTests(())])
def test_a_problem_without_tests_is_nobodys_failure(
    pool: Pool, tests: CallTests | CodeTests | StreamTests
) -> None:
    """No program can pass or fail it."""
    verdict = judge(pool, Problem("empty", "", tests, entry_point="double"), RIGHT)
    assert Status.JUDGE_ERROR == verdict.status
    assert "there are none" in verdict.detail


def test_only_tests_as_code_can_share_a_process(pool: Pool) -> None:
    """Whatever is asked for, the verdict says how the program was really judged."""
    assert Trust.APART == judge(pool, DOUBLE, RIGHT, trust=Trust.SHARED_PROCESS).trust
    assert Trust.APART == judge(pool, DOUBLE_SCRIPT, RIGHT_SCRIPT, trust=Trust.SHARED_PROCESS).trust
    shared = judge(pool, DOUBLE_CODE, RIGHT, trust=Trust.SHARED_PROCESS)
    assert (Status.PASSED, Trust.SHARED_PROCESS) == (shared.status, shared.trust)


def test_at_least_one_worker_is_needed() -> None:
    """None would judge nothing, and say nothing."""
    with pytest.raises(ValueError, match="workers must be at least 1; got 0"):
        Pool(Settings(Interpreter("/usr/bin/python3", "3.11.0", ()), workers=0))
