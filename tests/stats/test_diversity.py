"""Numbers of different attempts: against enumeration in exact fractions, and the laws they obey."""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passatk.errors import DataError, PassatkError
from passatk.stats import Outcomes, pass_at_k
from passatk.stats.diversity import (
    distinct_review_pass_at_k,
    first_variant_pass_at_k,
    hill_number,
    rarefied_richness,
    variant_gain,
    vendi_score,
)

CASES = [
    ([1], [1]),
    ([3], [1]),
    ([2, 1], [0, 1]),
    ([3, 1], [1, 1]),
    ([2, 2, 1], [1, 0, 1]),
    ([3, 2, 1], [2, 0, 0]),
    ([1, 1, 1, 1, 1], [1, 0, 0, 1, 0]),
    ([4, 2], [0, 0]),
    ([2, 2, 2], [2, 2, 2]),
]


def orders(sizes: Sequence[int], passes: Sequence[int]) -> Iterator[list[tuple[int, bool]]]:
    """Every order of the attempts, each as its approach and whether it passes."""
    attempts = [
        (g, i < c) for g, (n, c) in enumerate(zip(sizes, passes, strict=True)) for i in range(n)
    ]
    for order in permutations(range(len(attempts))):
        yield [attempts[i] for i in order]


def enumerated_first_variant(sizes: Sequence[int], passes: Sequence[int], k: int) -> Fraction:
    hits = total = 0
    for order in orders(sizes, passes):
        first: dict[int, bool] = {}
        for approach, passed in order[:k]:
            first.setdefault(approach, passed)
        hits += any(first.values())
        total += 1
    return Fraction(hits, total)


def enumerated_distinct_review(sizes: Sequence[int], passes: Sequence[int], k: int) -> Fraction:
    hits = total = 0
    for order in orders(sizes, passes):
        looked_at = list(dict.fromkeys(order))[:k]
        hits += any(passed for _, passed in looked_at)
        total += 1
    return Fraction(hits, total)


@pytest.mark.parametrize(("sizes", "passes"), CASES)
def test_first_variant_is_the_share_of_orders(sizes: list[int], passes: list[int]) -> None:
    """Over all orders of the attempts, for every k."""
    ks = range(1, sum(sizes) + 1)
    expected = [float(enumerated_first_variant(sizes, passes, k)) for k in ks]
    assert expected == pytest.approx(first_variant_pass_at_k(sizes, passes, list(ks)), abs=1e-12)


@pytest.mark.parametrize(("sizes", "passes"), CASES)
def test_distinct_review_is_the_share_of_orders(sizes: list[int], passes: list[int]) -> None:
    """Over all orders of the attempts, for every k."""
    ks = range(1, sum(sizes) + 1)
    expected = [float(enumerated_distinct_review(sizes, passes, k)) for k in ks]
    assert expected == pytest.approx(distinct_review_pass_at_k(sizes, passes, list(ks)), abs=1e-12)


clusters = st.lists(
    st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    min_size=1,
    max_size=25,
)


