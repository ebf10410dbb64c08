"""What a run achieves: its curve, why more attempts help, where, how soon, and how reliably."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from passatk.analysis.chained import independent_attempts
from passatk.analysis.curve import Band, band
from passatk.analysis.finding import Finding
from passatk.analysis.parts import Breakdown, break_down
from passatk.analysis.subject import Subject
from passatk.analysis.table import Table
from passatk.analysis.wording import (
    cell,
    describe,
    gain,
    no_information,
    number,
    share,
    usual_k,
)
from passatk.stats import Caveat, Estimate, Outcomes, estimate, estimate_values
from passatk.stats.attempts_needed import AttemptsNeeded, needed_on_curve
from passatk.stats.gap import Gap, GapReport, gap_report
from passatk.stats.resampling import DEFAULT_SEED
from passatk.stats.stopping import StopAtSuccess

_SHARES = (0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a run achieves.

    Attributes:
        findings: the answers.
        capability: pass@k for problems like these.
        again: pass@k for these problems attempted again; empty where attempts ended with a pass.
        reliability: pass^k, all of k attempts pass; ``attempts`` the mean number until the first
            pass, at most k.
        curve: pass@k for every k, with the interval of each k by itself.
        gap: the gain over pass@1, split; None with a single problem or attempt.
        solved: share of problems never, sometimes and always solved.
        needed: attempts until a share of the problems is solved.
        parts: by category, difficulty and cluster, where there are any.
    """

    findings: tuple[Finding, ...]
    capability: tuple[Estimate, ...]
    again: tuple[Estimate, ...]
    reliability: tuple[Estimate, ...]
    attempts: tuple[Estimate, ...]
    curve: Band
    gap: GapReport | None
    solved: tuple[Estimate, ...]
    needed: tuple[AttemptsNeeded, ...]
    parts: tuple[Breakdown, ...]

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        document: dict[str, Any] = {"findings": [each.to_dict() for each in self.findings]}
        for name in ("capability", "again", "reliability", "attempts", "solved", "needed", "parts"):
            document[name] = [each.to_dict() for each in getattr(self, name)]
        document["curve"] = self.curve.to_dict()
        document["gap"] = None if self.gap is None else self.gap.to_dict()
        return document

    @property
    def tables(self) -> tuple[Table, ...]:
        """pass@k beside pass^k, then a table for each breakdown."""
        again = {each.k: cell(each).partition(" ")[2] for each in self.again}
        reliable = {each.k: cell(each) for each in self.reliability}
        spent = {each.k: number(each) for each in self.attempts}
        rows = [
            [
                str(each.k),
                cell(each),
                again.get(each.k, "-"),
                reliable.get(each.k, "-"),
                spent.get(each.k, "-"),
            ]
            for each in self.capability
        ]
        first = Table(
            "capability and reliability",
            ("k", "pass@k", "these problems again", "pass^k", "attempts to a pass, at most k"),
            rows,
            "intervals for problems like these, but for the third column",
        )
        return (first, *(each.table for each in self.parts))


def analyse(subject: Subject, *, level: float = 0.95, seed: int = DEFAULT_SEED) -> Profile:
    """The profile of a run.

    Where the run has chains, each chain counts as one attempt.

    Args:
        subject: the run.
        level: confidence level of all intervals, in (0, 1).
        seed: of the bootstrap and the permutations.

    Raises:
        DataError: numbers of attempts that differ between problems, and nothing says why.
    """
    outcomes, caveats = independent_attempts(subject)
    rng = np.random.default_rng(seed)
    largest = int(outcomes.largest_k.min())
    ks = usual_k(largest)
    stopped = isinstance(outcomes.stopping, StopAtSuccess)
    capability = tuple(estimate(outcomes, ks, level=level))
    again = () if stopped else tuple(estimate(outcomes, ks, level=level, target="fixed"))
    reliability = () if stopped else tuple(estimate(outcomes, ks, metric="pass^k", level=level))
    attempts = tuple(estimate(outcomes, ks[1:], metric="attempts@k", level=level)) if ks[1:] else ()
    gap = None
    if len(outcomes) > 1 and ks[1:]:
        gap = gap_report(outcomes, ks[1:], level=level, rng=rng)
    curve = band(outcomes, level)
    solved = () if stopped else _solved(outcomes, level)
    needed = tuple(needed_on_curve(curve.curve, each, level=level) for each in _SHARES)
    parts = tuple(break_down(subject, outcomes, (1, ks[-1]), level=level, rng=rng))
    profile = Profile(
        (), capability, again, reliability, attempts, curve, gap, solved, needed, parts
    )
    return replace(profile, findings=tuple(_findings(profile, outcomes, caveats, level)))


