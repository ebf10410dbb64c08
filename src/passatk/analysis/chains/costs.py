"""What chains and independent attempts cost, where the samples say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from passatk.analysis.chained import ChainedRun
from passatk.analysis.chains.controls import Control
from passatk.analysis.subject import Subject
from passatk.stats.order import Chains, Costs
from passatk.stats.order.followed import Followed
from passatk.stats.validation import FloatArray

_UNITS = ("cost", "tokens")

Prices = Mapping[str, Mapping[int, float]]
"""Of each attempt that has one, by problem and number."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """What the attempts of a chained run and of its control cost, in one unit.

    ``unit`` is ``"cost"`` or ``"tokens"``, the extra field of the samples that says so.
    """

    unit: str
    run: ChainedRun
    own: Prices
    single: Mapping[str, float]

    def up_to(self, steps: int, chains: Chains) -> Costs:
        """The mean cost of a chain that stops at its pass or after so many steps, by problem.

        A step costs what it costs the chains that come to it, times the share that does.
        """
        spent: dict[str, list[list[float]]] = {
            n: [[] for _ in range(steps)] for n in chains.problems
        }
        for (problem, _), numbers in self.run.numbers.items():
            if problem in spent:
                for step, number in enumerate(numbers[:steps]):
                    spent[problem][step].append(self.own[problem][number])
        comes = Followed.of(chains, steps).unsolved()[:, :-1]
        step_cost = np.array(
            [[fmean(each) if each else 0.0 for each in costs] for costs in spent.values()]
        )
        return Costs(
            (comes * step_cost).sum(axis=1),
            np.array([self.single[name] for name in chains.problems]),
        )

    def by_step(self, steps: int) -> FloatArray:
        """What each step costs the chains that come to it, in units of an independent attempt."""
        spent: list[list[float]] = [[] for _ in range(steps)]
        for (problem, _), numbers in self.run.numbers.items():
            for step, number in enumerate(numbers[:steps]):
                spent[step].append(self.own[problem][number])
        return np.array([fmean(each) for each in spent]) / fmean(self.single.values())


def price_list(
    subject: Subject, run: ChainedRun, control: Control, problems: Sequence[str]
) -> PriceList | None:
    """Prices in the first unit that every attempt of the comparison has; None without one."""
    own = _prices(subject)
    other = own
    if control.kind == "run" and subject.control is not None:
        other = _prices(subject.control)
    elif control.kind == "loose":
        other = _prices(subject, loose=True)
    for unit in _UNITS:
        prices = own[unit]
        known = all(
            number in prices.get(problem, {})
            for (problem, _), numbers in run.numbers.items()
            for number in numbers
        )
        if not known:
            continue
        if control.kind == "first":
            first: dict[str, dict[int, float]] = {}
            for (problem, _), numbers in run.numbers.items():
                first.setdefault(problem, {})[numbers[0]] = prices[problem][numbers[0]]
            single: Prices = first
        else:
            single = other[unit]
        if all(single.get(name) for name in problems):
            means = {name: fmean(single[name].values()) for name in problems}
            return PriceList(unit, run, prices, means)
    return None


def _prices(subject: Subject, *, loose: bool = False) -> dict[str, Prices]:
    """By unit; what is not a positive number is passed over, and so are chains with ``loose``."""
    found: dict[str, dict[str, dict[int, float]]] = {unit: {} for unit in _UNITS}
    for problem in subject.programs():
        for attempt, _ in problem.attempts:
            if loose and attempt.chain is not None:
                continue
            for unit in _UNITS:
                value = attempt.extra.get(unit)
                if isinstance(value, int | float) and 0 < value < float("inf"):
                    found[unit].setdefault(problem.name, {})[attempt.number] = float(value)
    return dict(found)
