"""Do groups of problems differ?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.errors import DataError
from passatk.stats.groups import group_test


def test_size_under_labels_at_random() -> None:
    """Values of 0 and 1, unequal groups: a claim in about 1 of 20, at most a little more."""
    rng = np.random.default_rng(0)
    labels = [str(i) for i in np.repeat(np.arange(6), [3, 5, 8, 12, 20, 2])]
    claims = sum(
        group_test(rng.random(50) < 0.3, labels, permutations=199, rng=rng).p <= 0.05
        for _ in range(300)
    )
    assert 4 <= claims <= 27


def test_the_detectable_spread_is_found_8_times_in_10() -> None:
    """Group means of that spread, normal values."""
    rng = np.random.default_rng(1)
    labels = np.repeat(np.arange(4), 25)
    shape = np.array([-1.0, -1.0, 1.0, 1.0])
    # That of one sample owes much to its variance: the mean of several is what is looked for.
    every = [group_test(rng.normal(size=100), labels, permutations=1) for _ in range(50)]
    detectable = np.mean([each.detectable for each in every])
    found = 0
    for _ in range(200):
        values = rng.normal(size=100) + detectable * shape[labels]
        found += group_test(values, labels, permutations=199, rng=rng).p <= 0.05
    assert found / 200 == pytest.approx(0.8, abs=0.1)


def test_the_interval_holds_the_spread() -> None:
    """In about 19 of 20 runs."""
    rng = np.random.default_rng(2)
    labels = np.repeat(np.arange(5), 20)
    means = np.array([-0.4, -0.2, 0.0, 0.2, 0.4])
    spread = float(means.std())
    held = 0
    for _ in range(200):
        test = group_test(rng.normal(size=100) + means[labels], labels, permutations=9, rng=rng)
        held += test.low <= spread <= test.high
    assert held >= 181


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.integers(1, 20))
def test_any_values_and_labels(values: list[float], kinds: int) -> None:
    """Too few groups, a group for each problem or values all alike: no information; p in (0, 1]."""
    labels = [i % kinds for i in range(len(values))]
    test = group_test(values, labels, permutations=19)
    assert test.p is None or 0 < test.p <= 1
    assert (test.spread is None) == (test.p is None)
    if test.low is not None:
        assert 0 <= test.low <= test.high


def test_labels_for_other_problems() -> None:
    """Refused."""
    with pytest.raises(DataError, match="labels"):
        group_test([0.1, 0.2], ["a"])
