"""Which programs are alike, without comparing every two of them.

Up to ``ALL_PAIRS`` programs one matrix product compares all. Beyond, only pairs are compared that
agree in a band of their MinHash signatures (Broder 1997; Indyk and Motwani 1998), and of those that
agree with many only some: work grows as D log D, whatever the programs look like. A pair of
similarity s meets with probability 1 - (1 - s^4)^32: 0.87 at s = 0.5, 0.99 at 0.6, and more beyond.
Links that are missed are mostly made up for by those through other programs.

An index that returns all near programs to a query (as datasketch's does) would take D^2 where all
are alike, which is what runs with many copies look like.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from passatk.analysis.programs.fingerprints import Hashes, incidence, similarities

ALL_PAIRS = 128
_BANDS, _ROWS = 32, 4
_NEIGHBOURS = 3  # that each program is compared with in a band
_SEED = 20_030_609


@dataclass(frozen=True, slots=True)
class Links:
    """Pairs of programs with their Jaccard similarities; vectors of one length."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    similarity: NDArray[np.float64]


def links(prints: Sequence[Hashes], floor: float, *, all_pairs: int = ALL_PAIRS) -> Links:
    """Pairs of similarity >= ``floor`` that link programs which are alike.

    Args:
        prints: fingerprints of each of D programs.
        floor: in (0, 1].
        all_pairs: up to how many programs all pairs are compared.
    """
    if len(prints) <= all_pairs:
        alike = np.triu(similarities(prints), 1)
        first, second = np.nonzero(alike >= floor)
        return Links(first, second, alike[first, second])
    first, second = _candidates(prints)
    table = incidence(prints)
    sizes = np.array([len(each) for each in prints], dtype=np.float64)
    shared = table[first].multiply(table[second]).sum(axis=1)
    similarity = shared / (sizes[first] + sizes[second] - shared)
    near = similarity >= floor
    return Links(first[near], second[near], similarity[near])


def _candidates(prints: Sequence[Hashes]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs that agree in a band, each once, the smaller index first."""
    signatures = _signatures(prints)
    count = len(prints)
    pairs = []
    for band in range(_BANDS):
        columns = signatures[:, band * _ROWS : (band + 1) * _ROWS]
        # Within a band those with one key lie side by side, in an order of each band's own.
        other = signatures[:, (band * _ROWS + _ROWS) % signatures.shape[1]]
        order = np.lexsort((other, *columns.T))
        placed = columns[order]
        for step in range(1, _NEIGHBOURS + 1):
            agree = (placed[step:] == placed[:-step]).all(axis=1)
            a, b = order[:-step][agree], order[step:][agree]
            pairs.append(np.minimum(a, b) * count + np.maximum(a, b))
    keys = np.unique(np.concatenate(pairs))
    return keys // count, keys % count


def _signatures(prints: Sequence[Hashes]) -> Hashes:
    """The smallest of each program's fingerprints under each of many orders, shape (D, orders)."""
    rng = np.random.default_rng(_SEED)
    factors = rng.integers(0, 1 << 63, _BANDS * _ROWS, dtype=np.uint64) * np.uint64(2) + np.uint64(
        1
    )
    shifts = rng.integers(0, 1 << 63, _BANDS * _ROWS, dtype=np.uint64)
    every = np.concatenate(prints)
    starts = np.concatenate([[0], np.cumsum([len(each) for each in prints])])[:-1]
    signatures = np.empty((len(prints), len(factors)), dtype=np.uint64)
    for column, (factor, shift) in enumerate(zip(factors, shifts, strict=True)):
        # The high bits of a product depend on all of a factor's; low ones do not mix.
        mixed = every * factor + shift
        mixed ^= mixed >> np.uint64(31)
        signatures[:, column] = np.minimum.reduceat(mixed * factor, starts)
    return signatures
