"""Random generators that depend on what they are for, and drawing one of several things."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.random import Generator

T = TypeVar("T")


def generator(seed: int, *purpose: object) -> Generator:
    """A generator of its own for each seed and purpose; the same in every process."""
    text = "\n".join(map(str, purpose))
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng([seed, *np.frombuffer(digest, dtype="<u4").tolist()])


def one_of(things: Sequence[T], random: Generator) -> T:
    """One of the things, each with the same probability."""
    return things[int(random.integers(len(things)))]
