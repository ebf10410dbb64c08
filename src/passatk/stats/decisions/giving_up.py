"""After how many failures is it time to stop trying?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.errors import PassatkError
from passatk.stats.extrapolation.models import BetaBinomial, Cells
from passatk.stats.kernel import distinct_pairs
from passatk.stats.outcomes import Outcomes
from passatk.stats.resampling import DEFAULT_SEED, pair_masses, resampled_masses
from passatk.stats.stopping import check_fixed_n
from passatk.stats.validation import check_level

_NEVER = 2**53


@dataclass(frozen=True, slots=True)
class GivingUp:
    """When to give up on a problem, where a pass is recognised for certain.

    Attributes:
        attempts: the number of failures after which another attempt no longer pays; 0 says that
            not even the first one does.
        low, high: over refits to resampled problems.
        level: of ``low`` and ``high``.
        a, b: of the Beta distribution of pass probabilities.
    """

    attempts: int
    low: int
    high: int
    level: float
    a: float
    b: float

    def chance(self, failures: int) -> float:
        """The chance that the next attempt passes after so many failures, a / (a + b + j)."""
        return self.a / (self.a + self.b + failures)

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def when_to_give_up(
    outcomes: Outcomes,
    *,
    value: float,
    cost: float,
    level: float = 0.95,
    resamples: int = 200,
    rng: np.random.Generator | None = None,
) -> GivingUp:
    """The number of failures after which trying again costs more than it brings.

    With p ~ Beta(a, b) the chance of a pass after j failures is a / (a + b + j). It only falls, so
    stopping at the first j with value * a / (a + b + j) < cost is the best rule of all (the next
    attempt is never worth it for the sake of later ones). Each attempt is judged at once and for
    certain: with a fallible reviewer, see :func:`passatk.stats.decisions.best_k`.

    Args:
        outcomes: attempts at problems like those to come; counts suffice, and they may have been
            stopped by their results: that leaves the likelihood of a and b as it is.
        value: of a pass.
        cost: of making and judging one attempt.
        resamples: refits for ``low`` and ``high``.

    Raises:
        PassatkError: a value or cost that is not positive, a bad level.

    >>> outcomes = Outcomes.from_counts(20, [0, 1, 5, 12, 20] * 10)
    >>> rule = when_to_give_up(outcomes, value=1.0, cost=0.02)
    >>> rule.chance(rule.attempts - 1) >= 0.02 > rule.chance(rule.attempts)
    True
    """
    check_level(level)
    for name, amount in (("value", value), ("cost", cost)):
        if not (np.isfinite(amount) and amount > 0):
            raise PassatkError(f"{name} must be positive and finite; got {name}={amount}")
    check_fixed_n(outcomes.stopping, outcomes.n)
    rng = np.random.default_rng(DEFAULT_SEED) if rng is None else rng
    pairs = distinct_pairs(outcomes.n, outcomes.c)
    cells = Cells(pairs.n, pairs.c, pair_masses(outcomes, pairs))
    fitted = BetaBinomial.fit(cells)
    refits = [
        _failures(BetaBinomial.fit(cells.with_mass(mass)), value, cost)
        for mass in resampled_masses(outcomes, pairs, resamples, rng)
    ]
    attempts = _failures(fitted, value, cost)
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(refits, [tail, 1.0 - tail], method="inverted_cdf")
    return GivingUp(
        attempts=attempts,
        low=min(attempts, int(low)),
        high=max(attempts, int(high)),
        level=level,
        a=fitted.a,
        b=fitted.b,
    )


def _failures(model: BetaBinomial, value: float, cost: float) -> int:
    """The smallest j >= 0 with value * a / (a + b + j) < cost."""
    j = np.floor(value * model.a / cost - model.a - model.b) + 1.0
    return int(np.clip(j, 0, _NEVER))
