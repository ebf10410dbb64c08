"""What attempts gain that saw feedback on the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from passatk.analysis.chained import ChainedRun, chains_of
from passatk.analysis.controls import Control, control_for, on_common_problems
from passatk.analysis.costs import price_list
from passatk.analysis.finding import Finding
from passatk.analysis.subject import Subject
from passatk.analysis.table import Table
from passatk.analysis.wording import (
    cell,
    corrected,
    describe,
    detectable,
    gain,
    holm_over,
    magnitude,
    no_information,
    points,
    share,
    student_p,
    verdict_of,
)
from passatk.errors import DataError
from passatk.stats import Caveat, Estimate, Outcomes, estimate, estimate_values
from passatk.stats.order import Chains, FeedbackLift, feedback_lift
from passatk.stats.resampling import DEFAULT_SEED
from passatk.stats.validation import FloatArray

_STEPS = (1, 2, 3, 4, 5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True)
class StepSuccess:
    """What chains reach by a step.

    Attributes:
        step: l, from 1.
        one: share of chains solved within l steps.
        several: the same for the best of ``chains`` chains; None with one chain a problem.
        chains: how many those are.
        at_risk: chains unsolved before the step.
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


@dataclass(frozen=True, slots=True)
class ChainsResult:
    """What chains of attempts achieve.

    Attributes:
        findings: the answers.
        steps: success by step.
        lifts: chains against independent attempts, for one chain and several numbers of steps.
        control: what the independent attempts are; None where there are none.
        cost: ``"cost"``, ``"tokens"`` or ``"attempts"``: what equal cost means.
    """

    findings: tuple[Finding, ...]
    steps: tuple[StepSuccess, ...] = ()
    lifts: tuple[FeedbackLift, ...] = ()
    control: str | None = None
    cost: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            **{n: [e.to_dict() for e in getattr(self, n)] for n in ("findings", "steps", "lifts")},
            "control": self.control,
            "cost": self.cost,
        }

    @property
    def tables(self) -> tuple[Table, ...]:
        """Success by step, then the lifts."""
        if not self.steps:
            return ()
        best = self.steps[0].chains
        columns = ["steps", "one chain", "chains left", "solved by it", "steps spent"]
        rows = [
            [str(s.step), cell(s.one), str(s.at_risk), _rate(s), f"{s.spent:.2f}"]
            for s in self.steps
        ]
        if best > 1:
            columns.insert(2, f"best of {best}")
            for row, each in zip(rows, self.steps, strict=True):
                row.insert(2, "-" if each.several is None else cell(each.several))
        tables = [Table("solved within so many steps", columns, rows)]
        if self.lifts:
            tables.append(
                Table(
                    f"chains minus independent attempts ({self.control})",
                    ("chains x steps", "as many attempts", f"equal {self.cost}", "worth"),
                    [
                        [
                            f"{each.chains} x {each.steps}",
                            points(each.equal_attempts),
                            points(each.equal_cost),
                            f"{each.attempts_spent:.2f} attempts",
                        ]
                        for each in self.lifts
                    ],
                    "at equal cost chains look better even where feedback says nothing: stopping "
                    "at a pass spends steps where they are needed",
                )
            )
        return tuple(tables)


def analyse(subject: Subject, *, level: float = 0.95, seed: int = DEFAULT_SEED) -> ChainsResult:
    """Success by step, and the lift over independent attempts.

    The independent attempts are, where there are such: those of ``subject.control``; attempts of
    the run itself that belong to no chain; the first steps of its chains, which saw no feedback.

    Args:
        subject: the run; its control run too, if there is one.
        level: confidence level; one minus the error rate of the family of lifts.
        seed: not used, nothing is drawn.

    Raises:
        DataError: no chain is whole, or the control run has no problem in common with the chains.
    """
    del seed
    if not subject.seen.chained:
        words = "The run has no chains: no attempt says that it saw feedback on another."
        return ChainsResult((no_information("chains.success", words, level=level),))
    run = chains_of(subject)
    steps = _steps(run.chains, level)
    findings = _success(run, steps, level)
    control = control_for(subject, run)
    lifts: tuple[FeedbackLift, ...] = ()
    cost = None
    if control is not None:
        lifts, cost, tested = _lifts(subject, run, control, level)
        findings += tested
    if not lifts:
        words = (
            "What feedback adds cannot be told: there are no independent attempts at these "
            "problems, as many as the chains have steps. Give a run of them with --control."
        )
        findings.append(no_information("chains.lift", words, level=level))
    return ChainsResult(
        tuple(findings), steps, lifts, control.name if control and lifts else None, cost
    )


def _longest(chains: Chains) -> int:
    """The step up to which every chain is known: solved by it, or made at least that long."""
    unsolved = chains.length[chains.solved_at == 0]
    return int(unsolved.min()) if len(unsolved) else int(chains.solved_at.max())


def _some_steps(longest: int) -> list[int]:
    return sorted({step for step in _STEPS if step < longest} | {longest})


