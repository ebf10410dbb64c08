"""For these very problems, attempted again: only attempts are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from passatk.stats.kernel import distinct_pairs
from passatk.stats.pass_family import CountTable
from passatk.stats.result import Caveat
from passatk.stats.uncertainty.discouraged import (
    Kinds,
    flat_prior_interval,
    plug_in_variance,
    resampled_attempts,
)
from passatk.stats.uncertainty.edges import edge_interval
from passatk.stats.uncertainty.empirical_bayes import Design, empirical_bayes_interval
from passatk.stats.uncertainty.sample import How, Sample, Uncertainty
from passatk.stats.validation import IntArray
from passatk.stats.within import within_variance

FIXED_METHODS: tuple[str, ...] = (
    "eb-variance",
    "unbiased-variance",
    "plug-in-variance",
    "flat-prior",
    "attempt-bootstrap",
    "two-stage-bootstrap",
)
"""The first is the default; the last four are for comparison and say so."""

_DISCOURAGED: Mapping[str, str] = MappingProxyType(
    {
        "plug-in-variance": "takes problems that were always or never solved to be certain, and is "
        "too narrow",
        "flat-prior": "centred on a guess that every pass probability is as likely, far from the "
        "value where many problems are never solved",
        "attempt-bootstrap": "centred on the plug-in 1 - (1 - c/n)^k, which is biased",
        "two-stage-bootstrap": "counts the variance of attempts twice, on top of that of problems",
    }
)


def over_attempts(
    table: CountTable,
    k: IntArray,
    sample: Sample,
    how: How,
) -> list[Uncertainty]:
    """The mean over problems for every k, with an interval for these problems.

    Args:
        table: a metric of counts, with values in [0, 1].
        k: the K sizes asked for.
        sample: the problems. Weights count; strata and clusters do not, as no problem is drawn.
        how: with a method of :data:`FIXED_METHODS`. ``"unbiased-variance"`` is for pass@k.

    Returns:
        one for each k. Where all attempts failed, or all passed, the interval of the methods that
        estimate a variance is the bound of :func:`edge_interval` at (1 - level)/2, with the
        caveat ``one-sided``.
    """
    from scipy.special import ndtri

    method, level = how.method, how.level
    pairs = distinct_pairs(sample.n, sample.c)
    weight = np.ones(len(sample.n)) if sample.weights is None else sample.weights
    share = weight / weight.sum()
    shares = np.bincount(pairs.index, share).astype(np.float64)
    squares = np.bincount(pairs.index, share * share).astype(np.float64)
    counts = np.bincount(pairs.index).astype(np.float64)
    mean = shares @ table(pairs.n, pairs.c, k)

    if method in ("attempt-bootstrap", "two-stage-bootstrap"):
        kinds = Kinds.of(sample.n, sample.c, weight)
        too = method == "two-stage-bootstrap"
        means = resampled_attempts(kinds, table, k, how.resamples, how.rng, problems_too=too)
        low, high = np.quantile(means, [0.5 - level / 2, 0.5 + level / 2], axis=0)
        error = means.std(axis=0, ddof=1)
    elif method == "flat-prior":
        error, low, high = flat_prior_interval(pairs, shares, squares, table, k, level)
    elif method == "eb-variance":
        design = Design.of(pairs.n, pairs.c, table, k)
        variance, low, high = empirical_bayes_interval(mean, design, counts, shares, squares, level)
        error = np.sqrt(variance)
    else:
        if method == "unbiased-variance":
            each = np.stack([within_variance(pairs.n, pairs.c, one) for one in k.tolist()], axis=1)
        else:
            each = plug_in_variance(pairs, table, k)
        error = np.sqrt(squares @ each)
        half = float(ndtri(0.5 + level / 2.0)) * error
        low, high = (mean - half).clip(0.0, 1.0), (mean + half).clip(0.0, 1.0)
    if _nothing_varies(sample, method):
        passed, alpha = bool(sample.c[0] > 0), (1.0 - level) / 2.0
        low, high = edge_interval(mean, sample.n, share, table, k, all_passed=passed, alpha=alpha)
    warnings = _about(sample, method)
    return [
        Uncertainty(float(mean[at]), float(error[at]), float(low[at]), float(high[at]), warnings)
        for at in range(len(k))
    ]


def _nothing_varies(sample: Sample, method: str) -> bool:
    """Whether a method that estimates a variance has none to see."""
    return method.endswith("variance") and int(sample.c.sum()) in (0, int(sample.n.sum()))


def _about(sample: Sample, method: str) -> tuple[Caveat, ...]:
    caveats = []
    if method in _DISCOURAGED:
        caveats.append(
            Caveat("discouraged", f"{method} {_DISCOURAGED[method]}; for comparison only")
        )
    if _nothing_varies(sample, method):
        what = "passed" if sample.c[0] > 0 else "failed"
        caveats.append(
            Caveat(
                "one-sided",
                f"every attempt {what}: the interval is a bound by what such a run rules out",
            )
        )
    return tuple(caveats)
