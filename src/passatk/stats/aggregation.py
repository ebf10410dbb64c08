"""The mean over problems and its variance, when problems stand for others like them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passatk.errors import DataError
from passatk.stats.validation import FloatArray

Labels = np.ndarray[tuple[int], np.dtype[np.str_]]


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over problems.

    Attributes:
        value: sum(share * h).
        variance: of ``value``; None where there is a single unit.
        units: how many independent units of equal weight the mean is worth, 1 / sum(share^2)
            over problems or clusters: P problems of equal weight are worth P (Kish 1965).
        df: degrees of freedom of ``variance``.
    """

    value: float
    variance: float | None
    units: float
    df: int


def mean_over_problems(
    h: FloatArray,
    *,
    weights: FloatArray | None = None,
    strata: Labels | None = None,
    clusters: Labels | None = None,
) -> Mean:
    """Macro mean of one value per problem, with the variance of sampling problems.

    share_i = w_i / sum(w), 1/P without weights; m = sum(share_i h_i). With independent problems

        variance = sum_s P_s/(P_s - 1) sum_{i in s} share_i^2 (h_i - m_s)^2,   df = P - S,

    where m_s is the weighted mean of stratum s, and all problems are one stratum if none are
    given. With equal weights this is s^2/P, and sum_s W_s^2 s_s^2/P_s with W_s the share of the
    stratum. With clusters (families of related problems) the cluster is the unit:

        variance = G/(G - 1) sum_g (sum_{i in g} share_i (h_i - m))^2,   df = G - 1.

    Args:
        h: value of each problem, shape (P,).
        weights: positive, shape (P,); None weighs all alike.
        strata: stratum of each problem; their shares are taken as known, not as sampled.
        clusters: cluster of each problem.

    Raises:
        DataError: a stratum of one problem, fewer than two clusters, or strata with clusters.

    Source: Cochran 1977, chapter 5, for strata; the CR1 estimator as in arXiv 2411.00640 for
    clusters.
    """
    share = np.full(len(h), 1.0 / len(h)) if weights is None else weights / weights.sum()
    value = float(np.average(h, weights=weights))
    if clusters is not None:
        if strata is not None:
            raise DataError(
                "strata and clusters together have no variance here", hint="give one of the two"
            )
        return _clustered(value, h, share, clusters)
    if strata is None and len(h) == 1:
        return Mean(value, None, 1.0, 0)
    return _stratified(value, h, share, strata)


def _stratified(value: float, h: FloatArray, share: FloatArray, strata: Labels | None) -> Mean:
    if strata is None:
        stratum = np.zeros(len(h), dtype=np.intp)
    else:
        names, stratum, sizes = np.unique(strata, return_inverse=True, return_counts=True)
        if sizes.min() == 1:
            raise DataError(
                f"stratum {str(names[sizes.argmin()])!r} has a single problem",
                field="strata",
                expected="at least two problems in every stratum, for a variance within it",
                hint="merge small strata",
            )
    size = np.bincount(stratum)
    centre = np.bincount(stratum, share * h) / np.bincount(stratum, share)
    squares = np.bincount(stratum, (share * (h - centre[stratum])) ** 2)
    variance = float(np.sum(squares * size / (size - 1)))
    return Mean(value, variance, 1.0 / float(share @ share), len(h) - len(size))


def _clustered(value: float, h: FloatArray, share: FloatArray, clusters: Labels) -> Mean:
    names, cluster = np.unique(clusters, return_inverse=True)
    count = len(names)
    if count < 2:
        raise DataError(
            "a single cluster tells nothing about others",
            field="clusters",
            expected="at least two clusters",
            found=str(names[0]),
            hint="leave the clusters out only if these problems are independent",
        )
    scores = np.bincount(cluster, share * (h - value))
    shares = np.bincount(cluster, share)
    variance = float(scores @ scores) * count / (count - 1)
    return Mean(value, variance, 1.0 / float(shares @ shares), count - 1)
