"""How far a model may be believed: its fit to what was seen, its record on what was held out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passatk.stats.extrapolation.models import (
    MODELS,
    BetaBinomial,
    Cells,
    Model,
    ModelName,
    ZeroInflated,
    doubling,
)
from passatk.stats.kernel import distinct_pairs, pass_table
from passatk.stats.outcomes import Outcomes
from passatk.stats.validation import FloatArray, IntArray

# Upper ends of the bins of c/n, besides never and always.
_EDGES = np.array([0.05, 0.1, 0.2, 0.4, 0.6, 0.8])
_FEWEST_EXPECTED = 5.0


@dataclass(frozen=True, slots=True)
class Backtest:
    """A model fitted to a fifth of the attempts, held against what all of them showed.

    Attributes:
        fitted_attempts: attempts at each problem that the model saw, drawn at random.
        k: what it had to predict, the smallest n.
        predicted: mean prediction of pass@k over the draws; ``spread`` their standard deviation.
        observed: the unbiased pass@k from all attempts.
    """

    fitted_attempts: int
    k: int
    predicted: float
    spread: float
    observed: float


def largest_gap(model: Model, cells: Cells) -> float:
    """max |fitted - observed pass@k| over k = 1, 2, 4, ... and the smallest n."""
    k = doubling(int(cells.n.min()))
    observed = cells.mass @ pass_table(cells.n, cells.c, k) / cells.mass.sum()
    return float(np.abs(model.solved(k) - observed).max())


def lack_of_fit(model: BetaBinomial | ZeroInflated, cells: Cells) -> float | None:
    """p of Pearson's chi-square over bins of c/n, neighbours merged to at least 5 expected.

    None where too few bins remain for the parameters of the model. A small p says that the model is
    wrong; a large one only that these problems are too few to show it.
    """
    from scipy.special import chdtrc

    width = len(_EDGES) + 3
    observed, expected = np.zeros(width), np.zeros(width)
    for n in np.unique(cells.n).tolist():
        here = cells.n == n
        bins = _bins(np.arange(n + 1), n)
        expected += np.bincount(bins, model.pmf(n), width) * cells.mass[here].sum()
        observed += np.bincount(bins[cells.c[here]], cells.mass[here], width)
    observed, expected = _merged(observed, expected)
    parameters = 3 if isinstance(model, ZeroInflated) else 2
    freedom = len(expected) - 1 - parameters
    if freedom < 1:
        return None
    return float(chdtrc(freedom, np.sum((observed - expected) ** 2 / expected)))


def backtest(
    outcomes: Outcomes,
    models: tuple[ModelName, ...],
    *,
    draws: int = 12,
    rng: np.random.Generator,
) -> dict[ModelName, Backtest]:
    """Every model on random fifths of the attempts; empty where a fifth is less than two."""
    k = int(outcomes.n.min())
    fifth = k // 5
    if fifth < 2:
        return {}
    weights = outcomes.weights
    observed = float(
        np.average(pass_table(outcomes.n, outcomes.c, np.array([k]))[:, 0], weights=weights)
    )
    predicted: dict[ModelName, list[float]] = {name: [] for name in models}
    for _ in range(draws):
        c = rng.hypergeometric(outcomes.c, outcomes.n - outcomes.c, fifth)
        pairs = distinct_pairs(np.full_like(c, fifth), c)
        cells = Cells(pairs.n, pairs.c, np.bincount(pairs.index, weights).astype(np.float64))
        for name in models:
            predicted[name].append(float(MODELS[name](cells).solved(np.array([k]))[0]))
    # Of few attempts the power law may have no fit (NaN); a record takes two at least.
    usable = {name: np.array(values)[np.isfinite(values)] for name, values in predicted.items()}
    return {
        name: Backtest(fifth, k, float(values.mean()), float(values.std(ddof=1)), observed)
        for name, values in usable.items()
        if len(values) > 1
    }


def _bins(c: IntArray, n: int) -> IntArray:
    bins = 1 + np.searchsorted(_EDGES, c / n)
    bins[c == 0] = 0
    bins[c == n] = len(_EDGES) + 2
    return bins


def _merged(observed: FloatArray, expected: FloatArray) -> tuple[FloatArray, FloatArray]:
    groups: list[list[float]] = [[0.0, 0.0]]
    for o, e in zip(observed, expected, strict=True):
        if groups[-1][1] >= _FEWEST_EXPECTED:
            groups.append([0.0, 0.0])
        groups[-1][0] += o
        groups[-1][1] += e
    if len(groups) > 1 and groups[-1][1] < _FEWEST_EXPECTED:
        o, e = groups.pop()
        groups[-1][0] += o
        groups[-1][1] += e
    merged = np.array(groups)
    return merged[:, 0], merged[:, 1]
