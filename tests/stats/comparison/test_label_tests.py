"""McNemar and permuted labels."""

import itertools
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passatk.errors import DataError
from passatk.stats import Outcomes, compare
from passatk.stats.comparison import mcnemar, permute_labels


def from_cells(only_a: int, only_b: int, same: int) -> tuple[Outcomes, Outcomes]:
    a = [1] * only_a + [0] * (only_b + same)
    b = [0] * only_a + [1] * only_b + [0] * same
    return Outcomes.from_counts(1, a), Outcomes.from_counts(1, b)


def test_livecodebench() -> None:
    """o1-mini against o1-preview, 157 against 44 of 880 problems: p = 4.4e-16."""
    runs = from_cells(157, 44, 679)
    test = mcnemar(*runs)
    assert test.p == pytest.approx(4.4e-16, rel=0.01)
    (one,) = compare(*runs)
    assert (one.p, one.change.value) == pytest.approx((test.p, 113 / 880), rel=1e-9)
    assert (one.conclusion, test.better, test.worse) == ("improved", 157, 44)


@given(st.integers(0, 20), st.integers(0, 20))
@settings(max_examples=40)
def test_mcnemar_is_the_binomial_test_and_the_sign_flip(only_a: int, only_b: int) -> None:
    """With one attempt a problem all three are one."""
    runs = from_cells(only_a, only_b, 5)
    m, far = only_a + only_b, max(only_a, only_b)
    tail = 2 * sum(comb(m, j) for j in range(far, m + 1))
    expected = min(float(Fraction(tail, 2**m)), 1.0)
    assert expected == pytest.approx(mcnemar(*runs).p)
    assert expected == pytest.approx(compare(*runs)[0].p)


def test_agrees_with_statsmodels() -> None:
    """statsmodels' exact McNemar."""
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    expected = tables.mcnemar([[30, 12], [4, 9]], exact=True).pvalue
    assert expected == pytest.approx(mcnemar(*from_cells(12, 4, 39)).p)


def test_mcnemar_refuses_several_attempts() -> None:
    """Their number is named."""
    with pytest.raises(DataError, match="one attempt a problem"):
        mcnemar(Outcomes.from_counts(2, [1, 2]), Outcomes.from_counts(1, [1, 1]))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=3))
@settings(max_examples=40)
def test_permuted_labels_by_going_through_all(rows: list) -> None:
    """Exact: every choice of which 3 of 5 attempts belong to the first run, problem by problem."""
    a, b = zip(*rows, strict=True)
    each = []
    for c_a, c_b in rows:
        attempts = [1] * (c_a + c_b) + [0] * (5 - c_a - c_b)
        each.append([sum(attempts[i] for i in s) for s in itertools.combinations(range(5), 3)])
    expected = Fraction(3 * (sum(a) + sum(b)), 5)
    away = [abs(sum(c) - expected) for c in itertools.product(*each)]
    p = Fraction(sum(x >= abs(sum(a) - expected) for x in away), len(away))
    test = permute_labels(Outcomes.from_counts(3, a), Outcomes.from_counts(2, b))
    assert float(p) == pytest.approx(test.p)


def test_drawn_labels_agree_with_exact_ones() -> None:
    """k = 1 by draws (attempts differ between problems) beside the computed distribution."""
    rng = np.random.default_rng(2)
    a, b = rng.binomial(8, 0.55, 30), rng.binomial(8, 0.45, 30)
    exact = permute_labels(Outcomes.from_counts(8, a), Outcomes.from_counts(8, b))
    n = [8] * 29 + [7]
    drawn = permute_labels(
        Outcomes.from_counts(n, np.minimum(a, n), stopping="independent"),
        Outcomes.from_counts(8, b),
    )
    assert (exact.method, drawn.method) == (
        "label permutation, exact",
        "label permutation, 9999 draws",
    )
    assert exact.p == pytest.approx(drawn.p, abs=0.03)


def test_size_of_permuted_labels() -> None:
    """Runs that are alike at every problem, at k = 5: at most 5.5 % (+ 2 s.e.)."""
    rng = np.random.default_rng(3)
    p = rng.beta(0.3, 0.5, 40)
    runs = [[Outcomes.from_counts(10, rng.binomial(10, p)) for _ in "ab"] for _ in range(250)]
    assert (
        np.mean([permute_labels(*two, 5, draws=999, rng=rng).p <= 0.05 for two in runs])
        <= 0.055 + 0.028
    )
