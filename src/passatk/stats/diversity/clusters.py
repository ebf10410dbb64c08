"""What every function on approaches checks first."""

from __future__ import annotations

from numpy.typing import ArrayLike

from passatk.errors import DataError
from passatk.stats.validation import IntArray, check_counts


def check_clusters(sizes: ArrayLike, passes: ArrayLike) -> tuple[IntArray, IntArray]:
    """Sizes and passes of G >= 1 clusters as vectors.

    Raises:
        DataError: no cluster, a size below 1, or more passes than attempts.
    """
    n, c = check_counts(sizes, passes)
    if n.ndim != 1 or not n.size:
        raise DataError(
            "no clusters of attempts",
            field="sizes",
            expected="a vector with the number of attempts in each of at least one cluster",
            found=f"shape {n.shape}",
        )
    return n, c
