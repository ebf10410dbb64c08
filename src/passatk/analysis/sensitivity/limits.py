"""What shorter time limits would leave of the passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.sensitivity.rescored import Rescored, finding_about, rescored
from passatk.analysis.subject import Subject
from passatk.analysis.wording import holm_words, magnitude, no_information, points
from passatk.execution.limits import LimitPolicy
from passatk.records import Status
from passatk.stats import Caveat, Outcomes

_PARTS = (Fraction(1, 2), Fraction(1, 4), Fraction(1, 8), Fraction(1, 16))


@dataclass(frozen=True, slots=True)
class Limits:
    """Shorter time limits, and what a longer one could change at most.

    Attributes:
        rows: pass@k under each shorter limit minus as judged.
        reference: what the limits are parts of.
        stopped: attempts that the time limit stopped.
        attempts: with a result.
        untimed: passed attempts without CPU seconds, which count as passed under any limit.
    """

    rows: tuple[Rescored, ...]
    reference: str
    stopped: int
    attempts: int
    untimed: int

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        plain = {n: getattr(self, n) for n in ("reference", "stopped", "attempts", "untimed")}
        return {"rows": [each.to_dict() for each in self.rows], **plain}


def shorter_limits(
    subject: Subject, k: tuple[int, ...], *, level: float, rng: np.random.Generator
) -> Limits | None:
    """Score the run again under parts of the limit of each problem.

    A passed attempt fails under a limit t if it took more than t CPU seconds; with tests on
    standard input these are the seconds of its slowest test, which is what a limit is held
    against. A longer limit cannot be tried like this: nobody knows what a stopped program would
    have done.

    Returns:
        None where no CPU seconds were recorded.
    """
    problems: list[str] = []
    records: list[tuple[str, int]] = []
    passed: list[bool] = []
    seconds: list[float] = []
    stopped = untimed = 0
    place: dict[str, int] = {}
    owner: list[int] = []
    for row in subject.measured():
        if row.status is None or row.status is Status.JUDGE_ERROR:
            continue
        if row.problem not in place:
            place[row.problem] = len(problems)
            problems.append(row.problem)
        owner.append(place[row.problem])
        records.append((row.problem, row.number))
        passes = row.status is Status.PASSED
        passed.append(passes)
        seconds.append(-1.0 if row.cpu_seconds is None else row.cpu_seconds)
        untimed += passes and row.cpu_seconds is None
        stopped += row.status is Status.TIME_LIMIT_EXCEEDED
    took = np.array(seconds, dtype=np.float64)
    ok, index = np.array(passed, dtype=np.bool_), np.array(owner, dtype=np.int64)
    if not bool((ok & (took >= 0.0)).any()):
        return None
    known = _limits(subject.run.manifest, problems)
    reference = "the time limit"
    if known is None:
        known = np.full(len(problems), float(took[ok].max()))
        reference = f"the slowest pass ({known[0]:.3g} s)"

    def scored(results: Sequence[bool]) -> Outcomes:
        return Outcomes.from_records(
            ((name, number, bool(r)) for (name, number), r in zip(records, results, strict=True)),
            stopping=subject.seen.outcomes.stopping,
            clusters=subject.families(place),
        )

    ways = {
        f"{part} of {reference}": scored((ok & (took <= float(part) * known[index])).tolist())
        for part in _PARTS
    }
    rows = rescored(scored(passed), ways, k, level=level, rng=rng)
    return Limits(rows, reference, stopped, len(records), untimed)


def about_limits(limits: Limits | None, level: float) -> list[Finding]:
    """The longest limit under which a change shows, or that none does; and what is out of reach."""
    if limits is None:
        words = "No CPU seconds were recorded: shorter time limits cannot be tried."
        return [no_information("sensitivity.time-limit", words, level=level)]
    caveats = []
    if limits.untimed:
        words = f"{limits.untimed} passed attempts have no CPU seconds and pass under any limit"
        caveats.append(Caveat("untimed", words))
    findings = []
    tests = len(limits.rows)
    correction = holm_words(tests, "time limits and k")
    for k in dict.fromkeys(row.k for row in limits.rows):
        rows = [row for row in limits.rows if row.k == k]
        shows = next((row for row in rows if row.p_adjusted <= 1.0 - level + 1e-12), None)
        row = shows or rows[-1]
        if shows:
            sentence = f"With {row.way}, pass@{k} would be {magnitude(row.change)} lower."
        else:
            sentence = f"Down to {row.way} no change of pass@{k} was found: {points(row.change)}."
        code = f"sensitivity.time-limit@{k}"
        findings.append(finding_about(code, row, sentence, correction, tests, *caveats))
    share = limits.stopped / limits.attempts
    findings.append(
        Finding(
            code="sensitivity.longer-limit",
            verdict="description",
            sentence=f"{limits.stopped} attempts ({share:.1%}) were stopped by the time limit: a "
            "longer one can raise the pass rate over all attempts by no more than that.",
            effect=share,
            unit="of attempts",
            level=level,
            method="count",
            attempts=limits.attempts,
        )
    )
    return findings


def _limits(
    manifest: Mapping[str, Any], problems: Sequence[str]
) -> np.ndarray[Any, np.dtype[np.float64]] | None:
    """CPU seconds that each problem was allowed, by what the run recorded; None if it did not."""
    settings = manifest.get("settings", {}).get("limits")
    if not settings:
        return None
    policy = LimitPolicy(**settings)
    calibration = manifest.get("calibration", {})
    allowed = []
    for name in problems:
        reference = calibration.get(name, {}).get("cpu_seconds")
        allowed.append(policy.limits([] if reference is None else [reference]).cpu_seconds)
    return np.array(allowed)
