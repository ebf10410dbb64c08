"""What the visible tests alone would say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.sensitivity.rescored import Rescored, finding_about, rescored
from passatk.analysis.subject import Subject
from passatk.analysis.wording import describe, holm_words, magnitude, no_information, points, share
from passatk.records import TEST_PASSED, Benchmark, Status
from passatk.stats import Estimate, Outcomes, estimate_values

_WAY = "visible tests only"


@dataclass(frozen=True, slots=True)
class Visible:
    """Visible tests against all.

    Attributes:
        rows: pass@k by the visible tests minus by all.
        false_accept: share of the attempts that pass the visible tests and fail others, of those
            that pass the visible ones; None where none does.
        problems: with both visible and hidden tests, and a letter for each test.
        left_out: other problems with results.
    """

    rows: tuple[Rescored, ...]
    false_accept: Estimate | None
    problems: int
    left_out: int

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "rows": [each.to_dict() for each in self.rows],
            "false_accept": None if self.false_accept is None else self.false_accept.to_dict(),
            "problems": self.problems,
            "left_out": self.left_out,
        }


def visible_only(
    subject: Subject, k: tuple[int, ...], *, level: float, rng: np.random.Generator
) -> Visible | None:
    """Score the run again by its visible tests.

    Returns:
        None where tests are not at hand, or fewer than two problems have visible and hidden ones.
    """
    flags = {} if subject.benchmark is None else _flags(subject.benchmark)
    seen: dict[str, list[tuple[int, bool, bool]]] = {}
    unfit: set[str] = set()
    for row in subject.measured():
        if row.status is None or row.status is Status.JUDGE_ERROR:
            continue
        passed = row.status is Status.PASSED
        own = flags.get(row.problem)
        results = seen.setdefault(row.problem, [])
        # A program that never got to the tests has none, and passes none.
        if own is None or (len(row.tests) != len(own) and (passed or row.tests)):
            unfit.add(row.problem)
            continue
        shown = [letter for letter, flag in zip(row.tests, own, strict=False) if flag]
        accepted = bool(shown) and all(letter == TEST_PASSED for letter in shown)
        results.append((row.number, passed, accepted or passed))
    kept = {name: results for name, results in seen.items() if name not in unfit}
    if len(kept) < 2:
        return None
    stopping = subject.seen.outcomes.stopping
    by_all, by_visible = (
        Outcomes.from_records(
            ((name, row[0], row[at]) for name, results in kept.items() for row in results),
            stopping=stopping,
            clusters=subject.families(kept),
        )
        for at in (1, 2)
    )
    return Visible(
        rows=rescored(by_all, {_WAY: by_visible}, k, level=level, rng=rng),
        false_accept=_false_accept(by_all, by_visible, level),
        problems=len(kept),
        left_out=len(seen) - len(kept),
    )


def about_visible(found: Visible | None, subject: Subject, level: float) -> list[Finding]:
    """What judging by visible tests would change."""
    if found is None:
        words = (
            "The problems are not at hand (--problems): visible and hidden tests cannot be told "
            "apart."
            if subject.benchmark is None
            else "Fewer than two problems have both visible and hidden tests with a result each."
        )
        return [no_information("sensitivity.tests", words, level=level)]
    tests = len(found.rows)
    findings = []
    for row in found.rows:
        shows = row.p_adjusted <= 1.0 - level + 1e-12
        sentence = (
            f"Judged by the visible tests alone, pass@{row.k} would be {magnitude(row.change)} "
            "higher."
            if shows
            else f"No change of pass@{row.k} was found if only visible tests judged: "
            f"{points(row.change)}."
        )
        code = f"sensitivity.tests@{row.k}"
        findings.append(finding_about(code, row, sentence, holm_words(tests, "k"), tests))
    if found.false_accept is not None:
        findings.append(
            describe(
                "sensitivity.false-accept",
                found.false_accept,
                f"Of the attempts that pass the visible tests, {share(found.false_accept)} fail "
                "hidden ones.",
            )
        )
    return findings


def _flags(benchmark: Benchmark) -> Mapping[str, list[bool]]:
    """Which tests are visible, for problems with tests of both kinds."""
    flags = {
        name: [case.visible for case in problem.tests.cases]
        for name, problem in benchmark.problems.items()
    }
    return {name: each for name, each in flags.items() if any(each) and not all(each)}


def _false_accept(by_all: Outcomes, by_visible: Outcomes, level: float) -> Estimate | None:
    """A ratio of sums over problems; its variance is that of (failed_i - R accepted_i) / mean."""
    accepted = by_visible.c / by_visible.n
    wrong = accepted - by_all.c / by_all.n
    mean = float(accepted.mean())
    if mean <= 0.0:
        return None
    ratio = float(wrong.mean()) / mean
    values = ratio + (wrong - ratio * accepted) / mean
    reach = 1.0 + float(np.abs(values).max())
    estimate = estimate_values(
        values,
        by_all,
        metric="false accepts of visible tests",
        bounds=(-reach, reach),
        level=level,
        method="t",
    )
    low = None if estimate.low is None else max(estimate.low, 0.0)
    high = None if estimate.high is None else min(estimate.high, 1.0)
    return replace(estimate, low=low, high=high)