def _after(chains: Chains, step: int) -> Outcomes:
    # How many chains a problem has was settled before any was seen.
    return replace(chains.after(step), stopping="independent")


def _steps(chains: Chains, level: float) -> tuple[StepSuccess, ...]:
    fewest = int(np.bincount(chains.owner).min())
    found = []
    for step in _some_steps(_longest(chains)):
        after = _after(chains, step)
        left = (chains.solved_at == 0) | (chains.solved_at >= step)
        found.append(
            StepSuccess(
                step=step,
                one=estimate(after, 1, level=level)[0],
                several=estimate(after, fewest, level=level)[0] if fewest > 1 else None,
                chains=fewest,
                at_risk=int(left.sum()),
                solved=int((chains.solved_at == step).sum()),
                spent=float(chains.spent(step).mean()),
            )
        )
    return tuple(found)


def _rate(step: StepSuccess) -> str:
    return f"{step.solved} ({step.solved / step.at_risk:.1%})" if step.at_risk else "-"


def _success(run: ChainedRun, steps: Sequence[StepSuccess], level: float) -> list[Finding]:
    chains, first, last = run.chains, steps[0], steps[-1]
    caveats = []
    if run.incomplete:
        words = f"{run.incomplete} chains without all results are left out"
        caveats.append(Caveat("incomplete", words))
    longer = int(np.sum((chains.solved_at == 0) & (chains.length > last.step)))
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
        added = _per_chain(chains, last.step) - _per_chain(chains, 1)
        more = estimate_values(
            added,
            _after(chains, last.step),
            metric=f"solved within {last.step} steps minus solved at once",
            level=level,
            method="t",
        )
        findings.append(
            describe(
                "chains.steps",
                more,
                f"The steps after the first add {gain(more)} to the {share(first.one)} of the "
                "first. More attempts without feedback would add something, too.",
            )
        )
    return findings


def _per_chain(chains: Chains, step: int) -> FloatArray:
    after = chains.after(step)
    values: FloatArray = after.c / after.n
    return values


def _lifts(
    subject: Subject, run: ChainedRun, control: Control, level: float
) -> tuple[tuple[FeedbackLift, ...], str, list[Finding]]:
    """The lifts that the control has attempts for, what cost means, and what the tests say."""
    chains, independent, caveats = on_common_problems(run.chains, control)
    largest = int(independent.n.min())
    wanted = [step for step in _some_steps(_longest(chains)) if 1 < step <= largest]
    prices = price_list(subject, run, control, chains.problems)
    lifts: list[FeedbackLift] = []
    for step in wanted:
        costs = None if prices is None else prices.up_to(step, chains.problems)
        try:
            lifts.append(
                feedback_lift(chains, independent, r=1, steps=step, level=level, costs=costs)
            )
        except DataError:
            # The chains cost more than all independent attempts together.
            break
    of = "attempts" if prices is None else prices.unit
    ps: dict[str, float | None] = {}
    df = len(chains.problems) - 1
    for each in lifts:
        ps[f"attempts {each.steps}"] = student_p(each.equal_attempts, df)
        ps[f"cost {each.steps}"] = student_p(each.equal_cost, df)
    adjusted = holm_over(ps)
    findings = []
    for each in lifts:
        for kind, value in (("attempts", each.equal_attempts), ("cost", each.equal_cost)):
            name = f"{kind} {each.steps}"
            finding = _lift(each, kind, value, of, control, ps[name], adjusted[name], len(ps))
            findings.append(replace(finding, caveats=(*finding.caveats, *caveats)))
    return tuple(lifts), of, findings


def _lift(
    lift: FeedbackLift,
    kind: str,
    value: Estimate,
    unit: str,
    control: Control,
    p: float | None,
    p_adjusted: float | None,
    tests: int,
) -> Finding:
    verdict = verdict_of(p_adjusted, value.level)
    against = (
        f"{lift.steps} independent attempts"
        if kind == "attempts"
        else f"independent attempts at equal cost ({lift.attempts_spent:.2f}, by {unit})"
    )
    if verdict == "found":
        more = "more" if value.value > 0 else "less"
        sentence = (
            f"A chain of {lift.steps} steps with feedback solves {magnitude(value)} {more} than "
            f"{against}."
        )
    else:
        sentence = (
            f"No difference was found between a chain of {lift.steps} steps with feedback and "
            f"{against}: {points(value)}."
        )
    return Finding(
        code=f"chains.lift-at-equal-{kind}.{lift.steps}",
        verdict=verdict,
        sentence=sentence,
        effect=value.value,
        unit=f"{value.metric}, {lift.steps} steps",
        low=value.low,
        high=value.high,
        level=value.level,
        p=p,
        p_adjusted=p_adjusted,
        correction=f"Holm over {tests} lifts",
        smallest_detectable=detectable(value.standard_error, corrected(value.level, tests)),
        method=f"Student's t over problems, against {control.name}",
        problems=value.problems,
        attempts=value.attempts,
        caveats=value.warnings,
    )
