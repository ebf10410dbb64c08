"""How many attempts a run is to have, and what may change about that later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from passatk.errors import DataError
from passatk.records import Status
from passatk.stats.stopping import StopAtSuccess
from passatk.store import Made, Run


@dataclass(frozen=True, slots=True)
class Plan:
    """One of three: ``attempts`` at each problem; with ``steps``, as many chains of that length;
    with ``rule``, attempts until the rule ends them.

    ``extension`` is what the last ``--extend`` added.
    """

    attempts: int
    steps: int | None = None
    rule: StopAtSuccess | None = None
    extension: int | None = None

    def __post_init__(self) -> None:
        if self.steps is not None and self.rule is not None:
            raise DataError(
                "chains with feedback and a stopping rule at once",
                expected="--feedback or --stop-at: steps of a chain are no independent attempts",
                hint="a chain ends with its first pass in any case",
            )

    @property
    def needs_verdicts(self) -> bool:
        """Whether what is asked depends on how earlier attempts did."""
        return self.steps is not None or self.rule is not None

    @property
    def stopping(self) -> str | None:
        """The rule as ``outcomes.parse_stopping`` takes it."""
        return None if self.rule is None else f"{self.rule.successes}/{self.rule.cap}"

    def most(self, problems: int) -> int:
        """The most attempts there can be."""
        return problems * self.attempts * (self.steps or 1)

    def identity(self) -> dict[str, Any]:
        """What has to be the same for a run to be continued; the number is not part of it."""
        return {"feedback_steps": self.steps, "stopping": self.stopping}

    def to_dict(self) -> dict[str, Any]:
        return {
            "attempts": self.attempts,
            "steps": self.steps,
            "stopping": self.stopping,
            "extension": self.extension,
        }


def continued(
    run: Run, plan: Plan, extend: int | None, problems: int, made: Iterable[Made]
) -> Plan:
    """The plan of a run that goes on.

    An extension that was not finished is continued, not added to once more.

    Args:
        plan: what was asked for now.
        made: the attempts that the run has.

    Raises:
        DataError: another number of attempts, without a word on extending the run.
    """
    before = run.manifest["plan"]
    stored = replace(plan, attempts=before["attempts"], extension=before.get("extension"))
    what = "chains" if plan.steps else "attempts"
    if extend is None:
        if plan.attempts in (stored.attempts, 0):
            return stored
        raise DataError(
            f"run {run.name!r} has {stored.attempts} {what} at each problem",
            field="-n",
            expected=str(stored.attempts),
            found=plan.attempts,
            hint=f"--extend {plan.attempts - stored.attempts} adds the rest"
            if plan.attempts > stored.attempts
            else "choose another name with --name",
        )
    if plan.rule is not None:
        raise DataError(
            f"run {run.name!r} ends by its stopping rule, {plan.stopping}",
            expected="a rule that was made before the first attempt and stays",
            hint="begin another run under another rule",
        )
    if stored.extension == extend and not _is_complete(stored, problems, made):
        return stored
    return replace(stored, attempts=stored.attempts + extend, extension=extend)


def _is_complete(plan: Plan, problems: int, made: Iterable[Made]) -> bool:
    """Whether all attempts are there: every chain to its end, or every number."""
    if plan.steps is None:
        return sum(1 for _ in made) >= plan.most(problems)
    ended = {
        (each.problem, each.chain)
        for each in made
        if each.status is Status.PASSED or each.step == plan.steps - 1
    }
    return len(ended) >= problems * plan.attempts
