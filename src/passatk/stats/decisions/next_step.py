"""A chain has failed so many steps: go on with it, or start afresh?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from passatk.stats.decisions.chain_failures import Factors, aligned_counts, weights_of
from passatk.stats.order.chains import Chains
from passatk.stats.outcomes import Outcomes
from passatk.stats.ratios import ratio_of_means
from passatk.stats.result import Estimate
from passatk.stats.validation import check_level


@dataclass(frozen=True, slots=True)
class NextStep:
    """A chain has failed so many steps: is another step better than a fresh attempt?

    Attributes:
        after: failed steps.
        unsolved: share of chains that fail so many, over problems.
        going_on: the chance that the next step passes.
        afresh: the chance that an independent attempt at the same problems passes; None where
            there are no attempts to tell.
        advantage: the first by what it costs minus the second, per cost of an independent
            attempt; its interval holds for all of the steps together.
        step_cost: of the next step, in units of an independent attempt.
    """

    after: int
    unsolved: float
    going_on: Estimate | None
    afresh: Estimate | None
    advantage: Estimate | None
    step_cost: float

    @property
    def advice(self) -> str:
        """``"go on"``, ``"start afresh"`` or ``"cannot tell"``."""
        if self.advantage is None or self.advantage.low is None or self.advantage.high is None:
            return "cannot tell"
        if self.advantage.low > 0:
            return "go on"
        return "start afresh" if self.advantage.high < 0 else "cannot tell"

    def to_dict(self) -> dict[str, Any]:
        """Every field and the advice as plain data for JSON."""
        parts = {
            name: None if (each := getattr(self, name)) is None else each.to_dict()
            for name in ("going_on", "afresh", "advantage")
        }
        plain = {name: getattr(self, name) for name in ("after", "unsolved", "step_cost")}
        return {**plain, **parts, "advice": self.advice}


def next_steps(
    chains: Chains,
    *,
    step_costs: ArrayLike | None = None,
    independent: Outcomes | None = None,
    level: float = 0.95,
) -> tuple[NextStep, ...]:
    """After each number of failures, the next step against a fresh attempt at the same problem.

    Problems left after l failures are hard ones, for a fresh attempt too. With p the chance of an
    independent attempt, over problems

        going on   E[S(l) - S(l+1)] / E[S(l)]        afresh   E[S(l) p] / E[S(l)],

    where S(l) p takes the failures of a chain and the pass of another one's first step, or of an
    independent attempt. Intervals by the delta method over problems, or clusters of them.

    Args:
        chains: at problems like those to come.
        step_costs, independent: as for :func:`best_policy`.
        level: of the intervals; those of ``advantage`` hold together (Bonferroni).
    """
    check_level(level)
    weights = weights_of(step_costs, chains)
    steps = len(weights)
    of = Factors.of(chains, steps, min(int(chains.per_problem.min()), 2))
    about = chains.in_the_end()
    alone = None if independent is None else aligned_counts(independent, chains)
    together = 1.0 - (1.0 - level) / max(steps - 1, 1)
    found = []
    for after in range(1, steps):
        once = np.arange(steps) < after
        left = of.all_fail(1 * once)
        solves = left - of.all_fail(1 * (np.arange(steps) <= after))
        fresh = None
        if alone is not None:
            n, c = alone
            fresh = left * c / n
        elif len(of.table) > 2:
            fresh = left - of.all_fail(1 * once + (np.arange(steps) == 0))

        step_cost = float(weights[after])
        more = None if fresh is None else solves / step_cost - fresh
        found.append(
            NextStep(
                after=after,
                unsolved=float(left.mean()),
                going_on=ratio_of_means(
                    solves, left, about, "next step passes", k=None, level=level
                ),
                afresh=None
                if fresh is None
                else ratio_of_means(
                    fresh, left, about, "fresh attempt passes", k=None, level=level
                ),
                advantage=None
                if more is None
                else ratio_of_means(
                    more, left, about, "going on minus afresh", k=None, level=together
                ),
                step_cost=step_cost,
            )
        )
    return tuple(found)
