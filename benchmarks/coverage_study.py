"""How often the intervals hold the truth, against the level they claim.

A cell draws many runs with a known truth and counts the intervals of nominal 95 % that contain it:
pass@k over all such problems for the superpopulation target (the problems are drawn anew each
time), pass@k of the drawn problems for the fixed target. Each cell has a seed of its own, cells
run in parallel, and rows are appended to a table as cells finish; cells that the table holds
already are not run again. Methods that need a bootstrap or a search for each run get fewer runs.

    python benchmarks/coverage_study.py --jobs 2 --out coverage.csv

The bars of the defaults: superpopulation at least 93.5 % everywhere and 94 to 97 % where the truth
is within .2 and .8 and there are 50 problems or more; fixed 90 to 100 %.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import sys
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

# Cells run side by side; threads within one would only get in the way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from passatk import simulate
from passatk.stats import estimate
from passatk.stats.intervals import augmented_t, student_t
from passatk.stats.kernel import Pairs, pass_table
from passatk.stats.uncertainty.discouraged import plug_in_variance
from passatk.stats.uncertainty.edges import edge_interval
from passatk.stats.uncertainty.empirical_bayes import Design, empirical_bayes_interval
from passatk.stats.validation import FloatArray, IntArray
from passatk.stats.within import within_variance

LEVEL = 0.95
NORMAL = 1.959963984540054
BATCH = 500
RESAMPLES = 1_000
SLOW = ("percentile", "bca", "studentized", "betting")
COLUMNS = (
    "target", "method", "difficulty", "n", "k", "problems", "truth", "reps", "coverage", "width",
)  # fmt: skip

Beta, Point = simulate.Beta, simulate.Point
DIFFICULTIES: dict[str, simulate.Difficulty] = {
    "Beta(.3,.5)": Beta(0.3, 0.5),
    "Beta(.2,1.8)": Beta(0.2, 1.8),
    "Beta(.05,2)": Beta(0.05, 2.0),
    "Beta(1.5,.1)": Beta(1.5, 0.1),
    "Beta(5,5)": Beta(5.0, 5.0),
    "Beta(.05,.05)": Beta(0.05, 0.05),
    "all .01": Point(0.01),
    "half never, Beta(2,5)": simulate.zero_inflated(0.5, Beta(2.0, 5.0)),
    ".002 or .6": simulate.Mixture((0.8, Point(0.002)), (0.2, Point(0.6))),
    ".02 or .8": simulate.Mixture((0.5, Point(0.02)), (0.5, Point(0.8))),
    ".001, .999 or any": simulate.Mixture(
        (0.45, Point(0.001)), (0.45, Point(0.999)), (0.1, Beta(1.0, 1.0))
    ),
}


@dataclass(frozen=True)
class Cell:
    target: str
    difficulty: str
    n: int
    k: int
    problems: int
    cluster_size: int = 1

    def __str__(self) -> str:
        families = f" clusters of {self.cluster_size}" if self.cluster_size > 1 else ""
        return f"{self.target} {self.difficulty} n={self.n} k={self.k} P={self.problems}{families}"

    @property
    def label(self) -> str:
        families = f", clusters of {self.cluster_size}" if self.cluster_size > 1 else ""
        return self.difficulty + families


@dataclass(frozen=True)
class Row:
    cell: Cell
    method: str
    truth: float
    reps: int
    coverage: float
    width: float

    def values(self) -> tuple[object, ...]:
        cell = self.cell
        return (
            cell.target, self.method, cell.label, cell.n, cell.k, cell.problems,
            f"{self.truth:.4f}", self.reps, f"{self.coverage:.4f}", f"{self.width:.5f}",
        )  # fmt: skip

    def bar(self) -> tuple[float, float] | None:
        """Within what the coverage has to be, for a default."""
        if self.method == "eb-variance":
            return 0.90, 1.0
        if self.method != "augmented-t":
            return None
        inside = 0.2 < self.truth < 0.8 and self.cell.problems >= 50
        return (0.94, 0.97) if inside and self.cell.cluster_size == 1 else (0.935, 1.0)


def cells() -> Iterator[Cell]:
    for name, n, k in (
        ("Beta(.3,.5)", 100, 10),
        ("Beta(.3,.5)", 100, 100),
        ("Beta(.2,1.8)", 20, 1),
        ("Beta(.05,2)", 20, 1),
        ("Beta(1.5,.1)", 20, 10),
    ):
        for problems in (20, 50, 164, 500):
            yield Cell("superpopulation", name, n, k, problems)
    for problems, size in ((60, 3), (160, 8), (164, 2)):
        yield Cell("superpopulation", "Beta(.3,.5)", 20, 5, problems, size)
    for name in DIFFICULTIES:
        for n, k in ((1, 1), (5, 5), (20, 1), (20, 10), (100, 10), (100, 100)):
            for problems in (20, 164):
                yield Cell("fixed", name, n, k, problems)


def run(cell: Cell, reps: int, slow_reps: int) -> list[Row]:
    rng = np.random.default_rng(zlib.crc32(str(cell).encode()))
    if cell.cluster_size > 1:
        return clustered(cell, reps, rng)
    fast = superpopulation if cell.target == "superpopulation" else fixed
    methods: dict[str, list[tuple[FloatArray, FloatArray, FloatArray]]] = {}
    for start in range(0, reps, BATCH):
        size = min(BATCH, reps - start)
        for method, found in fast(cell, size, rng).items():
            methods.setdefault(method, []).append(found)
    rows = []
    for method, parts in methods.items():
        truth, low, high = (np.concatenate(each) for each in zip(*parts, strict=True))
        rows.append(row(cell, method, truth, low, high))
    if cell.target == "superpopulation" and slow_reps:
        rows += resampled(cell, slow_reps, rng)
    return rows


def row(cell: Cell, method: str, truth: FloatArray, low: FloatArray, high: FloatArray) -> Row:
    holds = (low <= truth + 1e-12) & (truth - 1e-12 <= high)
    return Row(
        cell,
        method,
        float(truth.mean()),
        len(truth),
        float(holds.mean()),
        float((high - low).mean()),
    )


def superpopulation(
    cell: Cell, reps: int, rng: np.random.Generator
) -> dict[str, tuple[FloatArray, FloatArray, FloatArray]]:
    difficulty = DIFFICULTIES[cell.difficulty]
    passes = rng.binomial(cell.n, difficulty.draw((reps, cell.problems), rng))
    h = pass_table(*all_counts(cell.n), np.array([cell.k]))[passes, 0]
    moments = h.mean(axis=1), h.var(axis=1, ddof=1) / cell.problems
    truth = np.full(reps, difficulty.pass_at_k(cell.k)[0])
    units = cell.problems
    return {
        "augmented-t": (truth, *augmented_t(*moments, units, units - 1, LEVEL)),
        "t": (truth, *student_t(*moments, units, units - 1, LEVEL)),
    }


def resampled(cell: Cell, reps: int, rng: np.random.Generator) -> list[Row]:
    """Through the public interface, run by run."""
    difficulty = DIFFICULTIES[cell.difficulty]
    setting = simulate.Setting(cell.problems, cell.n, difficulty)
    ends: dict[str, list[tuple[float, float]]] = {method: [] for method in SLOW}
    for _ in range(reps):
        outcomes = simulate.draw(setting, rng).outcomes
        for method in SLOW:
            (one,) = estimate(outcomes, cell.k, method=method, resamples=RESAMPLES, rng=rng)
            ends[method].append((one.low, one.high))
    truth = np.full(reps, difficulty.pass_at_k(cell.k)[0])
    return [row(cell, method, truth, *np.array(pairs).T) for method, pairs in ends.items()]


def clustered(cell: Cell, reps: int, rng: np.random.Generator) -> list[Row]:
    difficulty = DIFFICULTIES[cell.difficulty]
    setting = simulate.Setting(
        cell.problems, cell.n, difficulty, cluster_size=cell.cluster_size, cluster_share=0.5
    )
    ends = []
    for _ in range(reps):
        (one,) = estimate(simulate.draw(setting, rng).outcomes, cell.k)
        ends.append((one.low, one.high))
    truth = np.full(reps, difficulty.pass_at_k(cell.k)[0])
    return [row(cell, "augmented-t", truth, *np.array(ends).T)]


def fixed(
    cell: Cell, reps: int, rng: np.random.Generator
) -> dict[str, tuple[FloatArray, FloatArray, FloatArray]]:
    n, k, problems = cell.n, np.array([cell.k]), cell.problems
    p = DIFFICULTIES[cell.difficulty].draw((reps, problems), rng)
    truth = simulate.pass_at_k_of(p, cell.k)[:, 0]
    passes = rng.binomial(n, p)
    counts = np.zeros((reps, n + 1))
    np.add.at(counts, (np.arange(reps)[:, None], passes), 1.0)
    attempts, every = all_counts(n)
    mean = counts @ pass_table(attempts, every, k) / problems
    shares, squares = counts / problems, counts / problems**2

    design = Design.of(attempts, every, pass_table, k)
    _, low, high = empirical_bayes_interval(mean, design, counts, shares, squares, LEVEL)
    alike = np.full(problems, n)
    equal = np.full(problems, 1.0 / problems)
    for passed, at in ((False, counts[:, 0] == problems), (True, counts[:, n] == problems)):
        if at.any():
            low[at], high[at] = edge_interval(
                mean[at][0], alike, equal, pass_table, k, all_passed=passed, alpha=(1 - LEVEL) / 2
            )
    found = {"eb-variance": (truth, low[:, 0], high[:, 0])}
    others = {"plug-in-variance": plug_in_variance(Pairs(attempts, every, every), pass_table, k)}
    if 2 * cell.k <= n:
        others["unbiased-variance"] = within_variance(attempts, every, cell.k)[:, None]
    for method, each in others.items():
        half = NORMAL * np.sqrt(squares @ each)
        found[method] = (truth, (mean - half)[:, 0].clip(0, 1), (mean + half)[:, 0].clip(0, 1))
    return found


def all_counts(n: int) -> tuple[IntArray, IntArray]:
    return np.full(n + 1, n), np.arange(n + 1)


def done(out: Path) -> set[tuple[str, ...]]:
    if not out.exists():
        return set()
    with out.open(newline="") as lines:
        return {tuple(line[name] for name in COLUMNS[:6]) for line in csv.DictReader(lines)}


def report(out: Path, wanted: list[Cell]) -> int:
    """The defaults' rows as Markdown, and how many of all miss their bar."""
    by_key = {(c.target, c.label, str(c.n), str(c.k), str(c.problems)): c for c in wanted}
    misses = 0
    print("\n| target | difficulty | n | k | problems | truth | coverage % | bar | width |")
    print("|---|---|---|---|---|---|---|---|---|")
    with out.open(newline="") as lines:
        for line in csv.DictReader(lines):
            key = tuple(line[name] for name in ("target", "difficulty", "n", "k", "problems"))
            if key not in by_key:
                continue
            coverage = float(line["coverage"])
            bar = Row(by_key[key], line["method"], float(line["truth"]), 0, coverage, 0.0).bar()
            if bar is None:
                continue
            missed = not bar[0] <= coverage <= bar[1]
            misses += missed
            print(
                f"| {' | '.join(key)} | {float(line['truth']):.3f} | {100 * coverage:.1f} "
                f"| {100 * bar[0]:g}-{100 * bar[1]:g}{' MISSED' * missed} "
                f"| {float(line['width']):.4f} |"
            )
    print(f"\n{misses} cells miss their bar")
    return misses


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--cells", default="", help="only those whose name holds this pattern")
    options.add_argument("--reps", type=int, default=10_000)
    options.add_argument("--slow-reps", type=int, default=1_000, help="of bootstraps and betting")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--out", type=Path, default=Path("coverage_study.csv"))
    options.add_argument("--list", action="store_true", help="only name the cells")
    chosen = options.parse_args()
    wanted = [cell for cell in cells() if re.search(chosen.cells, str(cell))]
    if chosen.list:
        print(*wanted, sep="\n")
        return 0
    known = done(chosen.out)
    default = {"superpopulation": "augmented-t", "fixed": "eb-variance"}
    todo = [
        cell
        for cell in wanted
        if tuple(map(str, Row(cell, default[cell.target], 0, 0, 0, 0).values()[:6])) not in known
    ]
    print(f"{len(wanted)} cells, {len(wanted) - len(todo)} done before", flush=True)
    fresh = not chosen.out.exists()
    started = time.monotonic()
    with chosen.out.open("a", newline="") as lines, ProcessPoolExecutor(chosen.jobs) as pool:
        writer = csv.writer(lines)
        if fresh:
            writer.writerow(COLUMNS)
        jobs = {pool.submit(run, cell, chosen.reps, chosen.slow_reps): cell for cell in todo}
        for count, job in enumerate(as_completed(jobs), 1):
            rows = job.result()
            writer.writerows(each.values() for each in rows)
            lines.flush()
            print(
                f"{count}/{len(todo)} {time.monotonic() - started:6.0f} s  {jobs[job]}: "
                + ", ".join(f"{each.method} {100 * each.coverage:.1f}" for each in rows),
                flush=True,
            )
    return 1 if report(chosen.out, wanted) else 0


if __name__ == "__main__":
    sys.exit(main())
