"""How often each test of a comparison rejects: under its null hypothesis, and under a change.

Every cell draws runs with a known truth and counts rejections at 5 %. Under a null the rate must
not exceed 5.5 %, up to the standard error of the simulation; intervals are counted as tests of the
true change. Cells are independent, have a seed of their own, and are appended to a table as they
finish; cells that are in the table already are not run again.

    python benchmarks/comparison_study.py --reps 10000 --jobs 2 --out comparison_study.csv
"""

from __future__ import annotations

import argparse
import csv
import sys
import zlib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from passatk.stats import Outcomes, StopAtSuccess
from passatk.stats.aggregation import Mean
from passatk.stats.comparison import (
    compare_repeated,
    crossing,
    mcnemar,
    paired,
    permute_labels,
    rank_sets,
)
from passatk.stats.comparison.difference import (
    DifferenceInterval,
    equivalence_p,
    noninferiority_p,
)
from passatk.stats.comparison.pairing import differences
from passatk.stats.comparison.sign_flip import sign_flip
from passatk.stats.design import Plan, Variation, power, standard_error, variation
from passatk.stats.validation import FloatArray, IntArray

ALPHA = 0.05
MARGIN = 0.05
# Enough for a p-value at 5 %, and ten times faster than the default.
FLIPS = 999
LARGEST = 0.055
FACTORS = ("P=", "G=", "n=", "M=", "R=", "sd")

Rng = np.random.Generator
Truths = tuple[FloatArray, FloatArray]
Trial = Callable[[Rng], bool]


# Pass probabilities of two runs at the same problems. The true change at k = 1 is shift, for
# problems like these; under "dense" and "skewed" problems differ at random around it.


def alike(problems: int, rng: Rng, shift: float = 0.0) -> Truths:
    """The same p in both runs; shift moves one of them where there is room."""
    p = 0.1 + 0.8 * rng.beta(0.3, 0.5, problems)
    return p + shift, p


def dense(problems: int, rng: Rng, shift: float = 0.0) -> Truths:
    """Every problem differs a little, either way."""
    p = 0.15 + 0.7 * rng.beta(0.3, 0.5, problems)
    return p + shift + rng.uniform(-0.08, 0.08, problems), p


def skewed(problems: int, rng: Rng, shift: float = 0.0) -> Truths:
    """Rare large gains, frequent small losses."""
    p = 0.15 + 0.5 * rng.beta(0.3, 0.5, problems)
    gains = rng.random(problems) < 0.2
    return p + shift + np.where(gains, 0.2, -0.05), p


def sparse(problems: int, rng: Rng, shift: float = 0.0) -> Truths:
    """Problems are always or never solved; one in twenty changes sides."""
    p = (rng.random(problems) < 0.5).astype(float)
    change, rate = rng.random(problems), 0.06
    p = np.where(change < rate, np.where(change < (rate + shift) / 2, 0.0, 1.0), p)
    return np.where(change < rate, 1.0 - p, p), p


def losses(problems: int, rng: Rng, shift: float = 0.0) -> Truths:
    """The only changes are a share -shift of problems that are lost for good."""
    p = np.ones(problems)
    return np.where(rng.random(problems) < -shift, 0.0, p), p


def hidden(problems: int, rng: Rng, shift: float = 0.0) -> Truths:
    """Few problems, worth -shift together, are lost for good; all others differ by chance only."""
    p = rng.beta(0.5, 0.5, problems)
    return np.where(rng.random(problems) < -2.0 * shift, 0.0, p), p


SHAPES: dict[str, Callable[..., Truths]] = {
    "alike": alike, "dense": dense, "skewed": skewed, "sparse": sparse, "losses": losses,
    "hidden": hidden,
}  # fmt: skip


def runs(shape: str, problems: int, n: int, rng: Rng, shift: float = 0.0) -> list[Outcomes]:
    truths = SHAPES[shape](problems, rng, shift)
    return [Outcomes.from_counts(n, rng.binomial(n, np.clip(p, 0, 1))) for p in truths]


