"""P-values of a declared family of tests, adjusted for there being several.

Which tests belong together (models, k, parts of a benchmark) is to be said before any is looked
at. ``holm`` is for claims that must all hold; ``benjamini_hochberg`` bounds the share of false
claims among those made, for tests that are independent or rise and fall together;
``benjamini_yekutieli`` does so under any dependence.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError
from passatk.stats.validation import FloatArray


def holm(p: ArrayLike) -> FloatArray:
    """Adjusted p-values that bound the chance of any false claim, under any dependence.

    The i-th smallest of m becomes max over j <= i of (m - j + 1) p_(j), at most 1.

    Args:
        p: p-values of the family, in [0, 1], shape (m,).

    Returns:
        adjusted p-values in the same order; claim those <= alpha.

    Source: Holm 1979, Scandinavian Journal of Statistics 6:65.

    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    values, order = _sorted(p)
    steps = (len(values) - np.arange(len(values))) * values
    return _restored(np.maximum.accumulate(steps), order)


def benjamini_hochberg(p: ArrayLike) -> FloatArray:
    """Adjusted p-values that bound the expected share of false claims among the claims.

    The i-th smallest of m becomes min over j >= i of m p_(j) / j, at most 1.

    Args, Returns:
        as for :func:`holm`.

    Source: Benjamini and Hochberg 1995, JRSS B 57:289.

    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    return _step_up(p, 1.0)


def benjamini_yekutieli(p: ArrayLike) -> FloatArray:
    """As :func:`benjamini_hochberg`, under any dependence: times 1 + 1/2 + ... + 1/m.

    Source: Benjamini and Yekutieli 2001, Annals of Statistics 29:1165.

    >>> benjamini_yekutieli([0.01, 0.04, 0.03]).round(3).tolist()
    [0.055, 0.073, 0.073]
    """
    return _step_up(p, float(np.sum(1.0 / np.arange(1, np.size(p) + 1))))


def _step_up(p: ArrayLike, factor: float) -> FloatArray:
    values, order = _sorted(p)
    steps = factor * len(values) * values / np.arange(1, len(values) + 1)
    return _restored(np.minimum.accumulate(steps[::-1])[::-1], order)


def _sorted(p: ArrayLike) -> tuple[FloatArray, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    values = np.asarray(p, dtype=np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise DataError(
            "not a family of p-values",
            field="p",
            expected="a vector of numbers in [0, 1]",
            found=repr(values.tolist()),
        )
    order = np.argsort(values, kind="stable")
    return values[order], order


def _restored(adjusted: FloatArray, order: np.ndarray[tuple[int], np.dtype[np.intp]]) -> FloatArray:
    restored = np.empty_like(adjusted)
    restored[order] = np.minimum(adjusted, 1.0)
    return restored
