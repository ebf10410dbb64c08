"""What the reference solutions of a problem tell about judging it.

Their CPU time sets a calibrated time limit. And where their results cannot cross to the judge as
plain data, the problem is judged in a shared process: it is the problem that decides this, never
a candidate, for which it would be a way around the wall.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from passatk.execution.limits import LimitPolicy, Limits
from passatk.execution.pool import Pool, Task
from passatk.records import CodeTests, Problem, Trust, Verdict


@dataclass(frozen=True, slots=True)
class Calibration:
    """How one problem is judged.

    ``reference_cpu_seconds`` is None where no reference solution passed (or there is none);
    ``warning`` says so in words.
    """

    reference_cpu_seconds: float | None = None
    trust: Trust = Trust.APART
    warning: str | None = None

    def limits(self, policy: LimitPolicy) -> Limits:
        known = self.reference_cpu_seconds
        return policy.limits([] if known is None else [known])

    def to_dict(self) -> dict[str, Any]:
        return {"cpu_seconds": self.reference_cpu_seconds, "trust": str(self.trust)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Calibration:
        return cls(stored["cpu_seconds"], Trust(stored["trust"]))


def calibrate(
    pool: Pool, problems: Iterable[Problem], policy: LimitPolicy
) -> dict[str, Calibration]:
    """Run every reference solution once, under generous limits, and see what follows.

    Returns:
        A calibration for each problem, by its id, in the order given.
    """
    problems = list(problems)
    generous = replace(policy, time_limit=max(policy.ceiling, policy.time_limit or 0)).limits()
    apart = _references(pool, [(p, p.trust) for p in problems], generous)
    failed = [p for p in problems if p.references and not _any_passed(apart[p.id])]
    shared = _references(
        pool,
        [(p, Trust.SHARED_PROCESS) for p in failed if isinstance(p.tests, CodeTests)],
        generous,
    )
    result = {}
    for problem in problems:
        verdicts, trust = apart[problem.id], problem.trust
        if _any_passed(shared.get(problem.id, [])):
            verdicts, trust = shared[problem.id], Trust.SHARED_PROCESS
        result[problem.id] = _calibration(problem, verdicts, trust, policy.time_limit)
    return result


def _references(
    pool: Pool, problems: list[tuple[Problem, Trust]], limits: Limits
) -> dict[str, list[Verdict]]:
    tasks = (
        Task(problem.id, problem, reference.code, limits, trust)
        for problem, trust in problems
        for reference in problem.references
    )
    verdicts: dict[str, list[Verdict]] = {problem.id: [] for problem, _trust in problems}
    for task, verdict in pool.judge(tasks):
        verdicts[task.key].append(verdict)
    return verdicts


def _any_passed(verdicts: list[Verdict]) -> bool:
    return any(verdict.passed for verdict in verdicts)


def _calibration(
    problem: Problem, verdicts: list[Verdict], trust: Trust, time_limit: float | None
) -> Calibration:
    if any(verdict.trust is Trust.SHARED_PROCESS for verdict in verdicts):
        trust = Trust.SHARED_PROCESS
    times = [v.cpu_seconds for v in verdicts if v.passed and v.cpu_seconds is not None]
    warning = None
    if not problem.references:
        warning = "no reference solution: the time limit is not calibrated"
    elif not times:
        said = verdicts[0].detail or verdicts[0].status
        warning = f"no reference solution passes its own tests: {said}"
    elif time_limit is not None and max(times) > time_limit:
        warning = (
            f"a reference solution takes {max(times):.2f} s of CPU, more than the time limit "
            f"of {time_limit:g} s"
        )
    return Calibration(max(times, default=None), trust, warning)
