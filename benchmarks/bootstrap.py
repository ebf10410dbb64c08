"""10,000 bootstrap resamples of pass@k for k = 1..100 at once: passatk beside SciPy.

Both make percentile intervals of the mean over problems for all k from the same resamples. SciPy
gets one array of 100 rows and a batch size that suits it (its default needs more than a gigabyte
and takes longer). On 100,000 problems it gets fewer resamples, and its time is scaled up in
proportion, which the table says.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

# One thread for both, as the ratio should not depend on what else the machine does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy import stats

from passatk.stats import Outcomes, estimate, pass_at_k

ATTEMPTS = 100
KS = list(range(1, 101))
RESAMPLES = 10_000
# Problems, resamples and batch for SciPy, rounds.
CASES = ((164, RESAMPLES, 200, 3), (100_000, 20, 2, 1))


def seconds(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> None:
    print(f"percentile bootstrap of pass@1..100, n = {ATTEMPTS}, {RESAMPLES:,} resamples")
    print(f"{'problems':>10}  {'passatk':>10}  {'scipy':>10}  {'ratio':>8}")
    for problems, their_resamples, batch, rounds in CASES:
        rng = np.random.default_rng(0)
        passes = rng.binomial(ATTEMPTS, rng.beta(0.3, 0.5, problems))
        outcomes = Outcomes.from_counts(ATTEMPTS, passes)
        rows = np.ascontiguousarray(pass_at_k(outcomes.n, passes, KS).T)

        def ours(outcomes: Outcomes = outcomes) -> list[float]:
            found = estimate(outcomes, KS, method="percentile", resamples=RESAMPLES)
            return [each.low for each in found]

        def theirs(
            rows: np.ndarray = rows, count: int = their_resamples, batch: int = batch
        ) -> np.ndarray:
            return stats.bootstrap(
                (rows,),
                np.mean,
                axis=1,
                n_resamples=count,
                batch=batch,
                method="percentile",
                vectorized=True,
                rng=np.random.default_rng(1),
            ).confidence_interval.low

        ours()
        mine = seconds(ours, 5)
        scaled = seconds(theirs, rounds) * RESAMPLES / their_resamples
        note = "" if their_resamples == RESAMPLES else f"  (scipy scaled from {their_resamples})"
        print(f"{problems:>10,}  {mine:>8.3f} s  {scaled:>8.1f} s  {scaled / mine:>7.0f}x{note}")
        if their_resamples == RESAMPLES:
            difference = np.abs(np.array(ours()) - theirs()).max()
            print(f"{'':>10}  largest difference of a lower end: {difference:.4f}")


if __name__ == "__main__":
    main()