@dataclass(frozen=True)
class Change:
    """Differences at k = 1 by distinct value, and what ``pairing.differences`` makes of them."""

    values: FloatArray
    counts: IntArray
    mean: Mean
    single: bool

    @classmethod
    def of(cls, passes: FloatArray, baseline: FloatArray, n: int) -> Change:
        gained, counts = np.unique(passes - baseline, return_counts=True)
        values, problems = gained / n, int(counts.sum())
        value = float(counts @ values) / problems
        variance = float(counts @ (values - value) ** 2) / (problems - 1) / problems
        return cls(values, counts, Mean(value, variance, float(problems), problems - 1), n == 1)

    @property
    def different(self) -> int:
        return int(self.counts[self.values != 0].sum())

    @property
    def equal(self) -> int:
        return int(self.counts.sum()) - self.different

    @property
    def sparse(self) -> bool:
        return self.different < self.equal

    def interval(self) -> DifferenceInterval:
        """As ``compare`` chooses it."""
        return paired.interval(
            self.mean, self.different, self.equal, 0.95, "auto", single=self.single
        )


def change(shape: str, problems: int, n: int, rng: Rng, shift: float = 0.0) -> Change:
    """What two runs show at k = 1, without the records that the library makes of them."""
    truths = SHAPES[shape](problems, rng, shift)
    return Change.of(*(rng.binomial(n, np.clip(p, 0, 1)) for p in truths), n)


def sign_flip_rejects(shape: str, problems: int, n: int, ks: list[int], shift: float = 0) -> Trial:
    def trial(rng: Rng) -> bool:
        if ks == [1]:
            seen = change(shape, problems, n, rng, shift)
            found = sign_flip(seen.values[:, None], seen.counts, rng, FLIPS)
            return bool(found.p_adjusted[0] <= ALPHA)
        d = differences(*runs(shape, problems, n, rng, shift), np.array(ks))
        return bool((sign_flip(*d.units(), rng, FLIPS).p_adjusted <= ALPHA).any())

    return trial


def families_of(count: int, rng: Rng) -> IntArray:
    """The family of each problem; sizes are log-normal, so that a few families are large."""
    sizes = np.maximum(1, np.exp(rng.normal(1.0, 1.2, count))).astype(np.int64)
    return np.repeat(np.arange(count), sizes)


def unequal_clusters_miss(families: int) -> Trial:
    """The interval of a change over families of very different size."""

    def trial(rng: Rng) -> bool:
        family = families_of(families, rng)
        p = 0.2 + 0.6 * rng.random(families)[family]
        moved = p + rng.uniform(-0.2, 0.2, families)[family]
        runs = [Outcomes.from_counts(10, rng.binomial(10, x), clusters=family) for x in (moved, p)]
        d = differences(*runs, np.array([1]))
        around = paired.interval(d.mean(0), len(p), 0, 0.95, "auto", single=False)
        return not around.low <= 0 <= around.high

    return trial


def clusters_reject(families: int, size: int, shift: float = 0.0) -> Trial:
    """Improved or regressed: the p-value and the interval have to agree."""

    def trial(rng: Rng) -> bool:
        p = np.repeat(0.2 + 0.6 * rng.random(families), size)
        moved = np.clip(p + shift + np.repeat(rng.uniform(-0.2, 0.2, families), size), 0, 1)
        family = np.repeat(np.arange(families), size)
        runs = [Outcomes.from_counts(10, rng.binomial(10, x), clusters=family) for x in (moved, p)]
        d = differences(*runs, np.array([1]))
        better, worse, equal = d.signs(0)
        around = paired.interval(d.mean(0), better + worse, equal, 0.95, "auto", single=False)
        return not around.low <= 0 <= around.high and bool(
            sign_flip(*d.units(), rng, FLIPS).p[0] <= ALPHA
        )

    return trial


def interval_misses(shape: str, problems: int, n: int, shift: float = 0.0) -> Trial:
    def trial(rng: Rng) -> bool:
        around = change(shape, problems, n, rng, shift).interval()
        return not around.low <= shift <= around.high

    return trial


def margin_test(
    test: Callable[..., float], shape: str, problems: int, n: int, shift: float
) -> Trial:
    def trial(rng: Rng) -> bool:
        seen = change(shape, problems, n, rng, shift)
        return test(seen.mean, MARGIN, sparse=seen.sparse) <= ALPHA

    return trial


def labels_reject(problems: int, n: int, k: int, shift: float = 0.0) -> Trial:
    return lambda rng: (
        permute_labels(*runs("alike", problems, n, rng, shift), k, draws=FLIPS, rng=rng).p <= ALPHA
    )


