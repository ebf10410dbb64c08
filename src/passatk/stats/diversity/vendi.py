"""The Vendi score: an effective number of kinds that knows how alike kinds are."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError
from passatk.stats.validation import FloatArray

_ROUNDING = 1e-6


def vendi_score(similarity: ArrayLike, times: ArrayLike | None = None) -> float:
    """exp(-sum l log l) over the eigenvalues l of K/n: 1 where all are alike, n where none are.

    Items that occur several times may be given once: the eigenvalues of K/n over all n items are
    those of sqrt(w_i) K_ij sqrt(w_j) over the D distinct ones, w_i their shares, and zeros.

    Args:
        similarity: K over the D distinct items, shape (D, D): symmetric, ones on the diagonal,
            positive semidefinite (Jaccard similarity of sets is).
        times: how often each occurs, integers >= 1; once each by default.

    Returns:
        in [1, D].

    Raises:
        DataError: no such matrix, or one that is not positive semidefinite.

    Source: Friedman and Dieng 2022, arXiv 2210.02410, definition 3.1.

    >>> round(vendi_score([[1, 0.5], [0.5, 1]]), 4), round(vendi_score(np.eye(2), [3, 1]), 4)
    (1.7548, 1.7548)
    """
    kernel = _checked(similarity)
    counts = np.ones(len(kernel)) if times is None else np.asarray(times, dtype=np.float64)
    if counts.shape != (len(kernel),) or not (counts >= 1).all():
        raise DataError(
            "times are not one count for each item",
            field="times",
            expected=f"{len(kernel)} integers >= 1",
            found=repr(counts.tolist()),
        )
    root = np.sqrt(counts / counts.sum())
    values: FloatArray = np.linalg.eigvalsh(root[:, None] * kernel * root)
    if values[0] < -_ROUNDING:
        raise DataError(
            "the similarity is not positive semidefinite",
            field="similarity",
            expected="no negative eigenvalue",
            found=f"{values[0]:.3g}",
        )
    values = values[values > 0.0]
    return float(np.exp(-(values * np.log(values)).sum()).clip(1.0, len(kernel)))


def _checked(similarity: ArrayLike) -> FloatArray:
    kernel = np.asarray(similarity, dtype=np.float64)
    if (
        kernel.ndim != 2
        or not kernel.size
        or kernel.shape[0] != kernel.shape[1]
        or not np.allclose(kernel, kernel.T, rtol=0, atol=_ROUNDING)
        or not np.allclose(np.diagonal(kernel), 1.0, rtol=0, atol=_ROUNDING)
    ):
        raise DataError(
            "not a table of similarities",
            field="similarity",
            expected="a symmetric square matrix with ones on its diagonal",
            found=f"shape {kernel.shape}",
        )
    return kernel
