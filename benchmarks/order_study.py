"""Size and power of the tests of order, and the record of extrapolation, on simulated runs.

    python benchmarks/order_study.py [--reps 2000] [--permutations 999] [--seed 1] [--only size]

Prints a table a study. With the default settings it takes about twenty minutes on one
processor; the tests of the project run the same with few repetitions.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np

from passatk.simulate import Beta, ScoreSetting, Setting, draw, draw_scores
from passatk.stats import Outcomes
from passatk.stats.extrapolation import extrapolate
from passatk.stats.order import half_difference, order_tests, score_trend, trend

NAMES = ("trend", "prefix", "lag-1", "change point")
# From few problems with few attempts, where p-values are coarse, to a benchmark's usual size.
NULLS = {
    "P=20 n=5": Setting(problems=20, attempts=5),
    "P=50 n=10": Setting(problems=50, attempts=10),
    "P=164 n=20": Setting(problems=164, attempts=20),
    "P=164 n=20, duplicates": Setting(problems=164, attempts=20, duplicates=0.3),
    "P=164 n=20, easy": Setting(problems=164, attempts=20, difficulty=Beta(3.0, 0.5)),
    "P=1000 n=20": Setting(problems=1000, attempts=20),
}
SLOPES = (-0.01, -0.02, -0.03, -0.05)


def claims(
    runs: Iterator[Outcomes], permutations: int, rng: np.random.Generator
) -> tuple[dict[str, float], int]:
    """Share of runs in which each test, and the family after Holm, claims an effect at 5 %."""
    found = dict.fromkeys((*NAMES, "family"), 0)
    count = 0
    for outcomes in runs:
        report = order_tests(outcomes, permutations=permutations, rng=rng)
        count += 1
        for test in report.tests:
            found[test.name] += test.p is not None and test.p <= 0.05
        found["family"] += report.conclusion == "order effect"
    return {name: number / count for name, number in found.items()}, count


def drawn(setting: Setting, reps: int, rng: np.random.Generator) -> Iterator[Outcomes]:
    return (draw(setting, rng).outcomes for _ in range(reps))


def bursts(reps: int, rng: np.random.Generator) -> Iterator[Outcomes]:
    """Each attempt repeats the one before with probability 0.15: neighbours alike, no trend."""
    for _ in range(reps):
        p = Beta(0.3, 0.5).draw((164,), rng)
        table = rng.random((164, 20)) < p[:, None]
        for t in range(1, 20):
            again = rng.random(164) < 0.15
            table[again, t] = table[again, t - 1]
        yield Outcomes.from_matrix(table)


def best_first(reps: int, rng: np.random.Generator) -> Iterator[Outcomes]:
    """The better of two first attempts is shown first."""
    for _ in range(reps):
        p = Beta(0.3, 0.5).draw((164,), rng)
        table = rng.random((164, 20)) < p[:, None]
        table[:, 0] |= rng.random(164) < p
        yield Outcomes.from_matrix(table)


def row(name: str, shares: dict[str, float], count: int) -> None:
    cells = "".join(f"{shares[each]:>14.3f}" for each in (*NAMES, "family"))
    error = (0.05 * 0.95 / count) ** 0.5
    print(f"{name:<26}{cells}   (error of .05: {error:.3f})", flush=True)


def header(title: str) -> None:
    print(f"\n{title}\n{'':<26}" + "".join(f"{name:>14}" for name in (*NAMES, "family")))


def size(reps: int, permutations: int, rng: np.random.Generator) -> None:
    header("claims at 5 % under exchangeability: at most .055")
    for name, setting in NULLS.items():
        row(name, *claims(drawn(setting, reps, rng), permutations, rng))


def formulas(reps: int, rng: np.random.Generator) -> None:
    """Tests that use a normal or Student's t distribution instead of drawn orders."""
    print("\nclaims at 5 % under exchangeability, by formula: at most .055")
    for name, setting in NULLS.items():
        scores = ScoreSetting(problems=setting.problems, attempts=setting.attempts)
        found = dict.fromkeys(("trend", "score trend", "halves"), 0)
        for _ in range(reps):
            outcomes = draw(setting, rng).outcomes
            for key, p in (
                ("trend", trend(outcomes).p),
                ("score trend", score_trend(draw_scores(scores, rng).outcomes).p),
            ):
                found[key] += p is not None and p <= 0.05
            halves = half_difference(outcomes)
            assert halves.low is not None
            assert halves.high is not None
            found["halves"] += not halves.low <= 0 <= halves.high
        shares = "".join(f"  {key} {count / reps:.3f}" for key, count in found.items())
        print(f"{name:<26}{shares}", flush=True)


def power(reps: int, permutations: int, rng: np.random.Generator) -> None:
    header("power at P=164, n=20")
    for slope in SLOPES:
        setting = Setting(problems=164, attempts=20, drift=slope)
        name = f"slope {slope:+.2f} logit/attempt"
        row(name, *claims(drawn(setting, reps, rng), permutations, rng))
    row("bursts", *claims(bursts(reps, rng), permutations, rng))
    row("best of two first", *claims(best_first(reps, rng), permutations, rng))
    setting = Setting(problems=164, attempts=20, drift=-0.03)
    found = [trend(each).p for each in drawn(setting, reps, rng)]
    share = np.mean([p is not None and p < 0.05 for p in found])
    print(f"trend by its normal z, slope -0.03: {share:.3f}")


def extrapolation(reps: int, rng: np.random.Generator) -> None:
    print(
        "\nextrapolation from n=20 at P=164: share of runs whose range holds the truth; mean value"
    )
    worlds = [(0.3, 1.0), (1.0, 3.0), (0.1, 0.5)]
    for a, b in worlds:
        difficulty = Beta(a, b)
        setting = Setting(problems=164, attempts=20, difficulty=difficulty)
        for k in (100, 1000):
            truth = float(np.squeeze(difficulty.pass_at_k(k)))
            inside, values = [], []
            for outcomes in drawn(setting, max(20, reps // 40), rng):
                (found,) = extrapolate(outcomes, k, resamples=100, rng=rng).estimates
                assert found.low is not None
                assert found.high is not None
                inside.append(found.low <= truth <= found.high)
                values.append(found.value)
            print(
                f"Beta({a}, {b})  k={k:<6} truth {truth:.3f}  mean {np.mean(values):.3f}"
                f"  holds {np.mean(inside):.3f} of {len(inside)}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--reps", type=int, default=2000)
    parser.add_argument("--permutations", type=int, default=999)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("size", "formulas", "power", "extrapolation"))
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    if asked.only in (None, "size"):
        size(asked.reps, asked.permutations, rng)
    if asked.only in (None, "formulas"):
        formulas(2 * asked.reps, rng)
    if asked.only in (None, "power"):
        power(asked.reps, asked.permutations, rng)
    if asked.only in (None, "extrapolation"):
        extrapolation(asked.reps, rng)


if __name__ == "__main__":
    main()