@given(clusters)
def test_identities_and_bounds(found: list[tuple[int, int]]) -> None:
    """fpass@1 = pass@1; fpass <= pass <= distinct review, which end at their known values."""
    sizes, passes = map(list, zip(*found, strict=True))
    n, c = sum(sizes), sum(passes)
    ks = sorted({1, 2, min(7, n), n})
    ks = [k for k in ks if k <= n]
    plain = pass_at_k(n, c, ks)
    first = first_variant_pass_at_k(sizes, passes, ks)
    distinct = distinct_review_pass_at_k(sizes, passes, ks)
    assert c / n == pytest.approx(first[0], abs=1e-11)
    assert c / n == pytest.approx(distinct[0], abs=1e-11)
    assert (first <= plain + 1e-10).all()
    assert (plain <= distinct + 1e-10).all()
    none = math.prod(Fraction(n - c, n) for n, c in found)
    assert float(1 - none) == pytest.approx(first[-1], abs=1e-12)
    assert float(c > 0) == pytest.approx(distinct[-1], abs=1e-12)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_all_different_and_all_alike(counts: tuple[int, int]) -> None:
    """Attempts that are all different give pass@k; a single approach gives c/n."""
    n, c = counts
    ks = sorted({1, (n + 1) // 2, n})
    sizes, passes = [1] * n, [1] * c + [0] * (n - c)
    plain = pass_at_k(n, c, ks)
    assert plain == pytest.approx(first_variant_pass_at_k(sizes, passes, ks), abs=1e-10)
    assert plain == pytest.approx(distinct_review_pass_at_k(sizes, passes, ks), abs=1e-10)
    assert [c / n] * len(ks) == pytest.approx(first_variant_pass_at_k([n], [c], ks), abs=1e-11)


def test_ten_thousand_attempts_neither_overflow_nor_vanish() -> None:
    """C(10000, 5000) is far beyond a float; the values still lie where they have to."""
    sizes, passes = [100] * 100, [1] * 100
    first = first_variant_pass_at_k(sizes, passes, [1, 10, 5000, 10_000])
    assert 0.01 == pytest.approx(first[0], abs=1e-11)
    assert 1 - 0.99**100 == pytest.approx(first[-1], abs=1e-12)
    assert (np.diff(first) >= -1e-12).all()


@pytest.mark.parametrize("function", [first_variant_pass_at_k, distinct_review_pass_at_k])
def test_counts_that_cannot_be(function) -> None:  # type: ignore[no-untyped-def]
    """More passes than attempts, no clusters, k beyond the attempts, k that is none."""
    for sizes, passes, k in (([1], [2], 1), ([], [], 1), ([2, 1], [0, 0], 4)):
        with pytest.raises(DataError):
            function(sizes, passes, k)
    with pytest.raises(PassatkError):
        function([2], [1], 0)


sizes_only = st.lists(st.integers(1, 20), min_size=1, max_size=30)


@given(sizes_only)
def test_hill_numbers_fall_with_their_order(sizes: list[int]) -> None:
    """From the number of kinds at q = 0; equal kinds are all effective."""
    numbers = [hill_number(sizes, q) for q in (0, 0.5, 1, 2, 5)]
    assert len(sizes) == pytest.approx(numbers[0])
    assert all(a >= b - 1e-9 for a, b in pairwise(numbers))
    assert len(sizes) == pytest.approx(hill_number([sizes[0]] * len(sizes), 2))


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
@settings(max_examples=30)
def test_rarefied_richness_is_the_mean_over_subsets(sizes: list[int]) -> None:
    """In exact fractions, for every k."""
    kinds = [g for g, n in enumerate(sizes) for _ in range(n)]
    for k in range(1, len(kinds) + 1):
        subsets = list(combinations(kinds, k))
        expected = Fraction(sum(len(set(each)) for each in subsets), len(subsets))
        assert float(expected) == pytest.approx(rarefied_richness(sizes, k), abs=1e-12)


@given(sizes_only)
def test_vendi_of_kinds_without_likeness_is_hill(sizes: list[int]) -> None:
    """Unrelated kinds give exp of Shannon's entropy, equal ones give 1."""
    count = len(sizes)
    assert hill_number(sizes, 1) == pytest.approx(vendi_score(np.eye(count), sizes))
    assert 1.0 == pytest.approx(vendi_score(np.ones((count, count)), sizes))


@given(st.lists(st.frozensets(st.integers(0, 12), min_size=1), min_size=1, max_size=8), st.data())
def test_vendi_of_distinct_items_with_multiplicities(
    sets: list[frozenset[int]], data: st.DataObject
) -> None:
    """What all copies give is what the distinct ones with their numbers give."""
    times = data.draw(st.lists(st.integers(1, 4), min_size=len(sets), max_size=len(sets)))

    def kernel(items: list[frozenset[int]]) -> np.ndarray:
        return np.array([[len(a & b) / len(a | b) for b in items] for a in items])

    copies = [each for each, count in zip(sets, times, strict=True) for _ in range(count)]
    assert vendi_score(kernel(copies)) == pytest.approx(vendi_score(kernel(sets), times), rel=1e-6)


def test_vendi_refuses_what_is_no_similarity() -> None:
    """Not square, not symmetric, not 1 on the diagonal, not positive semidefinite."""
    for wrong in ([[1, 0]], [[1, 0.5], [0.2, 1]], [[0.5]], [[1, 1, 0], [1, 1, 1], [0, 1, 1]]):
        with pytest.raises(DataError):
            vendi_score(wrong)


def test_clusters_have_to_be_the_attempts() -> None:
    """Sizes that do not add up name the problem."""
    run = Outcomes.from_counts(3, [1, 2], problems=["a", "b"])
    with pytest.raises(DataError, match="'b'"):
        variant_gain(run, [([3], [1]), ([2], [2])], 2)


def test_nothing_gained_has_no_share() -> None:
    """Where pass@k is pass@1, variants have no share in a gain that is not there."""
    run = Outcomes.from_counts(4, [0, 4] * 5)
    gain = variant_gain(run, [([4], [0]), ([4], [4])] * 5, 3)
    assert gain.inflation is None
    assert 0.0 == pytest.approx(gain.wasted.value)
    assert None is gain.to_dict()["inflation"]
