"""How large a report is, and how long it takes, for a usual run and for a very large one.

    .venv/bin/python benchmarks/report_size.py [PROBLEMSxATTEMPTS ...]

Each run is drawn by ``passatk.simulate`` and imported into a store of its own; what is timed is a
process that reads the run back, draws every figure and writes the file, as ``passatk report`` does
once the analyses are there (``--no-analyses``: they take longer than the report).
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from passatk.records import Attempt, Status, Trust, Verdict
from passatk.simulate import Setting, draw
from passatk.store import open_store

USUAL = ("164x100", "1000x1000")
FAILURES = (Status.WRONG_ANSWER, Status.RUNTIME_ERROR, Status.SYNTAX_ERROR)


def fill(path: Path, problems: int, attempts: int) -> None:
    """A store with one drawn run."""
    rng = np.random.default_rng(1)
    results = draw(Setting(problems=problems, attempts=attempts), rng).results
    ends = rng.choice(3, size=results.shape, p=[0.7, 0.25, 0.05])

    def rows() -> Iterator[tuple[Attempt, Verdict]]:
        for i, row in enumerate(results.tolist()):
            for j, passed in enumerate(row):
                status = Status.PASSED if passed else FAILURES[ends[i, j]]
                yield Attempt(f"P/{i}", j, "pass", "pass"), Verdict(status, Trust.IMPORTED)

    with open_store(path) as store:
        store.import_run("run", {"settings": {}, "source": {}}, None, rows())


def measure(problems: int, attempts: int, folder: Path) -> str:
    """A line: size of the run, seconds of the command and of its processor, bytes of the file."""
    store, page = folder / f"{problems}x{attempts}.db", folder / f"{problems}x{attempts}.html"
    fill(store, problems, attempts)
    command = ["report", "run", "--store", str(store), "-o", str(page), "--no-analyses"]
    start, before = time.perf_counter(), _processor()
    program = Path(sys.executable).with_name("passatk")
    subprocess.run([program, *command], check=True, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    busy = _processor() - before
    size = page.stat().st_size / 1e6
    return f"{problems:>6} x {attempts:<6} {seconds:6.1f} s ({busy:.1f} s CPU)  {size:5.2f} MB"


def _processor() -> float:
    """Seconds of processor time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for size in sys.argv[1:] or USUAL:
            problems, attempts = (int(part) for part in size.split("x"))
            print(measure(problems, attempts, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
