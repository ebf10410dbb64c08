"""How many problems and attempts a comparison needs, before it is made.

The variance of a change in pass@k over P problems, with n attempts and R runs of each model, is

    Var = (between + within(n)) / P + tau_a^2 / R_a + tau_b^2 / R_b,

where between is the variance over problems of the true change, within(n) what the chance in n
attempts adds to it at a problem, and tau^2 the variance between runs of a model. Attempts lower
only within, problems lower both, and neither lowers tau.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passatk.errors import PassatkError
from passatk.stats.design.variation import Variation
from passatk.stats.validation import check_level


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: P problems, n attempts at each, R runs of each model."""

    problems: int
    attempts: int
    runs: int = 1

    def __post_init__(self) -> None:
        if not (self.problems >= 1 and self.attempts >= 1 and self.runs >= 1):
            raise PassatkError(
                f"a plan has at least one problem, attempt and run; got problems={self.problems}, "
                f"attempts={self.attempts}, runs={self.runs}"
            )

    @property
    def total(self) -> int:
        """Attempts of one model in all its runs."""
        return self.problems * self.attempts * self.runs


@dataclass(frozen=True, slots=True)
class Split:
    """The best use of a budget.

    Attributes:
        plan: problems and attempts.
        standard_error: of the change, or of the value.
        unconstrained: n* = sqrt((within(1) / between) (cost of a problem / cost of an attempt)),
            the optimum at k = 1 before rounding and n >= k; None at larger k.
    """

    plan: Plan
    standard_error: float
    unconstrained: float | None


def standard_error(
    variation: Variation, plan: Plan, *, run_variances: Sequence[float] = ()
) -> float:
    """The standard error that a plan will give.

    Args:
        variation: of the change, or of a value.
        plan: problems, attempts, runs.
        run_variances: tau^2 of each model (``RunComponents.runs``); empty if there is none to
            speak of, which is an assumption.
    """
    problems = variation.between + variation.within(plan.attempts) / plan.runs
    return float(np.sqrt(problems / plan.problems + sum(run_variances) / plan.runs))


def smallest_detectable(
    error: float, *, level: float = 0.95, power: float = 0.8, sides: int = 2
) -> float:
    """The true change found with this power: (z_alpha + z_power) * standard error.

    Args:
        error: standard error of the change.
        level: 1 - alpha.
        power: chance of finding it, in (0.5, 1).
        sides: 2 for a difference either way, 1 for ruling out a loss (a gate; the margin then).

    >>> round(smallest_detectable(0.01), 4)
    0.028
    """
    from scipy.special import ndtri

    check_level(level)
    _check_power(power)
    if not error >= 0:
        raise PassatkError(f"error must be >= 0; got error={error!r}")
    return float(_quantile(level, sides) + ndtri(power)) * error


def power(effect: float, error: float, *, level: float = 0.95, sides: int = 2) -> float:
    """The chance that a true change is found: P(Z > z_alpha - effect / standard error).

    With two sides the chance of claiming the wrong sign is not counted.

    >>> round(power(0.028, 0.01), 2)
    0.8
    """
    from scipy.special import ndtr

    check_level(level)
    if not (error > 0 and abs(effect) < np.inf):
        raise PassatkError(
            f"power needs a finite effect and an error > 0; got effect={effect!r}, error={error!r}"
        )
    return float(ndtr(abs(effect) / error - _quantile(level, sides)))


