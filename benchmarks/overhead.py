"""What judging a trivial attempt costs, and whether anything grows with the number of attempts.

Usage: overhead.py [ATTEMPTS]
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Iterator

from processes import usage

from passatk.execution.limits import LimitPolicy
from passatk.execution.pool import Pool, Settings, Task
from passatk.execution.sandbox import interpreter
from passatk.records import CallCase, CallTests, Problem

PROBLEM = Problem("add", "", CallTests((CallCase((20, 22), 42), CallCase((1, 2), 3))), "add")
LIMITS = LimitPolicy().limits([0.001])


def tasks(count: int) -> Iterator[Task]:
    for number in range(count):  # each a program of its own: nothing is judged twice
        yield Task(number, PROBLEM, f"def add(a, b):\n    return a + b  # {number}\n", LIMITS)


def main(count: int) -> None:
    with Pool(Settings(interpreter())) as pool:
        for _ in pool.judge(tasks(500)):
            pass
        before, started = usage(os.getpid()), time.perf_counter()
        forks = []
        marks = []
        for done, (_task, verdict) in enumerate(pool.judge(tasks(count)), 1):
            assert verdict.passed, verdict
            if len(forks) < 10_000:
                forks.append(verdict.cpu_seconds or 0.0)
            if done % (count // 10) == 0:
                marks.append(usage(os.getpid()))
        seconds, after = time.perf_counter() - started, usage(os.getpid())
    cpu = (after.cpu_seconds - before.cpu_seconds) / count
    print(f"attempts                        {count:,}")
    print(f"CPU an attempt, all processes   {1000 * cpu:.2f} ms (mean)")
    print(f"  of it the fork                {1000 * statistics.median(forks):.2f} ms (median)")
    print(f"wall time an attempt            {1000 * seconds / count:.2f} ms")
    for name, value in (
        ("resident memory, MiB", [each.resident_bytes / 2**20 for each in marks]),
        ("processes", [each.processes for each in marks]),
        ("descriptors", [each.descriptors for each in marks]),
    ):
        print(f"{name:<31} " + " ".join(f"{each:.0f}" for each in value))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
