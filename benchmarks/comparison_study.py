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
import zlib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np

from passatk.stats import Outcomes, compare
from passatk.stats.comparison import (
    compare_repeated,
    crossing,
    mcnemar,
    permute_labels,
    rank_sets,
)
from passatk.stats.comparison.difference import equivalence_p, noninferiority_p
from passatk.stats.comparison.pairing import differences
from passatk.stats.comparison.sign_flip import sign_flip
from passatk.stats.design import Plan, Variation, power, standard_error, variation
from passatk.stats.validation import FloatArray

ALPHA = 0.05
MARGIN = 0.05
# Enough for a p-value at 5 %, and ten times faster than the default.
FLIPS = 999

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


SHAPES: dict[str, Callable[..., Truths]] = {
    "alike": alike, "dense": dense, "skewed": skewed, "sparse": sparse, "losses": losses,
}  # fmt: skip


def runs(shape: str, problems: int, n: int, rng: Rng, shift: float = 0.0) -> list[Outcomes]:
    truths = SHAPES[shape](problems, rng, shift)
    return [Outcomes.from_counts(n, rng.binomial(n, np.clip(p, 0, 1))) for p in truths]


def sign_flip_rejects(shape: str, problems: int, n: int, ks: list[int], shift: float = 0) -> Trial:
    def trial(rng: Rng) -> bool:
        d = differences(*runs(shape, problems, n, rng, shift), np.array(ks))
        return bool((sign_flip(*d.units(), rng, FLIPS).p_adjusted <= ALPHA).any())

    return trial


def clusters_reject(families: int, size: int) -> Trial:
    def trial(rng: Rng) -> bool:
        p = np.repeat(0.2 + 0.6 * rng.random(families), size)
        moved = p + np.repeat(rng.uniform(-0.2, 0.2, families), size)
        family = np.repeat(np.arange(families), size)
        a = Outcomes.from_counts(10, rng.binomial(10, moved), clusters=family)
        (one,) = compare(a, Outcomes.from_counts(10, rng.binomial(10, p)), rng=rng)
        return one.conclusion in ("improved", "regressed")

    return trial


def interval_misses(shape: str, problems: int, n: int, shift: float = 0.0) -> Trial:
    def trial(rng: Rng) -> bool:
        (one,) = compare(*runs(shape, problems, n, rng, shift), rng=rng)
        return not one.change.low <= shift <= one.change.high

    return trial


def margin_test(
    test: Callable[..., float], shape: str, problems: int, n: int, shift: float
) -> Trial:
    def trial(rng: Rng) -> bool:
        d = differences(*runs(shape, problems, n, rng, shift), np.array([1]))
        better, worse, equal = d.signs(0)
        return test(d.mean(0), MARGIN, sparse=better + worse < equal) <= ALPHA

    return trial


def labels_reject(problems: int, n: int, k: int, shift: float = 0.0) -> Trial:
    return lambda rng: (
        permute_labels(*runs("alike", problems, n, rng, shift), k, draws=FLIPS, rng=rng).p <= ALPHA
    )


def mcnemar_rejects(problems: int, shift: float = 0.0) -> Trial:
    return lambda rng: mcnemar(*runs("dense", problems, 1, rng, shift)).p <= ALPHA


def ranking_claims(models: int, problems: int, n: int) -> Trial:
    def trial(rng: Rng) -> bool:
        p = 0.15 + 0.7 * rng.beta(0.3, 0.5, problems)
        named = {
            str(i): Outcomes.from_counts(
                n, rng.binomial(n, np.clip(p + rng.uniform(-0.1, 0.1, problems), 0, 1))
            )
            for i in range(models)
        }
        return any(each.best > 1 for each in rank_sets(named, draws=2000, rng=rng).runs)

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
        for shape in ("dense", "sparse", "losses"):
            for n in (1, 10):
                at = f"{shape} P={problems} n={n}"
                for name, test in (("no worse", noninferiority_p), ("equivalent", equivalence_p)):
                    named[f"null {name} {at}"] = margin_test(test, shape, problems, n, -MARGIN)
                    named[f"power {name} {at}"] = margin_test(test, shape, problems, n, 0.0)
        named[f"null labels k=1 P={problems}"] = labels_reject(problems, 10, 1)
        named[f"null labels k=5 P={problems}"] = labels_reject(problems, 10, 5)
        named[f"power labels +5 pp P={problems}"] = labels_reject(problems, 10, 1, 0.05)
        named[f"null McNemar P={problems}"] = mcnemar_rejects(problems)
        named[f"power McNemar +10 pp P={problems}"] = mcnemar_rejects(problems, 0.1)
        for models in (3, 10):
            named[f"null ranks M={models} P={problems}"] = ranking_claims(models, problems, 10)
        for count in (3, 5):
            for sd in (0.0, 0.03):
                at = f"R={count} sd={sd} P={problems}"
                named[f"null repeated {at}"] = repeated_rejects(count, problems, sd)
                named[f"power repeated +5 pp {at}"] = repeated_rejects(count, problems, sd, 0.05)
        named[f"null crossing P={problems}"] = crossing_claimed(problems)
    for families in (12, 30, 60):
        named[f"null clusters G={families}"] = clusters_reject(families, 5)
    return named


def rate(name: str, reps: int) -> tuple[str, float]:
    trial = cells()[name]
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    return name, sum(trial(rng) for _ in range(reps)) / reps


def main() -> None:
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
            over = name.startswith("null") and share > 0.055 + 2 * error
            print(f"{name:<44} {share:.4f} +- {error:.4f}{'  OVER 5.5 %' if over else ''}")
    if not options.only:
        print(f"planned power of +5 pp, dense, P=164, n=20: {planned_power(164, 20, 0.05):.3f}")


if __name__ == "__main__":
    main()