def problems_needed(
    variation: Variation,
    effect: float,
    attempts: int,
    *,
    runs: int = 1,
    run_variances: Sequence[float] = (),
    level: float = 0.95,
    power: float = 0.8,
    sides: int = 2,
) -> int | None:
    """How many problems find a true change of ``effect``; None if no number does.

    P = (between + within(n) / R) / ((effect / (z_alpha + z_power))^2 - sum(tau^2) / R), rounded
    up, and at least 2. None where the runs alone vary too much: then more runs are needed.
    """
    if not effect > 0 or runs < 1:
        raise PassatkError(
            f"effect must be > 0 and runs at least 1; got effect={effect!r}, runs={runs}"
        )
    wanted = (effect / smallest_detectable(1.0, level=level, power=power, sides=sides)) ** 2
    left = wanted - sum(run_variances) / runs
    if left <= 0:
        return None
    # What is left is an estimate to few digits: 0.1 must not ask for one problem more than 0.1.
    problems = (variation.between + variation.within(attempts) / runs) / left
    return max(2, int(np.ceil(round(problems, 6))))


def best_split(
    variation: Variation,
    budget: float,
    *,
    cost_problem: float = 0.0,
    cost_attempt: float = 1.0,
    most_problems: int | None = None,
    fewest_attempts: int | None = None,
) -> Split:
    """Problems and attempts with the smallest standard error for a budget.

    Each n from the fewest allowed up is tried (beyond 200 more, 400 of them), with as many
    problems as the budget then pays for: P = budget / (cost_problem + n cost_attempt).

    Args:
        variation: of the change, or of a value.
        budget: for one run of a model, in the unit of the costs.
        cost_problem: of having a problem at all (writing, checking, prompt tokens), >= 0.
        cost_attempt: of one attempt, > 0.
        most_problems: how many there are; None for any number.
        fewest_attempts: at a problem; by default 2k, which keeps the variance estimable. k is the
            least possible.

    Raises:
        PassatkError: a budget that does not pay for two problems, or impossible costs.

    >>> best_split(Variation.from_variances(0.01, 0.16), 10_000, cost_problem=4.0).plan
    Plan(problems=833, attempts=8, runs=1)
    """
    fewest = 2 * variation.k if fewest_attempts is None else fewest_attempts
    if fewest < variation.k or cost_problem < 0 or not cost_attempt > 0:
        raise PassatkError(
            f"best_split needs fewest_attempts >= k={variation.k}, cost_problem >= 0 and "
            f"cost_attempt > 0; got {fewest}, {cost_problem}, {cost_attempt}"
        )
    if not 0 < budget < np.inf:
        raise PassatkError(f"budget must be positive and finite; got budget={budget!r}")
    if most_problems is not None and most_problems < 2:
        raise PassatkError(f"most_problems must be at least 2; got most_problems={most_problems}")
    most = int((budget / 2 - cost_problem) // cost_attempt)
    if most < fewest:
        raise PassatkError(
            f"a budget of {budget} does not pay for two problems with {fewest} attempts each"
        )
    best: Split | None = None
    free = None
    if variation.k == 1 and variation.between > 0:
        one = variation.within(1)
        free = float(np.sqrt(one / variation.between * cost_problem / cost_attempt))
    for n in _grid(fewest, most):
        problems = int(budget // (cost_problem + n * cost_attempt))
        plan = Plan(min(problems, most_problems or problems), n)
        error = standard_error(variation, plan)
        if best is None or error < best.standard_error:
            best = Split(plan, error, free)
    assert best is not None
    return best


def _grid(fewest: int, most: int) -> list[int]:
    """Every n up to 200 more than the fewest, then 400 in equal ratios."""
    near = np.arange(fewest, min(most, fewest + 200) + 1)
    far = np.geomspace(near[-1], most, 400).round().astype(int) if most > near[-1] else near
    return [int(n) for n in np.unique(np.concatenate([near, far]))]


def _quantile(level: float, sides: int) -> float:
    from scipy.special import ndtri

    if sides not in (1, 2):
        raise PassatkError(f"sides must be 1 or 2; got sides={sides}")
    return float(ndtri(1 - (1 - level) / sides))


def _check_power(power: float) -> None:
    if not 0.5 < power < 1:
        raise PassatkError(f"power must satisfy 0.5 < power < 1; got power={power!r}")
