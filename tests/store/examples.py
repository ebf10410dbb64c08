"""Small benchmarks and attempts for the tests of the store."""

from __future__ import annotations

import os
import sys

from passatk.records import Attempt, Benchmark, CodeTests, Problem, Status, Trust, Verdict
from passatk.store import Run, Store

MANIFEST = {"settings": {"model": "m", "sampling": {"temperature": 0.8}}, "versions": {"x": "1"}}


# Processes that tests start find what the tests found.
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def benchmark(size: int = 3, hash: str = "h1") -> Benchmark:
    problems = [
        Problem(
            f"task/{i}", f"def f{i}():\n", CodeTests(), entry_point=f"f{i}", category=f"c{i % 2}"
        )
        for i in range(size)
    ]
    return Benchmark("small", {each.id: each for each in problems}, hash)


def attempt(problem: int, number: int, body: str = "    return 0\n") -> Attempt:
    return Attempt(f"task/{problem}", number, f"def f{problem}():\n{body}", body)


def attempts(problems: int = 3, each: int = 4, distinct: int = 3) -> list[Attempt]:
    """``each`` attempts at every problem, with ``distinct`` different programs among them."""
    return [
        attempt(problem, number, f"    return {number % distinct}\n")
        for number in range(each)
        for problem in range(problems)
    ]


def verdict(problem: str, program: str) -> Verdict:
    """A verdict that follows from problem and program, as the judge's does."""
    passed = (len(problem) + sum(map(ord, program))) % 2 == 0
    return Verdict(
        Status.PASSED if passed else Status.WRONG_ANSWER,
        Trust.APART,
        tests="pp" if passed else "pw",
        detail="" if passed else f"{problem}: wrong",
        cpu_seconds=0.25,
    )


def judge(store: Store, run: Run, limit: int | None = None, batch: int = 2) -> int:
    """Judge what is pending, ``limit`` programs at most, in small batches; how many."""
    done = 0
    waiting: list[tuple[str, int, Verdict]] = []
    for program in store.pending(run):
        if limit is not None and done + len(waiting) == limit:
            break
        waiting.append(
            (program.problem, program.program_id, verdict(program.problem, program.program))
        )
        if len(waiting) == batch:
            store.record(run, waiting)
            done += len(waiting)
            waiting = []
    store.record(run, waiting)
    return done + len(waiting)
