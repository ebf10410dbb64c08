"""What chains reach by a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.wording import describe, gain, share
from passatk.stats import Caveat, Estimate, estimate_values
from passatk.stats.order import Chains, mean_steps, pass_of_chains
from passatk.stats.order.followed import Followed, reached, spanned

_STEPS = (1, 2, 3, 4, 5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True)
class StepSuccess:
    """What chains reach by a step.

    Attributes:
        step: l, from 1.
        one: share of chains solved within l steps.
        several: the same for the best of ``chains`` chains; None with one chain a problem.
        chains: how many those are.
        at_risk: chains unsolved before the step, with a result at it.
        solved: how many of them it solves.
        spent: mean steps of a chain that stops at its first pass, at most l.
    """

    step: int
    one: Estimate
    several: Estimate | None
    chains: int
    at_risk: int
    solved: int
    spent: float

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        several = None if self.several is None else self.several.to_dict()
        plain = {name: getattr(self, name) for name in ("step", "chains", "at_risk", "solved")}
        return {**plain, "one": self.one.to_dict(), "several": several, "spent": self.spent}

    @property
    def rate(self) -> str:
        """How many of the chains at risk the step solves, for a table."""
        return f"{self.solved} ({self.solved / self.at_risk:.1%})" if self.at_risk else "-"


def some_steps(longest: int) -> list[int]:
    """A few of the steps up to the longest, and that one."""
    return sorted({step for step in _STEPS if step < longest} | {longest})


def steps_reached(chains: Chains, level: float) -> tuple[StepSuccess, ...]:
    """Success by step, for one chain and for as many as every problem has results of."""
    lost = np.bincount(chains.owner[chains.lost_at > 0], minlength=len(chains.problems))
    several = max(int((chains.per_problem - lost).min()), 1)
    steps = Followed.of(chains, chains.longest)
    found = []
    for step in some_steps(chains.longest):
        found.append(
            StepSuccess(
                step=step,
                one=pass_of_chains(chains, steps=step, level=level),
                several=pass_of_chains(chains, r=several, steps=step, level=level)
                if several > 1
                else None,
                chains=several,
                at_risk=int(steps.at_risk[:, step - 1].sum()),
                solved=int(steps.solved[:, step - 1].sum()),
                spent=float(mean_steps(chains, step).mean()),
            )
        )
    return tuple(found)


def about_success(chains: Chains, steps: Sequence[StepSuccess], level: float) -> list[Finding]:
    """What chains achieve, and how much of it after their first step."""
    first, last = steps[0], steps[-1]
    caveats = []
    unsolved = (chains.solved_at == 0) & (chains.lost_at == 0)
    longer = int(np.sum(unsolved & (chains.length > last.step)))
    if longer:
        words = f"{longer} chains went on after step {last.step}, where others ended unsolved"
        caveats.append(Caveat("cut", words))
    findings = [
        describe(
            "chains.success",
            replace(last.one, metric=f"chains solved within {last.step} steps"),
            f"{share(last.one)} of the chains are solved within {last.step} steps.",
            caveats=caveats,
        )
    ]
    if last.step > 1:
        more = _after_the_first(chains, last.step, level)
        findings.append(
            describe(
                "chains.steps",
                more,
                f"The steps after the first add {gain(more)} to the {share(first.one)} of the "
                "first. More attempts without feedback would add something, too.",
            )
        )
    return findings


def _after_the_first(chains: Chains, step: int, level: float) -> Estimate:
    at_once, in_the_end = reached(chains, 1, 1), reached(chains, 1, step)
    about = chains.in_the_end()
    least, value, most = (
        estimate_values(
            each - at_once.values,
            about,
            metric=f"solved within {step} steps minus solved at once",
            bounds=(-1.0, 1.0),
            level=level,
            method="t",
        )
        for each in (in_the_end.low, in_the_end.values, in_the_end.high)
    )
    return spanned(value, least, most, ())
