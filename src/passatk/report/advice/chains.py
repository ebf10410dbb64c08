"""Chains with feedback: how many of how many steps, and when to start afresh."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from passatk.analysis.chained import ChainedRun, chains_of
from passatk.analysis.chains.controls import Control, control_for, on_common_problems
from passatk.analysis.chains.costs import price_list
from passatk.analysis.subject import Subject
from passatk.report.advice.rows import print_rows
from passatk.report.summary import notes_about
from passatk.report.text import print_notes
from passatk.stats import Estimate
from passatk.stats.decisions import (
    BestPolicy,
    ChainPolicy,
    NextStep,
    Reviewing,
    best_policy,
    next_steps,
)
from passatk.stats.decisions.chain_failures import MOST_STEPS
from passatk.stats.result import many
from passatk.stats.validation import FloatArray

_SHOWN = 5  # best policies in the table, beside those that it says something about


@dataclass(frozen=True, slots=True)
class ChainAdvice:
    """What ``passatk advise`` prints of chains with feedback.

    Attributes:
        run: name of the run.
        chains, length: how many chains there are, and of how many steps.
        value, cost: what a solved problem is worth, and what an independent attempt costs.
        best: the best number of chains and steps, beside the best without feedback.
        next_steps: after each number of failures, going on against starting afresh.
        step_costs: of each step, in units of an independent attempt.
        unit: what these go by: ``"cost"``, ``"tokens"`` or ``"attempts"``.
        control: what fresh attempts are taken from; None where there are none.
        notes: sentences a reader has to know.
    """

    run: str
    chains: int
    length: int
    value: float
    cost: float
    best: BestPolicy
    next_steps: tuple[NextStep, ...]
    step_costs: tuple[float, ...]
    unit: str
    control: str | None
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            **{field.name: getattr(self, field.name) for field in dataclasses.fields(self)},
            "best": self.best.to_dict(),
            "next_steps": [each.to_dict() for each in self.next_steps],
            "step_costs": list(self.step_costs),
            "notes": list(self.notes),
        }


def advise_chains(subject: Subject, assumptions: Reviewing, *, level: float = 0.95) -> ChainAdvice:
    """What follows from chains, where tests tell a pass for certain.

    Of the assumptions only ``value`` and ``generation_cost`` play a part.

    Args:
        subject: a run with chains; its control are independent attempts at the same problems,
            otherwise attempts of the run outside chains, or the first steps of its chains.

    Raises:
        DataError: no chain is known to its end, the control has chains itself, or it has fewer
            than two problems in common with the run.
    """
    found = chains_of(subject)
    chains = found.chains
    notes = notes_about(subject.run, subject.seen, subject.counts)
    fresh = control_for(subject, found)
    independent = None
    if fresh is not None:
        # The first steps of chains are in the chains already.
        if fresh.kind != "first":
            chains, independent, caveats = on_common_problems(chains, fresh)
            notes += [each.message for each in caveats]
    else:
        notes.append(
            "a fresh attempt at a problem that a chain failed has to be another chain's, or an "
            "independent one, and there is none: give a run of them with --control"
        )
    unit, costs = _step_costs(subject, found, fresh, min(chains.longest, MOST_STEPS))
    best = best_policy(
        chains,
        value=assumptions.value,
        cost=assumptions.generation_cost,
        step_costs=costs,
        independent=independent,
        level=level,
    )
    if best.filled_in:
        notes.append(
            f"at {best.filled_in} problems results are missing; the rates of other chains, or of "
            "other problems, stand in for them"
        )
    if best.at_the_edge:
        notes.append("the best makes as many chains or steps as there are; more might be better")
    return ChainAdvice(
        run=subject.run.name,
        chains=len(chains.owner),
        length=chains.longest,
        value=assumptions.value,
        cost=assumptions.generation_cost,
        best=best,
        next_steps=next_steps(chains, step_costs=costs, independent=independent, level=level),
        step_costs=tuple(costs.tolist()),
        unit=unit,
        control=None if fresh is None else fresh.name,
        notes=tuple(notes),
    )


def _step_costs(
    subject: Subject, run: ChainedRun, fresh: Control | None, steps: int
) -> tuple[str, FloatArray]:
    against = fresh or Control("first steps of the chains", run.first_steps, "first")
    shared = [name for name in run.chains.problems if name in set(against.outcomes.problems)]
    prices = price_list(subject, run, against, shared)
    return ("attempts", np.ones(steps)) if prices is None else (prices.unit, prices.by_step(steps))


def print_advice(console: Console, advice: ChainAdvice) -> None:
    """The advice, the policies behind it, and what it assumes."""
    found = advice.best
    console.print(
        Text.assemble(
            (advice.run, "bold"),
            f": {found.problems} problems, {advice.chains} chains of up to "
            f"{many(advice.length, 'step')}",
        ),
        highlight=False,
    )
    console.print()
    rows = [
        ("best", f"{_name(found.best)}; best in {found.best.best_in:.0%} of resampled benchmarks")
    ]
    if found.best.chains:
        rows += [
            ("with that", _achieves(found.best)),
            ("regret", f"{found.best.regret:.4f} a problem, from not knowing the best for certain"),
        ]
    if found.fed is None:
        words = "what it is worth cannot be told: no independent attempts cost as much as a chain"
        rows.append(("feedback", words))
    elif found.low is not None and found.high is not None:
        rows.append(
            (
                "feedback",
                f"{found.gain:+.3f} [{found.low:+.3f}, {found.high:+.3f}] a problem at no more "
                f"cost: {_name(found.fed)}, against {_name(found.independent)}",
            )
        )
    rows += [_after(each, advice.cost) for each in advice.next_steps]
    print_rows(console, rows)
    console.print()
    _print_policies(console, found)
    console.print()
    print_rows(
        console, [("" if at else "assumes", line) for at, line in enumerate(_assumes(advice))]
    )
    print_notes(console, advice.notes)


def _name(policy: ChainPolicy) -> str:
    if policy.chains == 0:
        return "no attempt at all"
    if policy.steps == 1:
        return f"{many(policy.chains, 'independent attempt')} until a pass"
    return f"{many(policy.chains, 'chain')} of up to {policy.steps} steps until a pass"


def _achieves(policy: ChainPolicy) -> str:
    per = policy.cost_per_solved
    return (
        f"solved {policy.solved:.1%}, {policy.attempts:.2f} attempts, utility "
        f"{policy.utility:.3f} a problem"
    ) + ("" if per is None else f"; cost per solved {per:.4g}")


def _after(step: NextStep, cost: float) -> tuple[str, str]:
    name = f"after {many(step.after, 'failure')}"
    if step.going_on is None:
        return name, "not known: hardly a chain fails so often"
    going_on = f"the next step passes {_rate(step.going_on, step.step_cost * cost)}"
    if step.afresh is None:
        return name, f"{going_on}; there is nothing to tell of a fresh attempt"
    afresh = f"a fresh attempt at the same problems {_rate(step.afresh, cost)}"
    return name, f"{step.advice}: {going_on}, {afresh}"


def _rate(chance: Estimate, cost: float) -> str:
    text = f"{chance.value:.1%}"
    if chance.low is not None and chance.high is not None:
        text += f" [{max(chance.low, 0.0):.1%}, {min(chance.high, 1.0):.1%}]"
    return text + (f" at {cost / chance.value:.4g} a solved one" if chance.value > 0 else "")


def _print_policies(console: Console, found: BestPolicy) -> None:
    table = Table(box=None, pad_edge=False)
    for column in (
        "chains",
        "steps",
        "solved",
        "attempts",
        "cost per solved",
        "utility",
        "best in",
    ):
        table.add_column(column, justify="right")
    by_utility = sorted(found.policies, key=lambda each: -each.utility)[:_SHOWN]
    longest = max(each.steps for each in found.policies)
    told = [
        *by_utility,
        found.independent,
        *([found.fed] if found.fed else []),
        *(each for each in found.policies if each.chains == 1 and each.steps in (1, longest)),
    ]
    for each in sorted(set(told), key=lambda row: (row.steps, row.chains)):
        if each.chains:
            per = each.cost_per_solved
            table.add_row(
                str(each.chains),
                str(each.steps),
                f"{each.solved:.1%}",
                f"{each.attempts:.2f}",
                "-" if per is None else f"{per:.4g}",
                f"{each.utility:.3f}",
                f"{each.best_in:.0%}",
            )
    console.print(table)


def _assumes(advice: ChainAdvice) -> list[str]:
    steps = ", ".join(f"{each:.2f}" for each in advice.step_costs)
    by = "taken to be 1 each" if advice.unit == "attempts" else f"{steps}, by {advice.unit}"
    return [
        f"a solved problem is worth {advice.value:g} (--value), an independent attempt "
        f"costs {advice.cost:g} (--generation-cost)",
        f"a step costs, in units of such an attempt: {by}",
        "tests tell a pass for certain, and chains are made one after the other until one; what "
        "a reviewer does plays no part",
        f"fresh attempts are {advice.control or 'not known'}",
    ]
