"""Models of how pass@k goes on beyond the attempts made, fitted to counts of (n, c)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol, Self

import numpy as np

from passatk.stats.beta_binomial import Tails, fit_beta
from passatk.stats.kernel import pass_table
from passatk.stats.validation import FloatArray, IntArray

ModelName = Literal["beta-binomial", "zero-inflated", "power law"]
# Normal priors of these standard deviations on log a, log b and logit zero keep degenerate fits
# finite; with more than a handful of problems they do not show.
_SPREAD = 3.0
_ZERO_SPREAD = 5.0


@dataclass(frozen=True, slots=True)
class Cells:
    """Distinct (n, c) and the mass of problems that have each, shape (U,)."""

    n: IntArray
    c: IntArray
    mass: FloatArray

    def with_mass(self, mass: FloatArray) -> Cells:
        """The same cells, of those that ``mass`` is not 0 for."""
        kept = mass > 0
        return Cells(self.n[kept], self.c[kept], mass[kept])


class Model(Protocol):
    """A fitted model: pass@k for any k."""

    def solved(self, k: IntArray) -> FloatArray: ...


@dataclass(frozen=True, slots=True)
class BetaBinomial:
    """p ~ Beta(a, b): pass@k = 1 - B(a, b+k)/B(a, b).

    Its mean falls like a power of k in the end, k^-a: no problem is out of reach for ever.
    """

    a: float
    b: float

    @classmethod
    def fit(cls, cells: Cells) -> Self:
        """Maximum likelihood (see :mod:`passatk.stats.beta_binomial`)."""
        a, b = fit_beta(Tails.of(cells.n, cells.c, cells.mass), spread=_SPREAD)
        return cls(float(a), float(b))

    def solved(self, k: IntArray) -> FloatArray:
        """pass@k, shape of k."""
        from scipy.special import betaln

        value: FloatArray = -np.expm1(betaln(self.a, self.b + k) - betaln(self.a, self.b))
        return value

    def pmf(self, n: int) -> FloatArray:
        """The probability of each number of passes in n attempts, shape (n + 1,)."""
        from scipy.special import betaln, gammaln

        c = np.arange(n + 1)
        choose = gammaln(n + 1) - gammaln(c + 1) - gammaln(n - c + 1)
        value: FloatArray = np.exp(
            choose + betaln(self.a + c, self.b + n - c) - betaln(self.a, self.b)
        )
        return value


@dataclass(frozen=True, slots=True)
class ZeroInflated:
    """A beta-binomial for a share 1 - zero of the problems, and p = 0 for the rest.

    ``zero`` is a device of the fit: a problem with p = 0 and one with a tiny p look the same in any
    number of attempts, so it is no estimate of how many problems cannot be solved.
    """

    zero: float
    live: BetaBinomial

    @classmethod
    def fit(cls, cells: Cells) -> Self:
        """Maximum likelihood with the ridge of the beta-binomial, started from that."""
        from scipy.optimize import minimize

        start = BetaBinomial.fit(cells)
        none = float(cells.mass[cells.c == 0].sum() / cells.mass.sum())
        # Half of the problems without a pass, a start inside the bounds.
        share = np.clip(none / 2.0, 1e-3, 1.0 - 1e-3)
        at = np.array([np.log(start.a), np.log(start.b), np.log(share / (1.0 - share))])
        found = minimize(_zero_inflated_loss, at, args=(cells,), jac=True, method="BFGS").x
        a, b = np.exp(found[:2])
        return cls(float(1.0 / (1.0 + np.exp(-found[2]))), BetaBinomial(float(a), float(b)))

    def solved(self, k: IntArray) -> FloatArray:
        """pass@k, shape of k."""
        return (1.0 - self.zero) * self.live.solved(k)

    def pmf(self, n: int) -> FloatArray:
        """The probability of each number of passes in n attempts, shape (n + 1,)."""
        value = (1.0 - self.zero) * self.live.pmf(n)
        value[0] += self.zero
        return value


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """-log pass@k = scale * k^-exponent (arXiv 2407.21787).

    Fitted by least squares of log(-log pass@k) on log k at k = 1, 2, 4, ... and n. These points
    share all their data: the residuals say nothing about the precision of the fit, and no standard
    error of the regression is used.
    """

    scale: float
    exponent: float

    @classmethod
    def fit(cls, cells: Cells) -> Self:
        """Least squares; NaN where fewer than two points lie strictly between 0 and 1."""
        k = doubling(int(cells.n.min()))
        curve = cells.mass @ pass_table(cells.n, cells.c, k) / cells.mass.sum()
        inside = (curve > 0.0) & (curve < 1.0 - 1e-12)
        if inside.sum() < 2:
            return cls(np.nan, np.nan)
        x, y = np.log(k[inside]), np.log(-np.log(curve[inside]))
        slope = float(np.sum((x - x.mean()) * y) / np.sum((x - x.mean()) ** 2))
        return cls(float(np.exp(y.mean() - slope * x.mean())), -slope)

    def solved(self, k: IntArray) -> FloatArray:
        """pass@k, shape of k."""
        value: FloatArray = np.exp(-self.scale * np.asarray(k, dtype=np.float64) ** -self.exponent)
        return value


MODELS: Mapping[ModelName, Callable[[Cells], BetaBinomial | ZeroInflated | PowerLaw]] = (
    MappingProxyType(
        {
            "beta-binomial": BetaBinomial.fit,
            "zero-inflated": ZeroInflated.fit,
            "power law": PowerLaw.fit,
        }
    )
)


def doubling(n: int) -> IntArray:
    """1, 2, 4, ... below n, and n."""
    return np.array([*(2**i for i in range((n - 1).bit_length())), n], dtype=np.int64)


def _zero_inflated_loss(at: FloatArray, cells: Cells) -> tuple[float, FloatArray]:
    """Minus the penalised log-likelihood of (log a, log b, logit zero), and its gradient."""
    from scipy.special import betaln, digamma

    a, b = np.exp(at[:2])
    zero = 1.0 / (1.0 + np.exp(-at[2]))
    n, c = cells.n, cells.c
    live = betaln(a + c, b + n - c) - betaln(a, b)
    d_a = digamma(a + c) - digamma(a) - digamma(a + b + n) + digamma(a + b)
    d_b = digamma(b + n - c) - digamma(b) - digamma(a + b + n) + digamma(a + b)
    never = c == 0
    # For c = 0 the binomial coefficient is 1, so the two parts of the mixture add up as they are.
    live = np.log1p(-zero) + live
    likelihood = np.where(never, np.logaddexp(np.log(zero), live), live)
    from_live = np.exp(live - likelihood)
    gradient = np.array(
        [
            cells.mass @ (from_live * d_a) * a,
            cells.mass @ (from_live * d_b) * b,
            cells.mass @ (1.0 - from_live - zero),
        ]
    )
    ridge = at / np.array([_SPREAD, _SPREAD, _ZERO_SPREAD]) ** 2
    loss = -float(cells.mass @ likelihood) + 0.5 * float(ridge @ at)
    return loss, ridge - gradient
