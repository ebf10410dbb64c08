"""Memory stays within the size of the outcomes and a constant."""

import tracemalloc

import numpy as np
import pytest

from passatk.stats import Outcomes, compare, estimate, pass_at_k_curve
from passatk.stats.comparison import rank_sets

SMALL, LARGE = 10_000, 110_000
EVERY = range(1, 101)
CONSTANT = 32 << 20


def measured(problems: int, call) -> tuple[int, int]:
    """Bytes that the outcomes hold, and the most that the call takes on top of them."""
    rng = np.random.default_rng(0)
    tracemalloc.start()
    try:
        outcomes = Outcomes.from_counts(200, rng.binomial(200, rng.beta(0.3, 0.5, problems)))
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        call(outcomes)
        return held, tracemalloc.get_traced_memory()[1] - held
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("call", "runs"),
    [
        (pass_at_k_curve, 1),
        (lambda o: estimate(o, EVERY), 1),
        (lambda o: estimate(o, EVERY, target="fixed"), 1),
        (lambda o: estimate(o, EVERY, method="bca", resamples=2_000), 1),
        (lambda o: compare(o, o, (1, 10)), 2),
        (lambda o: rank_sets({"a": o, "b": o}, draws=2_000), 2),
    ],
    ids=["curve", "estimate", "fixed", "bca", "compare", "rank sets"],
)
def test_memory_grows_with_the_input_alone(call, runs: int) -> None:
    """A hundred thousand problems more take no more than they are large, for all 100 k."""
    call(Outcomes.from_counts(200, [0, 100, 200]))
    (small, few), (large, many) = measured(SMALL, call), measured(LARGE, call)
    assert few <= runs * small + CONSTANT
    assert many - few <= runs * (large - small)
