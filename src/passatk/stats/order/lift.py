"""Chains with feedback against independent attempts: as many of them, and at equal cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.errors import DataError
from passatk.stats.estimation import estimate_values
from passatk.stats.kernel import pass_table
from passatk.stats.order.chains import Chains
from passatk.stats.order.followed import Followed, missing, reached, spanned
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Estimate
from passatk.stats.validation import FloatArray, check_enough_attempts, check_level


@dataclass(frozen=True, slots=True)
class FeedbackLift:
    """What feedback adds to as many attempts without it.

    Attributes:
        chains, steps: r and l.
        equal_attempts: pass(r chains, l steps) minus independent pass@(r l).
        equal_cost: the same minus independent pass@x, where x = r * (mean steps a chain takes when
            it stops at its pass) is ``attempts_spent``, interpolated between whole numbers.
        attempts_spent: x, a mean over problems; where costs are given, what r chains cost in
            units of an independent attempt.
    """

    chains: int
    steps: int
    equal_attempts: Estimate
    equal_cost: Estimate
    attempts_spent: float

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "chains": self.chains,
            "steps": self.steps,
            "equal_attempts": self.equal_attempts.to_dict(),
            "equal_cost": self.equal_cost.to_dict(),
            "attempts_spent": self.attempts_spent,
        }


@dataclass(frozen=True, slots=True)
class Costs:
    """What attempts cost, in tokens, money or seconds.

    Attributes:
        chain: mean of a chain that stops at its first pass or after the steps in question, for
            each problem in the order of the chains, > 0.
        attempt: mean of an independent attempt at the same problems, in the same order, > 0.
    """

    chain: FloatArray
    attempt: FloatArray


def feedback_lift(
    chains: Chains,
    independent: Outcomes,
    *,
    r: int,
    steps: int,
    level: float = 0.95,
    costs: Costs | None = None,
) -> FeedbackLift:
    """Chains with feedback against independent attempts at the same problems.

    Differences are taken problem by problem, with Student's t over problems. At equal cost the
    independent side may make as many attempts at every problem as r chains take on average; that
    this number is itself estimated is part of the interval (delta method). Missing results and
    clusters count as in :func:`passatk.stats.order.pass_of_chains`.

    Args:
        chains: at least r chains of each problem.
        independent: attempts without feedback, at least r * steps of each of the same problems.
        r: chains.
        steps: steps of each chain.
        costs: what to hold equal instead of the number of attempts: x = r E[chain] / E[attempt].

    Raises:
        DataError: other problems, too few chains, steps or attempts, a single problem, or chains
            that cost more than all attempts that there are.
        PassatkError: r or steps < 1, a bad level.
    """
    check_level(level)
    if set(chains.problems) != set(independent.problems):
        alone = sorted(set(chains.problems) ^ set(independent.problems))
        raise DataError(
            "chains and independent attempts are not at the same problems",
            expected="the same problems on both sides",
            found=f"{len(alone)} on one side only, such as {alone[0]!r}",
        )
    place = {name: i for i, name in enumerate(independent.problems)}
    order = np.array([place[name] for name in chains.problems])
    n, c = independent.n[order], independent.c[order]
    known = reached(chains, r, steps)
    check_enough_attempts(n, np.array([r * steps]), chains.problems)

    spent, unit = r * mean_steps(chains, steps), np.ones(len(n))
    if costs is not None:
        spent, unit = r * costs.chain, costs.attempt
    mean_spent = float(spent.mean() / unit.mean())
    whole = int(np.floor(mean_spent))
    further = int(np.ceil(mean_spent))
    if further > int(n.min()):
        raise DataError(
            f"{r} chains of {steps} steps cost as much as {mean_spent:.1f} independent attempts",
            expected=f"at least {further} independent attempts at each problem",
            found=str(int(n.min())),
            hint="make more of them, or ask for fewer steps",
        )
    # Less than one attempt is a share of it: pass@0 = 0.
    below, above, equal = pass_table(n, c, np.array([max(whole, 1), max(further, 1), r * steps])).T
    if whole == 0:
        below = np.zeros(len(n))
    gain = float(np.mean(above - below))
    # The last term has mean 0 and carries the uncertainty of the mean costs.
    overspent = (spent - mean_spent * unit) / unit.mean()
    at_cost = below + (mean_spent - whole) * (above - below) + gain * overspent
    reach = 1.0 + gain * float(np.abs(overspent).max())
    about = chains.in_the_end()
    caveats = missing(chains, known, steps, about)

    def lift(without: FloatArray, metric: str, k: int | None) -> Estimate:
        least, value, most = (
            estimate_values(
                each - without,
                about,
                metric=metric,
                bounds=(-reach, reach),
                k=k,
                level=level,
                method="t",
            )
            for each in (known.low, known.values, known.high)
        )
        return spanned(value, least, most, caveats)

    return FeedbackLift(
        chains=r,
        steps=steps,
        equal_attempts=lift(equal, "feedback lift", r * steps),
        equal_cost=lift(at_cost, "feedback lift at equal cost", None),
        attempts_spent=mean_spent,
    )


def mean_steps(chains: Chains, steps: int) -> FloatArray:
    """Mean steps a chain takes up to ``steps`` if it stops at its first pass, shape (P,).

    Where no chain of a problem can be followed to the end, it is taken to go on unsolved.
    """
    spent: FloatArray = Followed.of(chains, steps).unsolved()[:, :-1].sum(axis=1)
    return spent
