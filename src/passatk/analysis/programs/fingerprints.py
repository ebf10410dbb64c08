"""Fingerprints: winnowed hashes of k-grams of tokens, and similarity by them.

Every run of K tokens is hashed; of any W neighbouring hashes the smallest is kept. Two programs
with K + W - 1 tokens in a row in common share a fingerprint for certain, and what they share is
nearly independent of where it stands. Source: Schleimer, Wilkerson and Aiken 2003, "Winnowing:
local algorithms for document fingerprinting", SIGMOD.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

K = 4
"""Tokens a k-gram."""
W = 2
"""Hashes a window: matches of K + W - 1 = 5 tokens are never missed. Answers to a problem are
short: with the wide windows that suit documents one other literal would halve the similarity."""

Hashes = NDArray[np.uint64]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_POWERS = np.array([pow(0x9E3779B97F4A7C15, K - 1 - i, 1 << 64) for i in range(K)], np.uint64)


def fingerprints(tokens: Sequence[tuple[int, bytes]]) -> Hashes:
    """The fingerprints of a sequence of tokens, sorted and distinct.

    A sequence of fewer than K tokens, an empty one too, has one fingerprint: itself.

    Args:
        tokens: the kind of each, and its text.
    """
    codes = np.array([zlib.crc32(text, kind) for kind, text in tokens], dtype=np.uint64)
    if len(codes) < K:
        whole = zlib.crc32(codes.tobytes(), len(codes))
        return _mixed(np.array([whole], dtype=np.uint64))
    count = len(codes) - K + 1
    hashes = codes[:count] * _POWERS[0]
    for i in range(1, K):
        hashes += codes[i : i + count] * _POWERS[i]
    hashes = _mixed(hashes)
    # The smallest of each W neighbours; of all, where there are fewer.
    width = min(W, count)
    smallest = hashes[: count - width + 1]
    for i in range(1, width):
        smallest = np.minimum(smallest, hashes[i : i + count - width + 1])
    return np.unique(smallest)


def _mixed(values: Hashes) -> Hashes:
    """Every bit of a value on every bit of its hash, so that the smallest is any of them."""
    values = (values ^ (values >> np.uint64(32))) * _FACTOR
    values = (values ^ (values >> np.uint64(29))) * _FACTOR
    mixed: Hashes = values ^ (values >> np.uint64(32))
    return mixed


def incidence(prints: Sequence[Hashes]) -> csr_array:
    """Which of all fingerprints each of D programs has, shape (D, fingerprints), ones and zeros."""
    from scipy.sparse import csr_array

    starts = np.concatenate([[0], np.cumsum([len(each) for each in prints])])
    _, columns = np.unique(np.concatenate(prints), return_inverse=True)
    ones = np.ones(len(columns), dtype=np.float32)
    width = int(columns.max()) + 1
    return csr_array((ones, columns.ravel(), starts), shape=(len(prints), width))


def similarities(prints: Sequence[Hashes]) -> NDArray[np.float64]:
    """Jaccard similarity of every two of D programs: shared fingerprints over all of theirs.

    Symmetric, ones on the diagonal, and positive semidefinite (Bouchard, Jousselme and Dore 2013,
    "A proof for the positive definiteness of the Jaccard index matrix"). Time and memory grow with
    D^2; for many programs see :mod:`passatk.analysis.programs.clusters`.

    Args:
        prints: fingerprints of each, as :func:`fingerprints` gives them.

    Returns:
        in [0, 1], shape (D, D).
    """
    table = incidence(prints)
    # The sparse product is the faster one, as programs share few fingerprints.
    shared = (table @ table.T).toarray().astype(np.float64)
    sizes = np.diagonal(shared)
    alike: NDArray[np.float64] = shared / (sizes[:, None] + sizes - shared)
    return alike
