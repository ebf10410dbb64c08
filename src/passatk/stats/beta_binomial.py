"""How pass probabilities vary over problems: a Beta distribution fitted to counts.

With p_i ~ Beta(a, b) and c_i ~ Binomial(n_i, p_i), the log-likelihood up to a constant is

    sum_j A_j log(a+j) + B_j log(b+j) - N_j log(a+b+j),

where A_j, B_j and N_j count the problems with c_i > j, n_i - c_i > j and n_i > j (Griffiths 1973).
Its cost grows with the largest n and not with the number of problems, whatever the n_i.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from passatk.stats.validation import FloatArray, IntArray

_STEPS = 100
_LONGEST_STEP = 1.5
# Change of log a and log b below which a fit is done.
_DONE = 1e-9


@dataclass(frozen=True, slots=True)
class Tails:
    """How many problems have more than j passes, fails and attempts, for j = 0..n-1.

    Attributes:
        passes, fails, attempts: shape (..., n); leading axes are independent data sets.
    """

    passes: FloatArray
    fails: FloatArray
    attempts: FloatArray

    @classmethod
    def of(cls, n: IntArray, c: IntArray, counts: ArrayLike | None = None) -> Tails:
        """From the (n, c) of problems, each occurring ``counts`` times."""
        size = int(n.max()) + 1
        return cls(*(_above(values, counts, size) for values in (c, n - c, n)))

    @classmethod
    def of_histogram(cls, histogram: FloatArray) -> Tails:
        """From ``histogram[..., c]`` problems of c passes, all of n = size - 1 attempts."""
        above = np.cumsum(histogram[..., ::-1], axis=-1)[..., ::-1]
        below = np.cumsum(histogram, axis=-1)[..., :-1]
        everyone = np.broadcast_to(above[..., :1], below.shape)
        return cls(above[..., 1:], below[..., ::-1], everyone)


def fit_beta(tails: Tails, *, spread: float = 3.0) -> tuple[FloatArray, FloatArray]:
    """Maximum likelihood of a and b with a weak ridge, for many data sets at once.

    The ridge is a normal log-density of standard deviation ``spread`` on log a and on log b. It
    keeps the fit finite where the likelihood has no maximum: problems all alike (a, b to infinity)
    or each always or never solved (a, b to 0).

    Returns:
        a and b, shape of the leading axes of the tails.
    """
    j = np.arange(tails.attempts.shape[-1], dtype=np.float64)
    precision = spread**-2.0
    at = np.full((2, *tails.attempts.shape[:-1]), np.log(0.5))
    value = _objective(tails, j, at, precision)
    damping = np.ones(at.shape[1:])
    for _ in range(_STEPS):
        step = _step(tails, j, at, precision, damping)
        new = at + step
        new_value = _objective(tails, j, new, precision)
        better = new_value >= value
        at = np.where(better, new, at)
        value = np.where(better, new_value, value)
        damping = np.where(better, damping / 8.0, damping * 8.0).clip(1e-12, 1e12)
        if np.abs(step).max() < _DONE:
            break
    a, b = np.exp(at)
    return a, b


def expected_pass(
    n: IntArray, c: IntArray, of_n: IntArray, of_c: IntArray, k: IntArray
) -> FloatArray:
    """E[1 - (1-p)^k | c of n passed] for problems of ``of_n``, ``of_c``, shape (U, K).

    With p ~ Beta(a, b) fitted to the problems of ``n``, ``c``: the chance that k new attempts at
    such a problem hold a pass, 1 - B(a+c, b+n-c+k) / B(a+c, b+n-c).
    """
    from scipy.special import betaln

    a, b = fit_beta(Tails.of(n, c))
    passes, fails = (a + of_c)[:, None], (b + of_n - of_c)[:, None]
    expected: FloatArray = -np.expm1(betaln(passes, fails + k) - betaln(passes, fails))
    return expected


def _above(values: IntArray, counts: ArrayLike | None, size: int) -> FloatArray:
    histogram = np.bincount(values, counts, minlength=size).astype(np.float64)
    return np.cumsum(histogram[::-1])[::-1][1:]


def _objective(tails: Tails, j: FloatArray, at: FloatArray, precision: float) -> FloatArray:
    a, b = np.exp(at)[..., None]
    likelihood = (
        tails.passes * np.log(a + j)
        + tails.fails * np.log(b + j)
        - tails.attempts * np.log(a + b + j)
    ).sum(axis=-1)
    value: FloatArray = likelihood - 0.5 * precision * (at * at).sum(axis=0)
    return value


def _step(
    tails: Tails, j: FloatArray, at: FloatArray, precision: float, damping: FloatArray
) -> FloatArray:
    """A damped Newton step in (log a, log b)."""
    a, b = np.exp(at)
    inverse_a, inverse_b = 1.0 / (a[..., None] + j), 1.0 / (b[..., None] + j)
    inverse_n = 1.0 / ((a + b)[..., None] + j)
    shared = (tails.attempts * inverse_n).sum(axis=-1)
    bend = (tails.attempts * inverse_n * inverse_n).sum(axis=-1)
    slope_a = a * ((tails.passes * inverse_a).sum(axis=-1) - shared)
    slope_b = b * ((tails.fails * inverse_b).sum(axis=-1) - shared)
    # Minus the second derivatives; the first-order terms may make them indefinite, hence damping.
    h_aa = a * a * ((tails.passes * inverse_a * inverse_a).sum(axis=-1) - bend) - slope_a
    h_bb = b * b * ((tails.fails * inverse_b * inverse_b).sum(axis=-1) - bend) - slope_b
    h_ab = -a * b * bend
    gradient = np.stack([slope_a, slope_b]) - precision * at
    h_aa, h_bb = h_aa + precision, h_bb + precision
    middle, half = (h_aa + h_bb) / 2, np.hypot((h_aa - h_bb) / 2, h_ab)
    lift = damping + np.maximum(0.0, half - middle)
    h_aa, h_bb = h_aa + lift, h_bb + lift
    determinant = h_aa * h_bb - h_ab * h_ab
    step = np.stack(
        [
            (h_bb * gradient[0] - h_ab * gradient[1]) / determinant,
            (h_aa * gradient[1] - h_ab * gradient[0]) / determinant,
        ]
    )
    length = np.maximum(1.0, np.abs(step).max(axis=0) / _LONGEST_STEP)
    shortened: FloatArray = step / length
    return shortened
