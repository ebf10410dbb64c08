"""A run in a few numbers: how its attempts ended, and pass@k with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from passatk import notebook, outcomes
from passatk.records import Status
from passatk.stats import Estimate, Estimates, Policy, StopAtSuccess, estimate

if TYPE_CHECKING:
    from passatk.store import ProblemCounts, Run

USUAL_K = (1, 10, 100)


@dataclass(frozen=True, slots=True)
class Summary:
    """What ``evaluate``, ``show`` and ``demo`` print of a run.

    ``estimates`` are for problems like these, ``fixed`` the same values with intervals for these
    problems attempted again; ``fixed`` is empty where results decided how many attempts there are.
    ``statuses`` counts attempts; ``notes`` are sentences a reader of the numbers has to know.
    """

    run: str
    benchmark: str | None
    problems: int
    attempts: int
    statuses: Mapping[Status, int]
    estimates: Sequence[Estimate]
    fixed: Sequence[Estimate]
    notes: Sequence[str]
    isolation: str | None

    @classmethod
    def of(
        cls,
        run: Run,
        counts: Sequence[ProblemCounts],
        *,
        estimates: Sequence[Estimate],
        fixed: Sequence[Estimate] = (),
        notes: Sequence[str],
    ) -> Summary:
        """What was estimated from a run, with what its counts say."""
        statuses: Counter[Status] = Counter()
        for each in counts:
            statuses.update(each.statuses)
        return cls(
            run=run.name,
            benchmark=run.benchmark,
            problems=sum(each.attempts > 0 for each in counts),
            attempts=sum(each.attempts for each in counts),
            statuses=dict(statuses.most_common()),
            estimates=estimates,
            fixed=fixed,
            notes=notes,
            isolation=run.manifest.get("settings", {}).get("isolation"),
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; keys: run, benchmark, problems, attempts, statuses, estimates,
        fixed, notes, isolation."""
        return {
            "run": self.run,
            "benchmark": self.benchmark,
            "problems": self.problems,
            "attempts": self.attempts,
            "statuses": {str(status): count for status, count in self.statuses.items()},
            "estimates": [each.to_dict() for each in self.estimates],
            "fixed": [each.to_dict() for each in self.fixed],
            "notes": list(self.notes),
            "isolation": self.isolation,
        }

    def _repr_html_(self) -> str:
        shares = [
            {"status": status.replace("_", " "), "attempts": count}
            for status, count in self.statuses.items()
        ]
        estimates = Estimates(self.estimates)._repr_html_() if self.estimates else ""
        about = f"{self.run}: {self.problems} problems, {self.attempts} attempts"
        return (
            f"<div><b>{notebook.text(about)}</b></div>{estimates}"
            f"{notebook.table(shares, notes=self.notes)}"
        )


def summarize(
    run: Run,
    counts: Sequence[ProblemCounts],
    k: Sequence[int] | None = None,
    *,
    level: float = 0.95,
    policy: Policy = "raise",
    stopping: str | None = None,
) -> Summary:
    """Put a run's counts into words and numbers.

    Args:
        k: attempts allowed; None takes those of 1, 10 and 100 that every problem has results for.
        stopping: what ended the attempts, as for :func:`passatk.outcomes.from_counts`; None takes
            what was recorded with the run.

    Raises:
        DataError: a k that was asked for is larger than a problem's n (under policy "raise"), or
            nothing has been judged, or a k was asked for and problems have different numbers of
            attempts with nothing to say why.
    """
    seen = outcomes.from_counts(counts, outcomes.stopping_of(run, stopping))
    notes = notes_about(run, seen, counts)
    if k is None:
        fewest = int(seen.outcomes.largest_k.min())
        k = [each for each in USUAL_K if each <= fewest]
        missing = [each for each in USUAL_K if each not in k]
        if seen.unexplained:
            k, missing = [], []
            notes.append(
                f"no pass@k: problems have {seen.outcomes.n.min()} to {seen.outcomes.n.max()} "
                "attempts; say what ended them with --stopping"
            )
        if missing and int(seen.outcomes.n.max()) >= missing[0]:
            names = ", ".join(f"pass@{each}" for each in missing)
            notes.append(f"{names} left out: the fewest results at a problem are {fewest}")
    estimates = estimate(seen.outcomes, k, level=level, policy=policy) if k else []
    fixed: list[Estimate] = []
    if isinstance(seen.outcomes.stopping, StopAtSuccess):
        notes.append(
            "no intervals for this benchmark run again: they are for a fixed number of attempts"
        )
    elif k:
        fixed = estimate(seen.outcomes, k, level=level, policy=policy, target="fixed")
    return Summary.of(run, counts, estimates=estimates, fixed=fixed, notes=notes)


def notes_about(run: Run, seen: outcomes.RunOutcomes, counts: Sequence[ProblemCounts]) -> list[str]:
    """Sentences that a reader of any number about the run has to know."""
    notes = []
    settings = run.manifest.get("settings", {})
    if settings.get("isolation") == "process":
        notes.append("judged under weak isolation (process): programs could read this machine")
    attempted = {each.name for each in counts if each.attempts}
    if len(attempted) < len(counts):
        notes.append(f"partial: {len(attempted)} of the {len(counts)} problems were attempted")
    if seen.pending:
        notes.append(f"{seen.pending} attempts are not judged yet and count as missing")
    if seen.judge_errors:
        notes.append(
            f"{seen.judge_errors} attempts could not be judged (judge_error) and count as missing"
        )
    rule, families = seen.outcomes.stopping, seen.outcomes.clusters
    if isinstance(rule, StopAtSuccess):
        notes.append(
            f"attempts ended with pass {rule.successes} or at {rule.cap}: estimated accordingly"
        )
    if families is not None:
        notes.append(
            f"related problems are taken together: intervals are for {len(set(families))} clusters "
            "(CR2), not for single problems"
        )
    elif len(counts) > 1 and counts[0].cluster and len({each.cluster for each in counts}) == 1:
        notes.append(
            f"all problems are of cluster {counts[0].cluster!r}: intervals take them as "
            "independent and are too narrow for others"
        )
    silent = len(attempted.intersection(seen.left_out))
    if silent:
        notes.append(f"{silent} attempted problems have no result and are left out")
    warnings = run.manifest.get("warnings", {})
    if warnings:
        name, words = next(iter(warnings.items()))
        notes.append(f"{len(warnings)} problems have a doubtful reference; {name}: {words}")
    shared = [
        name
        for name, each in run.manifest.get("calibration", {}).items()
        if each["trust"] == "shared-process"
    ]
    if shared:
        notes.append(
            f"{len(shared)} problems are judged in a shared process, where a program that wants "
            f"to can forge its verdict (first: {shared[0]})"
        )
    return notes
