"""Exact pass@k of given problems, against enumeration."""

from itertools import combinations, permutations
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.errors import DataError
from passatk.simulate import (
    pass_at_k_of,
    pass_at_k_of_steps,
    pass_at_k_with_duplicates,
    prefix_pass,
)

chances = st.lists(st.floats(0, 1), min_size=1, max_size=6)


@given(chances)
def test_steps_average_over_all_subsets(p: list[float]) -> None:
    """Every k-subset of unlike attempts, enumerated."""
    for k in range(1, len(p) + 1):
        subsets = list(combinations(p, k))
        expected = np.mean([1 - prod(1 - each for each in subset) for subset in subsets])
        assert expected == pytest.approx(pass_at_k_of_steps([p], k)[0], abs=1e-12)


@given(chances)
def test_alike_steps_are_independent_attempts(p: list[float]) -> None:
    """Without drift all definitions agree, for several problems."""
    table = np.repeat(np.array(p)[:, None], 5, axis=1)
    ks = range(1, 6)
    np.testing.assert_allclose(pass_at_k_of(p, ks), pass_at_k_of_steps(table, ks), atol=1e-12)
    np.testing.assert_allclose(pass_at_k_of(p, ks), prefix_pass(table), atol=1e-12)


@given(chances)
def test_random_order_turns_prefixes_into_subsets(p: list[float]) -> None:
    """The first k of a shuffled run are a random k-subset."""
    p = p[:4]
    orders = np.array(list(permutations(p)))
    np.testing.assert_allclose(
        prefix_pass(orders), pass_at_k_of_steps([p], range(1, len(p) + 1)), atol=1e-12
    )


def test_two_attempts_with_duplicates() -> None:
    """With probability d the second is the first again: 1 - (1-p)(d + (1-d)(1-p))."""
    p, d = 0.3, 0.4
    expected = 1 - (1 - p) * (d + (1 - d) * (1 - p))
    assert expected == pytest.approx(pass_at_k_with_duplicates([p], 2, d)[0])


def test_without_duplicates_there_is_nothing_to_it() -> None:
    """And almost none is close to none."""
    p = [0.1, 0.6]
    plain = pass_at_k_of(p, (1, 5))
    assert plain.tolist() == pass_at_k_with_duplicates(p, (1, 5), 0.0).tolist()
    np.testing.assert_allclose(plain, pass_at_k_with_duplicates(p, (1, 5), 1e-9), atol=1e-7)


def test_more_steps_than_there_are() -> None:
    """k > n has no subsets."""
    with pytest.raises(DataError, match="k=3 of 2 attempts"):
        pass_at_k_of_steps([[0.5, 0.5]], 3)
