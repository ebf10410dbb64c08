"""Conditions: contrasts, crossings, agreement of rankings."""

import numpy as np
import pytest

from passatk.errors import PassatkError
from passatk.stats import Outcomes, pass_at_k_curve
from passatk.stats.comparison import contrasts, crossing, rank_agreement
from passatk.stats.multiplicity import holm


def drawn(rng, p, n=20, **about) -> Outcomes:
    return Outcomes.from_counts(n, rng.binomial(n, np.clip(p, 0, 1)), **about)


def test_contrasts_are_one_family() -> None:
    """Every condition at every k against the reference, Holm over all of them."""
    rng = np.random.default_rng(0)
    p = rng.uniform(0.2, 0.6, 80)
    conditions = {"0.2": drawn(rng, p), "0.6": drawn(rng, p), "1.0": drawn(rng, p - 0.1)}
    found = contrasts(conditions, "0.2", (1, 5))
    assert [(c.condition, c.comparison.k) for c in found] == [
        ("0.6", 1), ("0.6", 5), ("1.0", 1), ("1.0", 5)
    ]  # fmt: skip
    expected = holm([c.comparison.p for c in found]).tolist()
    assert expected == [c.p_holm for c in found]
    assert found[2].comparison.conclusion == "regressed"
    with pytest.raises(PassatkError, match=r"reference must be one of 0\.2"):
        contrasts(conditions, "0.3")


def test_a_crossing_is_where_the_curves_change_places() -> None:
    """The k at which the difference of the curves first has the other sign."""
    rng = np.random.default_rng(1)
    sharp, broad = drawn(rng, rng.beta(0.05, 0.06, 200)), drawn(rng, rng.beta(2, 4, 200))
    found = crossing(sharp, broad)
    signs = np.sign(pass_at_k_curve(sharp) - pass_at_k_curve(broad))
    assert 1 + int(np.argmax(signs != signs[0])) == found.k
    assert found.low <= found.k <= found.high
    assert found.supported
    assert found.probability > 0.9


def test_no_crossing_where_one_run_is_ahead_at_every_k() -> None:
    """Ahead everywhere: no k, nothing supported."""
    rng = np.random.default_rng(2)
    p = rng.uniform(0.1, 0.5, 100)
    found = crossing(drawn(rng, p + 0.2), drawn(rng, p))
    assert (found.k, found.low, found.supported, found.probability) == (None, None, False, 0.0)


def test_chance_does_not_make_a_crossing() -> None:
    """Runs that are alike cross in the sample, and are rarely claimed to."""
    rng = np.random.default_rng(3)
    p = rng.beta(0.5, 0.5, 40)
    claimed = [
        crossing(drawn(rng, p, 6), drawn(rng, p, 6), resamples=2, rng=rng).supported
        for _ in range(30)
    ]
    assert sum(claimed) <= 2


def test_agreement_is_kendalls_tau() -> None:
    """As scipy computes it from the means."""
    from scipy.stats import kendalltau

    rng = np.random.default_rng(4)
    p = rng.uniform(0.2, 0.5, 60)
    first = {name: drawn(rng, p + 0.05 * i) for i, name in enumerate("abcde")}
    second = {name: drawn(rng, p + 0.05 * (i % 3)) for i, name in enumerate("abcde")}
    means = [[float(runs[name].c.mean()) for name in "abcde"] for runs in (first, second)]
    found = rank_agreement(first, second)
    assert kendalltau(*means).statistic == pytest.approx(found.tau)
    assert found.low <= found.tau <= found.high
    swapped = {
        (x, y)
        for i, x in enumerate("abcde")
        for j, y in enumerate("abcde")
        if i < j and (means[0][i] - means[0][j]) * (means[1][i] - means[1][j]) < 0
    }
    assert swapped == set(found.swapped)


def test_the_same_ranking_agrees_fully() -> None:
    """tau = 1 and no pair swapped; other models are refused."""
    runs = {"a": Outcomes.from_counts(4, [4, 3, 4]), "b": Outcomes.from_counts(4, [1, 0, 2])}
    found = rank_agreement(runs, runs)
    assert (found.tau, found.low, found.swapped) == (1.0, 1.0, ())
    with pytest.raises(PassatkError, match="same models"):
        rank_agreement(runs, {"a": runs["a"]})
