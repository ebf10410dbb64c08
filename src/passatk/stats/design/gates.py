"""What a gate can rule out, and how many problems it takes.

A gate does not take few problems' word for it that none is lost
(:func:`passatk.stats.comparison.difference.noninferiority_p`). So beside the standard error it is
the number of problems that limits what it can rule out: with 20 problems no margin below 14 points,
whatever the number of attempts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from passatk.errors import PassatkError
from passatk.stats.comparison.difference import skewness_of_losses
from passatk.stats.design.planning import (
    Plan,
    problems_needed,
    smallest_detectable,
    standard_error,
)
from passatk.stats.design.variation import Variation

_STEPS = 60


def ruled_out(error: float, problems: int, *, level: float = 0.95, power: float = 0.8) -> float:
    """The smallest margin that a gate rules out with this power, if nothing was lost.

        max(t e, 1 - alpha^(1/P)) + z_power e,   e the standard error of the change.

    The first is where Student's t passes, t = z_alpha and what the skewness of rare losses of that
    margin asks for beyond it; the second is the smallest share of lost problems that P problems
    would have shown with probability ``level``. For changes at most problems: where most show none,
    it takes more.

    Args:
        error: standard error of the change, >= 0.
        problems: P, >= 2.
        level: of the gate.
        power: the chance to pass, in (0.5, 1).

    Raises:
        PassatkError: a number out of its range.

    >>> round(ruled_out(0.0, 20), 3), round(ruled_out(0.01, 1000), 4)
    (0.139, 0.0251)
    """
    from scipy.special import ndtri

    if problems < 2:
        raise PassatkError(f"problems must be >= 2; got problems={problems!r}")
    normal = smallest_detectable(error, level=level, power=power, sides=1)
    z, reserve = float(ndtri(level)), float(ndtri(power)) * error
    unseen = -np.expm1(np.log1p(-level) / problems)
    if error == 0.0:
        return float(unseen)
    margin = max(normal, unseen)
    density = np.exp(-z * z / 2.0) / np.sqrt(2.0 * np.pi)
    for _ in range(_STEPS):
        further = skewness_of_losses(margin, error**2 * problems, problems, z) / density
        margin = max((z + further) * error, unseen) + reserve
    return float(margin)


def problems_for_gate(
    variation: Variation,
    margin: float,
    attempts: int,
    *,
    runs: int = 1,
    run_variances: Sequence[float] = (),
    level: float = 0.95,
    power: float = 0.8,
) -> int | None:
    """How many problems rule out a loss of ``margin`` with this power; None if no number does.

    The smallest P with :func:`ruled_out` at most ``margin``. Arguments as for
    :func:`passatk.stats.design.problems_needed`.

    >>> problems_for_gate(Variation.from_variances(0.0, 0.001), 0.02, 100)
    150
    """
    fewest = problems_needed(
        variation,
        margin,
        attempts,
        runs=runs,
        run_variances=run_variances,
        level=level,
        power=power,
        sides=1,
    )
    if fewest is None:
        return None

    def enough(problems: int) -> bool:
        plan = Plan(problems, attempts, runs)
        error = standard_error(variation, plan, run_variances=run_variances)
        return ruled_out(error, problems, level=level, power=power) <= margin * (1.0 + 1e-9)

    short, most = fewest - 1, fewest
    while not enough(most):
        short, most = most, 2 * most
    while most - short > 1:
        middle = (short + most) // 2
        short, most = (short, middle) if enough(middle) else (middle, most)
    return most
