"""How pass probabilities vary over problems, with exact pass@k for problems like these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from passatk.errors import PassatkError
from passatk.stats.validation import FloatArray, check_k

Shape = int | tuple[int, ...]


class Difficulty(Protocol):
    """A distribution of pass probabilities over problems."""

    def draw(self, shape: Shape, rng: np.random.Generator) -> FloatArray:
        """Independent pass probabilities, in [0, 1]."""
        ...

    def pass_at_k(self, k: int | Sequence[int]) -> FloatArray:
        """mu_k = E[1 - (1-p)^k], exactly, one value for each k."""
        ...


@dataclass(frozen=True, slots=True)
class Beta:
    """p ~ Beta(a, b), mean a / (a + b); small a and b put most problems near 0 and 1.

    >>> Beta(1, 1).pass_at_k([1, 3]).round(4).tolist()
    [0.5, 0.75]
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        if not (self.a > 0 and self.b > 0):
            raise PassatkError(f"Beta(a, b) needs a > 0 and b > 0; got a={self.a}, b={self.b}")

    def draw(self, shape: Shape, rng: np.random.Generator) -> FloatArray:
        return rng.beta(self.a, self.b, shape)

    def pass_at_k(self, k: int | Sequence[int]) -> FloatArray:
        """1 - B(a, b+k) / B(a, b) = 1 - prod_{j<k} (1 - a / (a+b+j))."""
        ks = check_k(k)
        steps = np.log1p(-self.a / (self.a + self.b + np.arange(ks.max())))
        values: FloatArray = -np.expm1(np.cumsum(steps)[ks - 1])
        return values


@dataclass(frozen=True, slots=True)
class Point:
    """All problems have the same p."""

    p: float

    def __post_init__(self) -> None:
        if not 0 <= self.p <= 1:
            raise PassatkError(f"Point(p) needs 0 <= p <= 1; got p={self.p}")

    def draw(self, shape: Shape, rng: np.random.Generator) -> FloatArray:
        return np.full(shape, float(self.p))

    def pass_at_k(self, k: int | Sequence[int]) -> FloatArray:
        values: FloatArray = 1.0 - np.power(1.0 - self.p, check_k(k))
        return values


@dataclass(frozen=True, slots=True)
class Mixture:
    """Kinds of problems, each with its share: ``Mixture((0.3, Point(0)), (0.7, Beta(2, 2)))``."""

    parts: tuple[tuple[float, Difficulty], ...]

    def __init__(self, *parts: tuple[float, Difficulty]) -> None:
        shares = [share for share, _ in parts]
        if not parts or min(shares) < 0 or abs(sum(shares) - 1) > 1e-9:
            raise PassatkError(f"shares of a mixture must be >= 0 and sum to 1; got {shares}")
        object.__setattr__(self, "parts", parts)

    def draw(self, shape: Shape, rng: np.random.Generator) -> FloatArray:
        kind = rng.choice(len(self.parts), size=shape, p=[share for share, _ in self.parts])
        return np.choose(kind, [part.draw(shape, rng) for _, part in self.parts])

    def pass_at_k(self, k: int | Sequence[int]) -> FloatArray:
        values = np.array([part.pass_at_k(k) for _, part in self.parts])
        mean: FloatArray = np.array([share for share, _ in self.parts]) @ values
        return mean


def zero_inflated(never: float, others: Difficulty) -> Mixture:
    """A share ``never`` of problems that no attempt solves, and the others.

    >>> zero_inflated(0.25, Point(1.0)).pass_at_k(10).tolist()
    [0.75]
    """
    return Mixture((never, Point(0.0)), (1.0 - never, others))
