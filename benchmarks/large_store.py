"""A store with a million attempts: how long `passatk show` takes, as a whole process."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from passatk.records import Attempt, Status, Trust, Verdict
from passatk.store import open_store

PROBLEMS, ATTEMPTS = 1000, 1000


def results() -> Iterator[tuple[Attempt, Verdict]]:
    passed = Verdict(Status.PASSED, Trust.IMPORTED)
    failed = Verdict(Status.WRONG_ANSWER, Trust.IMPORTED)
    for problem in range(PROBLEMS):
        for number in range(ATTEMPTS):
            right = (problem * 7919 + number * 104_729) % 1000 < problem
            program = f"# {problem} {number % 50}\n"
            yield Attempt(f"p/{problem}", number, program, program), passed if right else failed


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.db"
        started = time.perf_counter()
        with open_store(path) as store:
            store.import_run("large", {"settings": {}}, None, results())
        print(f"attempts                        {PROBLEMS * ATTEMPTS:,}")
        print(f"storing them                    {time.perf_counter() - started:.1f} s")
        print(f"size on disk                    {path.stat().st_size / 2**20:.0f} MiB")
        times = []
        for _ in range(3):
            started = time.perf_counter()
            command = [str(Path(sys.executable).with_name("passatk")), "show", "large"]
            subprocess.run([*command, "--store", path], check=True, stdout=subprocess.DEVNULL)
            times.append(time.perf_counter() - started)
        print(f"passatk show, whole process     {sorted(times)[1]:.2f} s (median of 3)")


if __name__ == "__main__":
    main()
