"""All detectors over all problems, with one correction over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.integrity import (
    concentration,
    cutoff,
    hard_coded,
    memorised,
    near_duplicates,
    perturbed,
    sorted_attempts,
    tampering,
)
from passatk.analysis.integrity.evidence import Answer, claimed, corrected
from passatk.analysis.integrity.part import Part
from passatk.analysis.subject import Subject
from passatk.stats import Outcomes, StopAtSuccess
from passatk.stats.resampling import DEFAULT_SEED
from passatk.stats.validation import check_level

DRAWS = 999
_ORDER = ("found", "description", "not found", "no information")


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs that were looked at.

    ``unparsed`` counts attempts that were compared as text; ``distinct`` has the number of
    different programs at each level, summed over problems.
    """

    problems: int
    attempts: int
    missing: int
    unparsed: int
    distinct: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        return {
            "problems": self.problems,
            "attempts": self.attempts,
            "missing": self.missing,
            "unparsed": self.unparsed,
            "distinct": dict(self.distinct),
        }


@dataclass(frozen=True, slots=True)
class IntegrityReport:
    """What the detectors say of a run.

    Attributes:
        findings: what was found first, then descriptions, then what was not found.
        claimed: by the code of a detector that found something: the problems that stand out by
            themselves with their adjusted p (Benjamini and Hochberg over problems).
        programs: what was looked at.
        breaks: attempts that did what no solution needs, with what it was.
        level, draws: 1 - error rate over the detectors, and permutations drawn.
    """

    findings: tuple[Finding, ...]
    claimed: Mapping[str, Mapping[str, float]]
    programs: Programs
    breaks: tuple[tuple[str, str], ...]
    level: float
    draws: int

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "findings": [finding.to_dict() for finding in self.findings],
            "claimed": {code: dict(each) for code, each in self.claimed.items()},
            "programs": self.programs.to_dict(),
            "breaks": [list(each) for each in self.breaks],
            "level": self.level,
            "draws": self.draws,
        }


def conclude(
    parts: Iterable[Part],
    subject: Subject,
    *,
    level: float = 0.95,
    seed: int = DEFAULT_SEED,
    draws: int = DRAWS,
    perturbed_run: Outcomes | None = None,
) -> IntegrityReport:
    """Run all detectors over what was seen of the problems.

    Each tests one question over all problems; Holm's correction over the detectors decides what is
    claimed, so that with nothing to find the chance of any claim is at most 1 - level. Problems
    that stand out by themselves are told by Benjamini and Hochberg's correction over problems.

    Args:
        parts: one for each problem, from ``examine``, in any order.
        subject: the run; its strata, stopping rule, outcomes and cutoff are used.
        level: 1 - error rate, in (0, 1).
        seed: of the permutations, so that the same data give the same p.
        draws: permutations of each detector, >= 1; p is at least 1 / (draws + 1).
        perturbed_run: the same model on changed problems of the same names, where there is such
            a run.

    Raises:
        DataError: a perturbed run with fewer than two problems in common.
        PassatkError: a bad level.
    """
    check_level(level)
    place = {each.name: i for i, each in enumerate(subject.counts)}
    every = sorted(parts, key=lambda part: place.get(part.problem, len(place)))
    seen = [part for part in every if part.n > 0]
    said: list[Answer | Finding] = []
    if seen:
        rngs = iter(np.random.default_rng(seed).spawn(5))
        stopped = isinstance(subject.seen.outcomes.stopping, StopAtSuccess)
        said = [
            near_duplicates.near_duplicates(seen, level=level, draws=draws, rng=next(rngs)),
            concentration.concentration(
                seen, subject.strata, level=level, draws=draws, rng=next(rngs)
            ),
            memorised.memorised(seen, level=level, draws=draws, rng=next(rngs)),
            sorted_attempts.sorted_attempts(
                seen, stopped=stopped, level=level, draws=draws, rng=next(rngs)
            ),
            hard_coded.literals(seen, level=level, draws=draws, rng=next(rngs)),
            hard_coded.visible_only(seen, level=level),
            memorised.near_reference(seen, level=level),
            *cutoff.around_cutoff(seen, subject.strata, subject.cutoff, level=level),
        ]
        if perturbed_run is not None:
            said.append(perturbed.perturbed_drop(subject.seen.outcomes, perturbed_run, level=level))
    said.append(tampering.tampering(seen, level=level))
    findings = corrected(said, level)
    found = {finding.code for finding in findings if finding.verdict == "found"}
    return IntegrityReport(
        findings=tuple(sorted(findings, key=_telling)),
        claimed={
            each.finding.code: claimed(each.p_of_problem, level)
            for each in said
            if isinstance(each, Answer) and each.p_of_problem and each.finding.code in found
        },
        programs=_programs(every),
        breaks=tuple(
            (f"{part.problem}#{number}", kind) for part in seen for number, kind in part.breaks
        ),
        level=level,
        draws=draws,
    )


def _telling(finding: Finding) -> tuple[int, float]:
    """What was found first, the smallest p first."""
    return _ORDER.index(finding.verdict), 1.0 if finding.p_adjusted is None else finding.p_adjusted


def _programs(parts: list[Part]) -> Programs:
    return Programs(
        problems=len(parts),
        attempts=sum(part.n for part in parts),
        missing=sum(part.missing for part in parts),
        unparsed=sum(not facts.parsed for part in parts for facts in part.facts),
        distinct={
            name: sum(len({getattr(facts, name) for facts in part.facts}) for part in parts)
            for name in ("verbatim", "program", "shape")
        },
    )
