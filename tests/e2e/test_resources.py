"""What a long run takes does not grow with its length."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .command import Passatk
from .examples import ADD, sample
from .processes import descendants, open_files, resident_bytes

MIB = 2**20
WORKERS = 2


@dataclass
class Peak:
    """The most that was seen of a command while it ran."""

    resident: int = 0
    files: int = 0
    processes: int = 0


def peak_of_a_run(passatk: Passatk, count: int) -> Peak:
    """Judge ``count`` attempts that differ in a comment, and watch the command from outside."""
    lines = (sample(ADD, f"    return a + b  # {number}\n") for number in range(count))
    samples = passatk.write(f"samples-{count}.jsonl", *lines)
    problems = passatk.write("problems.jsonl", ADD)
    process = passatk.start("evaluate", samples, "--problems", problems, "--workers", str(WORKERS))
    peak = Peak()
    while process.poll() is None:
        peak.resident = max(peak.resident, resident_bytes(process.pid))
        peak.files = max(peak.files, open_files(process.pid))
        peak.processes = max(peak.processes, len(descendants(process.pid)))
        time.sleep(0.02)
    stdout, stderr = process.communicate()
    assert (0, "") == (process.returncode, stderr)
    assert "100.0%  passed" in stdout
    return peak


def test_ten_times_the_attempts(passatk: Passatk) -> None:
    """3,000 attempts take the memory, files and processes that 300 take."""
    few, many = peak_of_a_run(passatk, 300), peak_of_a_run(passatk, 3_000)
    assert many.resident < few.resident + 40 * MIB
    # Files that are open for a moment are seen by chance; what every hundredth keeps is not.
    assert many.files < few.files + 20
    # For each worker a judge and a zygote, each below bubblewrap's two, and one fork at a time.
    assert many.processes <= 7 * WORKERS


def test_identical_programs_are_judged_once(passatk: Passatk) -> None:
    """10,000 identical programs of 10 ms each do not take 100 s: one verdict stands for all."""
    slow = sample(ADD, "    sum(range(600_000))\n    return a + b\n")
    samples = passatk.write("samples.jsonl", *([slow] * 10_000))
    problems = passatk.write("problems.jsonl", ADD)
    found = passatk.json("evaluate", samples, "--problems", problems)
    assert {"passed": 10_000} == found["statuses"]
    times = {
        passatk.json("show", "samples", f"Tiny/0#{number}")["verdict"]["cpu_seconds"]
        for number in (0, 5_000, 9_999)
    }
    assert 1 == len(times)