def stopped_rejects(problems: int, shift: float = 0.0) -> Trial:
    """Attempts that ended with the first pass or at 20, compared at k = 5."""

    def trial(rng: Rng) -> bool:
        ended = []
        for p in dense(problems, rng, shift):
            first = rng.geometric(np.clip(p, 1e-9, 1))
            passed = (first <= 20).astype(int)
            rule = StopAtSuccess(1, 20)
            ended.append(Outcomes.from_counts(np.minimum(first, 20), passed, stopping=rule))
        d = differences(*ended, np.array([5]))
        return bool(sign_flip(*d.units(), rng, FLIPS).p[0] <= ALPHA)

    return trial


def mcnemar_rejects(problems: int, shift: float = 0.0) -> Trial:
    return lambda rng: mcnemar(*runs("dense", problems, 1, rng, shift)).p <= ALPHA


def ranking_claims(models: int, problems: int, n: int, lead: float = 0.0) -> Trial:
    """Without a lead: some run is told apart from another. With one: the first run is first."""

    def trial(rng: Rng) -> bool:
        p = 0.15 + 0.7 * rng.beta(0.3, 0.5, problems)
        truths = p + rng.uniform(-0.1, 0.1, (models, problems))
        truths[0] += lead
        passes = rng.binomial(n, np.clip(truths, 0, 1))
        named = {str(i): Outcomes.from_counts(n, c) for i, c in enumerate(passes)}
        ranked = rank_sets(named, draws=2000, rng=rng).runs
        if lead:
            return ranked[0].run == "0" and ranked[0].worst == 1
        return any(each.best > 1 for each in ranked)

    return trial


def repeated_rejects(count: int, problems: int, sd: float, shift: float = 0.0) -> Trial:
    def trial(rng: Rng) -> bool:
        p = 0.2 + 0.5 * rng.random(problems)
        sides = [
            [
                Outcomes.from_counts(10, rng.binomial(10, np.clip(p + move + run, 0, 1)))
                for run in rng.normal(0, sd, count)
            ]
            for move in (shift, 0.0)
        ]
        return compare_repeated(*sides).p <= ALPHA

    return trial


def crossing_claimed(problems: int) -> Trial:
    return lambda rng: crossing(*runs("dense", problems, 20, rng), resamples=10, rng=rng).supported


def planned_power(problems: int, n: int, shift: float) -> float:
    """The power that the formula of the design foretells for dense runs."""
    rng = np.random.default_rng(0)
    pilot: Variation = variation(*runs("dense", 200_000, 20, rng, shift))
    return power(shift, standard_error(pilot, Plan(problems, n)))


