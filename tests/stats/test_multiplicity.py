"""Families of tests: Holm, Benjamini-Hochberg, Benjamini-Yekutieli."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.errors import DataError
from passatk.stats.multiplicity import benjamini_hochberg, benjamini_yekutieli, holm

families = st.lists(st.floats(0, 1), min_size=1, max_size=12)
METHODS = [(holm, "holm"), (benjamini_hochberg, "fdr_bh"), (benjamini_yekutieli, "fdr_by")]


@pytest.mark.parametrize(("adjust", "name"), METHODS)
def test_agrees_with_statsmodels(adjust, name: str) -> None:
    """An independent implementation, on families of many sizes and with ties."""
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    rng = np.random.default_rng(0)
    for size in (1, 2, 5, 30):
        p = np.round(rng.random(size) ** 2, 2)
        expected = multitest.multipletests(p, method=name)[1]
        np.testing.assert_allclose(adjust(p), expected, rtol=1e-12)


@given(families)
def test_adjusting_keeps_order_and_never_lowers(p: list[float]) -> None:
    """A smaller p stays smaller or equal; none falls, none exceeds 1."""
    for adjust, _ in METHODS:
        adjusted = adjust(p)
        assert (adjusted >= np.array(p) * (1 - 1e-12)).all()
        assert adjusted.max() <= 1
        assert (np.diff(adjusted[np.argsort(p)]) >= 0).all()


def test_holm_bounds_any_false_claim() -> None:
    """Five true nulls and five effects: a false claim in at most 5 % of families."""
    rng = np.random.default_rng(1)
    p = np.concatenate([rng.random((2000, 5)), rng.random((2000, 5)) * 0.001], axis=1)
    false = [(holm(row)[:5] <= 0.05).any() for row in p]
    assert np.mean(false) <= 0.055


@pytest.mark.parametrize("p", [[0.5, 1.5], [float("nan")], [[0.5]]])
def test_what_is_no_p_value_is_refused(p: list) -> None:
    """Outside [0, 1], NaN, tables."""
    with pytest.raises(DataError, match="not a family of p-values"):
        holm(p)
