"""What judging a trivial attempt costs, and whether anything grows with the number of attempts.

Usage: overhead.py [ATTEMPTS]

The cost of an attempt is the CPU time, user and kernel, that all processes of a worker have used
from one verdict to the next: the pool, the judge, the zygote and the program's own process from its
fork to its end. Each is read from the process's own clock, in nanoseconds. There is one worker, so
that an interval belongs to one attempt. What the kernel does later in threads of its own, and what
this script does between two verdicts, is not in it.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from processes import cpu_seconds, family, usage

from passatk.execution.limits import LimitPolicy
from passatk.execution.pool import Pool, Settings, Task
from passatk.execution.sandbox import interpreter
from passatk.records import CallCase, CallTests, Problem

PROBLEM = Problem("add", "", CallTests((CallCase((20, 22), 42), CallCase((1, 2), 3))), "add")
LIMITS = LimitPolicy().limits([0.001])
WARM_UP = 500


def tasks(count: int) -> Iterator[Task]:
    for number in range(count):  # each a program of its own: nothing is judged twice
        yield Task(number, PROBLEM, f"def add(a, b):\n    return a + b  # {number}\n", LIMITS)


def processes() -> dict[str, int]:
    """The processes that live as long as the pool, by what they do."""
    found = {"pool": os.getpid()}
    for pid in family(os.getpid()):
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        for name in ("judge", "zygote"):
            if f"inside.{name}".encode() in words and b"bwrap" not in words.split(b"\0")[0]:
                found[name] = pid
    return found


def main(count: int) -> None:
    with Pool(Settings(interpreter(), workers=1)) as pool:
        for _ in pool.judge(tasks(WARM_UP)):
            pass
        members = processes()
        costs: dict[str, list[float]] = {name: [] for name in (*members, "program")}
        marks = []
        started = time.perf_counter()
        before = {name: cpu_seconds(pid) for name, pid in members.items()}
        for done, (_task, verdict) in enumerate(pool.judge(tasks(count)), 1):
            assert verdict.passed, verdict
            for name, pid in members.items():
                costs[name].append(cpu_seconds(pid) - before[name])
            costs["program"].append(verdict.cpu_seconds or 0.0)
            if done % (count // 10) == 0:
                marks.append(usage(os.getpid()))
            before = {name: cpu_seconds(pid) for name, pid in members.items()}
        seconds = time.perf_counter() - started
    print(f"attempts                        {count:,}")
    print("CPU an attempt, ms              median    mean")
    for name, each in [
        ("all processes", [sum(parts) for parts in zip(*costs.values(), strict=True)]),
        *((f"  {name}", costs[name]) for name in costs),
    ]:
        median, mean = statistics.median(each), statistics.fmean(each)
        print(f"{name:<31} {1000 * median:6.2f}  {1000 * mean:6.2f}")
    print(f"wall time an attempt            {1000 * seconds / count:6.2f} ms")
    for name, value in (
        ("resident memory, MiB", [each.resident_bytes / 2**20 for each in marks]),
        ("processes", [each.processes for each in marks]),
        ("descriptors", [each.descriptors for each in marks]),
    ):
        print(f"{name:<31} " + " ".join(f"{each:.0f}" for each in value))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
