"""How long clustering attempts takes, how it grows, and the duplicate rates of CodeGen-16B.

    python benchmarks/diversity.py

CPU seconds of ``examine`` of diversity and of selection, one after the other in one process, as
``passatk analyze`` calls them; then of one problem with more and more attempts.
"""

from __future__ import annotations

import gzip
import json
import random
import resource
import sys
import time
from collections import defaultdict
from pathlib import Path

from passatk.analysis import diversity, selection
from passatk.analysis.programs import LEVELS, normal
from passatk.analysis.subject import ProblemAttempts
from passatk.records import Attempt, Status, Verdict

DATA = Path(__file__).parents[2] / "shared" / "data" / "humaneval"
GROWTH = (125, 250, 500, 1000, 2000)


def read() -> list[ProblemAttempts]:
    """The judged attempts with their prompts, which are part of the programs."""
    with gzip.open(DATA / "HumanEval_no_examples.jsonl.gz", "rt") as lines:
        prompts = {each["task_id"]: each["prompt"] for each in map(json.loads, lines)}
    attempts = defaultdict(list)
    with gzip.open(DATA / "codegen16b_even_results.jsonl.gz", "rt") as lines:
        for each in map(json.loads, lines):
            name, text = each["task_id"], each["completion"]
            status = Status.PASSED if each["passed"] else Status.WRONG_ANSWER
            number = len(attempts[name])
            attempt = Attempt(name, number, prompts[name] + text, text)
            attempts[name].append((attempt, Verdict(status)))
    return [ProblemAttempts(name, tuple(each)) for name, each in attempts.items()]


def seconds(problems: list[ProblemAttempts]) -> tuple[float, list[diversity.Part]]:
    """CPU seconds of both analyses, every program parsed anew."""
    normal._cached.cache_clear()
    start = time.process_time()
    parts = []
    for each in problems:
        parts.append(diversity.examine(each))
        selection.examine(each)
    return time.process_time() - start, parts


def main() -> None:
    problems = read()
    seconds(problems[:1])
    took, parts = seconds(problems)
    count = sum(part.attempts for part in parts)
    print(f"{len(parts)} problems, {count} attempts: {took:.2f} s of CPU")
    print("| level | different of 100 attempts |\n|---|---|")
    for level in LEVELS:
        share = sum(len(part.sizes[level]) / part.attempts for part in parts) / len(parts)
        print(f"| {level} | {100 * share:.1f} |")

    every = [each for problem in problems for each in problem.attempts]
    random.Random(1).shuffle(every)
    print("\n| attempts at one problem | ms of CPU an attempt |\n|---|---|")
    for size in GROWTH:
        took, _ = seconds([ProblemAttempts("all", tuple(every[:size]))])
        print(f"| {size} | {1000 * took / size:.2f} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory {peak:.0f} MiB")


if __name__ == "__main__":
    if not DATA.exists():
        sys.exit(f"left out: needs {DATA}")
    main()
