"""What attempts gain that saw feedback on the one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from passatk.analysis.chained import chains_of
from passatk.analysis.chains.controls import control_for
from passatk.analysis.chains.lifts import lifts_over
from passatk.analysis.chains.success import StepSuccess, about_success, steps_reached
from passatk.analysis.finding import Finding
from passatk.analysis.subject import Subject
from passatk.analysis.table import Table
from passatk.analysis.wording import cell, no_information, points
from passatk.stats.order import FeedbackLift
from passatk.stats.resampling import DEFAULT_SEED


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
            [str(s.step), cell(s.one), str(s.at_risk), s.rate, f"{s.spent:.2f}"] for s in self.steps
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

    A chain with a missing result (a fault of the judge) counts up to there, and what cannot be
    known for that stands in the interval and in caveats.

    The independent attempts are, where there are such: those of ``subject.control``; attempts of
    the run itself that belong to no chain; the first steps of its chains, which saw no feedback.

    Args:
        subject: the run; its control run too, if there is one.
        level: confidence level; one minus the error rate of the family of lifts.
        seed: not used, nothing is drawn.

    Raises:
        DataError: no chain is known to its end, or the control run has no problem in common with
            the chains.
    """
    del seed
    if not subject.seen.chained:
        words = "The run has no chains: no attempt says that it saw feedback on another."
        return ChainsResult((no_information("chains.success", words, level=level),))
    run = chains_of(subject)
    steps = steps_reached(run.chains, level)
    findings = about_success(run.chains, steps, level)
    control = control_for(subject, run)
    lifts: tuple[FeedbackLift, ...] = ()
    cost = None
    if control is not None:
        lifts, cost, tested = lifts_over(subject, run, control, level)
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