def _solved(outcomes: Outcomes, level: float) -> tuple[Estimate, ...]:
    kinds = {
        "never solved": outcomes.c == 0,
        "sometimes solved": (outcomes.c > 0) & (outcomes.c < outcomes.n),
        "always solved": outcomes.c == outcomes.n,
    }
    return tuple(
        estimate_values(kind.astype(np.float64), outcomes, metric=name, level=level)
        for name, kind in kinds.items()
    )


def _findings(
    profile: Profile, outcomes: Outcomes, caveats: Sequence[Caveat], level: float
) -> list[Finding]:
    findings = [
        describe(
            f"profile.{each.metric}",
            each,
            f"{each.metric} is {share(each)} for problems like these.",
            caveats=caveats if each.k == 1 else (),
        )
        for each in profile.capability
    ]
    if profile.gap is None:
        findings.append(
            no_information(
                "profile.gap",
                "With a single problem, or a single attempt at each, luck and differences between "
                "problems cannot be told apart.",
                level=level,
            )
        )
    else:
        findings += [_gap(each) for each in profile.gap.gaps]
        findings += _heterogeneity(profile.gap)
    findings += _about_solved(profile, outcomes)
    findings += _about_needed(profile)
    findings += [_reliable(one, all_) for one, all_ in _pairs(profile)]
    return [*findings, *(each.finding for each in profile.parts)]


def _gap(gap: Gap) -> Finding:
    return describe(
        f"profile.gap@{gap.k}",
        gap.gain,
        f"{gap.k} attempts solve {gain(gap.gain)} more than one. If all problems were equally "
        f"hard it would be {gain(gap.alike)}; {gain(gap.loss)} of that are lost because "
        "problems differ.",
    )


def _heterogeneity(report: GapReport) -> list[Finding]:
    if report.icc is None or report.luck is None:
        return []
    return [
        describe(
            "profile.heterogeneity",
            report.icc,
            f"{share(report.icc)} of the variance of one attempt lies between problems; the rest "
            f"is luck within them: E[p(1-p)] = pass@2 - pass@1 = {number(report.luck)}.",
        )
    ]


def _about_solved(profile: Profile, outcomes: Outcomes) -> list[Finding]:
    if not profile.solved:
        return []
    never, sometimes, always = profile.solved
    fewest, most = int(outcomes.n.min()), int(outcomes.n.max())
    made = str(most) if fewest == most else f"{fewest} to {most}"
    return [
        describe(
            "profile.never",
            never,
            f"{share(never)} of the problems were never solved in {made} attempts, "
            f"{share(sometimes)} sometimes and {share(always)} always. Never so far is not never: "
            "a small chance and none look alike.",
        )
    ]


def _about_needed(profile: Profile) -> list[Finding]:
    findings = []
    half = profile.needed[1]
    if half.value is not None:
        high = "more than there are" if half.high is None else str(half.high)
        findings.append(
            Finding(
                code="profile.attempts-needed",
                verdict="description",
                sentence=f"Half of the problems are solved within {half.value} attempts "
                f"[{half.low}, {high}].",
                effect=float(half.value),
                unit="attempts until half of the problems are solved",
                low=None if half.high is None or half.low is None else float(half.low),
                high=None if half.high is None or half.low is None else float(half.high),
                level=half.level,
                method="inverted intervals of pass@k",
                problems=profile.capability[0].problems,
                attempts=profile.capability[0].attempts,
            )
        )
    if profile.attempts:
        last = profile.attempts[-1]
        findings.append(
            describe(
                "profile.attempts-spent",
                last,
                f"Who stops at the first pass, or after {last.k} attempts, makes {number(last)} "
                "attempts at a problem on average.",
            )
        )
    return findings


def _pairs(profile: Profile) -> list[tuple[Estimate, Estimate]]:
    return list(zip(profile.capability[1:], profile.reliability[1:], strict=False))


def _reliable(one: Estimate, every: Estimate) -> Finding:
    return describe(
        f"profile.{every.metric}",
        every,
        f"All of {every.k} attempts pass at {share(every)} of the problems, at least one at "
        f"{100 * one.value:.1f} %.",
    )
