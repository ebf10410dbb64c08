"""How fast `passatk serve` answers over a store of a million attempts, while a run is written.

The store has one run of a million judged attempts, one of the same size of which half is judged,
and a writer that judges on while pages are asked for: batches of 200 verdicts, as evaluate writes
them. Each page is asked for in turn, one visitor at a time.

    python benchmarks/serve_speed.py [--store FILE] [--rounds N]
"""

from __future__ import annotations

import argparse
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from large_store import ATTEMPTS, PROBLEMS, results

from passatk.records import Benchmark, CodeTests, Problem, Status, Verdict
from passatk.store import Run, Store, open_store

WRITTEN = "written"
_BATCH = 200
_PAUSE_SECONDS = 0.2  # 1,000 verdicts a second, which is more than two processors judge
PAGES = {
    "runs": "",
    "run": "run?run=large",
    "run, sorted and filtered": "run?run=large&sort=rate&order=desc&q=p/1",
    "run that is written": f"run?run={WRITTEN}",
    "its figures": f"run/figures?run={WRITTEN}",
    "problem": "problem?run=large&problem=p/500",
    "problem, by program": "problem?run=large&problem=p/500&group=program",
    "attempt": "attempt?run=large&problem=p/500&number=500",
    "side by side": "diff?run=large&problem=p/500&a=1&b=2",
    "compare": f"compare?run=large&run={WRITTEN}&k=1",
    "api: run": "api/run?run=large",
    "api: attempts": "api/attempts?run=large&problem=p/500&limit=1000",
}


def fill(store: Store) -> None:
    store.import_run("large", {"settings": {}}, None, results())
    problems = {
        f"p/{each}": Problem(f"p/{each}", "", CodeTests(), category=f"c{each % 7}")
        for each in range(PROBLEMS)
    }
    benchmark = Benchmark("large", problems, "large")
    attempts = (attempt for attempt, _ in results())
    store.begin_run(WRITTEN, benchmark, {"settings": {}}, attempts)


def verdicts(store: Store, run: Run) -> Iterator[tuple[str, int, Verdict]]:
    for number, pending in enumerate(store.pending(run)):
        status = Status.PASSED if number % 3 else Status.WRONG_ANSWER
        yield pending.problem, pending.program_id, Verdict(status, tests="ppw")


def write(path: Path, enough: threading.Event, written: list[int]) -> None:
    """Judge on in batches until it is enough."""
    with open_store(path) as store:
        run = store.run(WRITTEN)
        batch = []
        for each in verdicts(store, run):
            batch.append(each)
            if len(batch) == _BATCH:
                store.record(run, batch)
                written.append(len(batch))
                batch = []
                if enough.wait(_PAUSE_SECONDS):
                    return


def measure(address: str, rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in PAGES}
    for _ in range(rounds):
        for name, page in PAGES.items():
            started = time.perf_counter()
            with urlopen(address + page) as answer:
                answer.read()
            times[name].append(time.perf_counter() - started)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, help="keep the store here, and use it if it is there")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.store or Path(folder) / "large.db"
        if not path.exists():
            with open_store(path) as store:
                fill(store)
        command = [str(Path(sys.executable).with_name("passatk")), "serve", "--port", "0"]
        server = subprocess.Popen(
            [*command, "--store", path], stderr=subprocess.PIPE, encoding="utf-8"
        )
        enough, written = threading.Event(), list[int]()
        writer = threading.Thread(target=write, args=(path, enough, written))
        try:
            assert server.stderr is not None
            found = re.search(r"http://\S+?/", server.stderr.readline())
            assert found is not None
            first = measure(found[0], 1)
            writer.start()
            times = measure(found[0], options.rounds)
        finally:
            enough.set()
            server.send_signal(signal.SIGINT)
            server.wait()
        writer.join()
    every = [each for several in times.values() for each in several]
    print(f"attempts in each of two runs    {PROBLEMS * ATTEMPTS:,}")
    print(f"verdicts written meanwhile      {sum(written):,}")
    print(f"{'':<28}{'median':>10}{'worst':>10}{'first':>10}")
    for name, several in {**times, "all of them": every}.items():
        start = f"{1000 * first[name][0]:>7.0f} ms" if name in first else ""
        print(f"{name:<28}{1000 * median(several):>7.0f} ms{1000 * max(several):>7.0f} ms{start}")


if __name__ == "__main__":
    main()
