"""What decisions about chains rest on: how chains fail together, and what their steps cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError
from passatk.stats.order.chains import Chains
from passatk.stats.order.followed import Followed
from passatk.stats.outcomes import Outcomes
from passatk.stats.validation import FloatArray, IntArray

MOST_STEPS = 20
"""Later steps are not looked at."""


@dataclass(frozen=True, slots=True)
class Factors:
    """The chance that q chains that have failed so far fail a step: q by problem by step.

    Where missing results leave fewer than q, the rate of those that are left stands in, and where
    none is left that of all problems.
    """

    table: tuple[FloatArray, ...]
    steps: int
    filled_in: int

    @classmethod
    def of(cls, chains: Chains, steps: int, most: int) -> Factors:
        followed = Followed.of(chains, steps)
        y, d = followed.at_risk, followed.solved
        everywhere = d.sum(axis=0) / np.maximum(y.sum(axis=0), 1)
        stays = 1.0 - np.where(y > 0, d / np.maximum(y, 1), everywhere)
        table = [np.ones(y.shape)]
        unknown = np.zeros(len(y), dtype=np.bool_)
        for q in range(1, most + 1):
            left = np.maximum(y - q + 1, 1)
            exact = table[-1] * np.maximum(y - d - q + 1, 0) / left
            unknown |= np.isnan(followed.all_fail(np.full(steps, q)))
            table.append(np.where(y >= q, exact, stays**q))
        # Without missing results fewer than q are left only where q together have not all failed.
        return cls(tuple(table), steps, int(unknown.sum()))

    def all_fail(self, powers: IntArray) -> FloatArray:
        """As :meth:`passatk.stats.order.followed.Followed.all_fail`, and never NaN."""
        fails = np.ones(len(self.table[0]))
        for step, power in enumerate(powers.tolist()):
            fails = fails * self.table[power][:, step]
        return fails


def weights_of(step_costs: ArrayLike | None, chains: Chains) -> FloatArray:
    steps = min(chains.longest, MOST_STEPS)
    if step_costs is None:
        return np.ones(steps)
    weights = np.asarray(step_costs, dtype=np.float64)
    if (
        weights.ndim != 1
        or len(weights) < steps
        or not (np.isfinite(weights) & (weights > 0)).all()
    ):
        raise DataError(
            "step_costs are not what the steps cost",
            field="step_costs",
            expected=f"{steps} positive numbers",
            found=f"shape {weights.shape}",
        )
    return weights[:steps]


def aligned_counts(independent: Outcomes, chains: Chains) -> tuple[IntArray, IntArray]:
    place = {name: i for i, name in enumerate(independent.problems)}
    missing = [name for name in chains.problems if name not in place]
    if missing:
        raise DataError(
            "chains and independent attempts are not at the same problems",
            expected="independent attempts at every problem of the chains",
            found=f"none at {len(missing)} of them, such as {missing[0]!r}",
        )
    order = np.array([place[name] for name in chains.problems])
    return independent.n[order], independent.c[order]