def cells() -> dict[str, Trial]:
    """Nulls are named "null", changes "power"."""
    named: dict[str, Trial] = {}
    for problems in (20, 50, 164, 500):
        for shape in ("alike", "dense", "skewed", "sparse"):
            for n in (1, 10):
                at = f"{shape} P={problems} n={n}"
                named[f"null sign-flip {at}"] = sign_flip_rejects(shape, problems, n, [1])
                named[f"null interval {at}"] = interval_misses(shape, problems, n)
        at = f"dense P={problems} n=20"
        named[f"null max-t k=1,5,10 {at}"] = sign_flip_rejects("alike", problems, 20, [1, 5, 10])
        named[f"power sign-flip +5 pp {at}"] = sign_flip_rejects("dense", problems, 20, [1], 0.05)
        named[f"power max-t +5 pp {at}"] = sign_flip_rejects(
            "dense", problems, 20, [1, 5, 10], 0.05
        )
        for shape in ("dense", "sparse", "losses", "hidden"):
            for n in (20, 100) if shape == "hidden" else (1, 10):
                at = f"{shape} P={problems} n={n}"
                for name, test in (("no worse", noninferiority_p), ("equivalent", equivalence_p)):
                    named[f"null {name} {at}"] = margin_test(test, shape, problems, n, -MARGIN)
                    named[f"power {name} {at}"] = margin_test(test, shape, problems, n, 0.0)
        named[f"null labels k=1 P={problems}"] = labels_reject(problems, 10, 1)
        named[f"null labels k=5 P={problems}"] = labels_reject(problems, 10, 5)
        named[f"power labels +5 pp P={problems}"] = labels_reject(problems, 10, 1, 0.05)
        named[f"null stopped k=5 P={problems}"] = stopped_rejects(problems)
        named[f"power stopped k=5 +10 pp P={problems}"] = stopped_rejects(problems, 0.1)
        named[f"null McNemar P={problems}"] = mcnemar_rejects(problems)
        named[f"power McNemar +10 pp P={problems}"] = mcnemar_rejects(problems, 0.1)
        named[f"null ranks M=10 P={problems} n=1"] = ranking_claims(10, problems, 1)
        for models in (3, 10, 30):
            at = f"M={models} P={problems} n=10"
            named[f"null ranks {at}"] = ranking_claims(models, problems, 10)
            if models < 30:
                named[f"power ranks +10 pp {at}"] = ranking_claims(models, problems, 10, 0.1)
        for count in (3, 5):
            for sd in (0.0, 0.03):
                at = f"R={count} sd={sd} P={problems}"
                named[f"null repeated {at}"] = repeated_rejects(count, problems, sd)
                named[f"power repeated +5 pp {at}"] = repeated_rejects(count, problems, sd, 0.05)
        named[f"null crossing P={problems}"] = crossing_claimed(problems)
    for families in (12, 30, 60):
        named[f"null clusters G={families}"] = clusters_reject(families, 5)
        named[f"null unequal clusters G={families}"] = unequal_clusters_miss(families)
        named[f"power clusters +10 pp G={families}"] = clusters_reject(families, 5, 0.1)
    return named


def rate(name: str, reps: int) -> tuple[str, float]:
    trial = cells()[name]
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    return name, sum(trial(rng) for _ in range(reps)) / reps


def report(out: Path) -> int:
    """Markdown: the lowest and highest rate in % of each test by its size; how many are over."""
    with out.open(newline="") as file:
        rows = {
            row["cell"]: (float(row["rate"]), float(row["standard_error"]))
            for row in csv.DictReader(file)
        }
    spread: dict[str, dict[str, list[float]]] = {}
    over = []
    for name in (each for each in cells() if each in rows):
        share, error = rows[name]
        words = name.split()
        size = next(word for word in words if word[:2] in ("P=", "G="))
        test = " ".join(word for word in words if word not in SHAPES and word[:2] not in FACTORS)
        spread.setdefault(test, {}).setdefault(size[2:], []).append(100 * share)
        if name.startswith("null") and share > LARGEST + 2 * error:
            over.append(f"{name}: {100 * share:.2f} +- {100 * error:.2f} %")
    for kind in ("null", "power"):
        print(f"\n{kind}")
        for test, sizes in spread.items():
            if test.startswith(kind):
                cells_of = ", ".join(
                    f"{size}: {min(found):.1f}" + (f"-{max(found):.1f}" if found[1:] else "")
                    for size, found in sizes.items()
                )
                print(f"| {test.removeprefix(kind + ' ')} | {cells_of} |")
    print(f"\n{len(over)} cells are over {LARGEST:.1%} by more than two standard errors", *over)
    return len(over)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reps", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", default="", help="cells whose name holds this text")
    parser.add_argument("--out", type=Path, default=Path("comparison_study.csv"))
    options = parser.parse_args()
    done = set()
    if options.out.exists():
        with options.out.open(newline="") as file:
            done = {row["cell"] for row in csv.DictReader(file)}
    else:
        options.out.write_text("cell,reps,rate,standard_error\n")
    todo = [name for name in cells() if options.only in name and name not in done]
    with ProcessPoolExecutor(options.jobs) as pool:
        for future in as_completed([pool.submit(rate, name, options.reps) for name in todo]):
            name, share = future.result()
            error = (share * (1 - share) / options.reps) ** 0.5
            with options.out.open("a", newline="") as file:
                csv.writer(file).writerow([name, options.reps, f"{share:.4f}", f"{error:.4f}"])
            print(f"{name:<44} {share:.4f} +- {error:.4f}", flush=True)
    if not options.only:
        print(f"planned power of +5 pp, dense, P=164, n=20: {planned_power(164, 20, 0.05):.3f}")
    return 1 if report(options.out) else 0


if __name__ == "__main__":
    sys.exit(main())
