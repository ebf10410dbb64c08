"""Many attempts in one command: whether memory, descriptors or processes grow on the way.

Usage: many_attempts.py [ATTEMPTS]. Runs ``passatk evaluate`` on that many programs that all differ,
and watches it from outside.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from processes import Usage, usage

PASSATK = str(Path(sys.executable).with_name("passatk"))
PROBLEM = {
    "task_id": "Many/0",
    "prompt": "def add(a, b):\n",
    "entry_point": "add",
    "canonical_solution": "    return a + b\n",
    "test": "def check(candidate):\n    assert candidate(2, 3) == 5\n",
}
_TENTHS = 10


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        problems, samples = folder / "problems.jsonl", folder / "samples.jsonl"
        problems.write_text(json.dumps(PROBLEM) + "\n")
        with samples.open("w") as file:
            for number in range(count):
                completion = f"    return a + b  # {number}\n"
                file.write(json.dumps({"task_id": "Many/0", "completion": completion}) + "\n")
        started = time.perf_counter()
        command = [PASSATK, "evaluate", str(samples), "--problems", str(problems), "--json"]
        with subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            marks: list[Usage] = []
            while process.poll() is None:
                marks.append(usage(process.pid))
                time.sleep(0.2)
            assert process.stdout is not None
            found = json.loads(process.stdout.read())
        seconds = time.perf_counter() - started
    assert found["statuses"] == {"passed": count}, found["statuses"]
    print(f"attempts                        {count:,}")
    print(f"wall time                       {seconds:.0f} s")
    tenth = max(1, len(marks) // _TENTHS)
    parts = [marks[start : start + tenth] for start in range(0, len(marks), tenth)][:_TENTHS]
    for label, peaks in (
        ("resident memory, MiB", [max(m.resident_bytes for m in part) / 2**20 for part in parts]),
        ("processes", [max(m.processes for m in part) for part in parts]),
        ("descriptors", [max(m.descriptors for m in part) for part in parts]),
    ):
        print(
            f"{label:<31} " + " ".join(f"{each:.0f}" for each in peaks) + "  (peak of each tenth)"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
