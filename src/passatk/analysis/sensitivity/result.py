"""All that moves the numbers of a run, as one result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.analysis.chained import independent_attempts
from passatk.analysis.finding import Finding
from passatk.analysis.sensitivity.attempts import Subsampled, about_attempts, subsampled
from passatk.analysis.sensitivity.limits import Limits, about_limits, shorter_limits
from passatk.analysis.sensitivity.manifests import group_runs
from passatk.analysis.sensitivity.problems import (
    Influence,
    LeftOut,
    about_problems,
    categories_left_out,
    influence,
)
from passatk.analysis.sensitivity.rescored import Rescored
from passatk.analysis.sensitivity.runs import RunVariation, about_runs, run_variation
from passatk.analysis.sensitivity.settings import (
    SettingContrast,
    SettingCrossing,
    about_settings,
    setting_contrasts,
    setting_crossings,
)
from passatk.analysis.sensitivity.visible import Visible, about_visible, visible_only
from passatk.analysis.subject import Subject
from passatk.analysis.table import Table
from passatk.analysis.wording import no_information, points, usual_k
from passatk.stats.resampling import DEFAULT_SEED
from passatk.stats.result import percent
from passatk.stats.stopping import StopAtSuccess


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How the numbers of a run move.

    Attributes:
        findings: the answers, in the order of the other fields.
        attempts: pass@k from fewer of the attempts.
        problems: pass@k with one problem left out.
        categories: pass@k with one category left out.
        limits: shorter time limits; None where no CPU seconds were recorded.
        tests: visible tests alone; None where they cannot be told from others.
        runs: variation between runs of the same settings; empty with fewer than three.
        settings: runs with other settings against this one.
        crossings: where their curves cross.
    """

    findings: tuple[Finding, ...]
    attempts: tuple[Subsampled, ...]
    problems: tuple[Influence, ...]
    categories: tuple[LeftOut, ...]
    limits: Limits | None
    tests: Visible | None
    runs: tuple[RunVariation, ...]
    settings: tuple[SettingContrast, ...]
    crossings: tuple[SettingCrossing, ...]

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        several = ("findings", "attempts", "problems", "categories", "runs", "settings")
        document: dict[str, Any] = {
            name: [each.to_dict() for each in getattr(self, name)]
            for name in (*several, "crossings")
        }
        for name in ("limits", "tests"):
            part = getattr(self, name)
            document[name] = None if part is None else part.to_dict()
        return document

    @property
    def tables(self) -> tuple[Table, ...]:
        """Fewer attempts, categories left out, and other ways of judging."""
        tables = []
        if self.attempts:
            rows = [
                [
                    f"pass@{each.k}",
                    str(each.attempts),
                    f"{each.low:.3f} to {each.high:.3f}",
                    f"{each.standard_error:.3f}",
                ]
                for each in sorted(self.attempts, key=lambda row: (row.k, row.attempts))
            ]
            title = f"with fewer attempts ({percent(self.attempts[0].level)} of random choices)"
            columns = ("", "attempts", "would lie in", "standard error")
            tables.append(Table(title, columns, rows))
        if self.categories:
            rows = [
                [each.category, str(each.problems), f"pass@{each.k}", points(each.change)]
                for each in self.categories
            ]
            columns = ("category left out", "problems", "", "change")
            tables.append(Table("without a category", columns, rows))
        judged: list[Rescored] = [] if self.limits is None else list(self.limits.rows)
        judged += [] if self.tests is None else list(self.tests.rows)
        if judged:
            rows = [[e.way, f"pass@{e.k}", f"{e.value:.3f}", points(e.change)] for e in judged]
            tables.append(Table("judged in another way", ("way", "", "value", "change"), rows))
        if self.settings:
            rows = [
                [each.group.short, f"pass@{each.k}", points(each.comparison.change)]
                for each in self.settings
            ]
            tables.append(Table("with other settings", ("setting", "", "change"), rows))
        return tuple(tables)


def analyse(subject: Subject, *, level: float = 0.95, seed: int = DEFAULT_SEED) -> Sensitivity:
    """How the numbers of a run move with what was chosen when it was made.

    Each question has its own family of tests (Holm), named in its findings. Where the run has
    chains, each chain counts as one attempt, and limits and tests are left out.

    Args:
        subject: the run; with ``others``, runs of the same settings or of others.
        level: confidence level, and one minus the error rate of each family.
        seed: of random choices.

    Raises:
        DataError: numbers of attempts that differ with nothing to say why, or other runs that are
            not on the same problems.
    """
    outcomes, _ = independent_attempts(subject)
    groups = group_runs(subject)
    fewest = min(int(o.largest_k.min()) for group in groups for o in group.outcomes)
    ks = usual_k(int(outcomes.largest_k.min()))
    shared = tuple(k for k in ks if k <= fewest) or (1,)
    rng = np.random.default_rng(seed)
    stopped = isinstance(outcomes.stopping, StopAtSuccess)
    attempts = () if stopped else subsampled(outcomes, ks, level=level, rng=rng)
    influences = influence(outcomes, ks)
    categories = categories_left_out(subject, outcomes, ks, level, rng)
    findings = [
        *about_attempts(outcomes, ks, attempts, level),
        *about_problems(influences, categories, outcomes, level),
    ]
    limits = tests = None
    if subject.seen.chained or stopped or len(outcomes) < 2:
        words = (
            "Limits and tests decide how a chain goes on, or when attempts stop: what others would "
            "have given cannot be told from these verdicts."
            if subject.seen.chained or stopped
            else "A single problem cannot tell what other limits or tests would change."
        )
        findings.append(no_information("sensitivity.judging", words, level=level))
    else:
        limits = shorter_limits(subject, ks, level=level, rng=rng)
        tests = visible_only(subject, ks, level=level, rng=rng)
        findings += about_limits(limits, level) + about_visible(tests, subject, level)
    base, *others = groups
    runs = run_variation(base, shared, level)
    findings += about_runs(base, runs, level)
    settings = setting_contrasts(base, others, shared, level)
    crossings = setting_crossings(base, others, level, seed)
    findings += about_settings(settings, crossings, level)
    return Sensitivity(
        tuple(findings),
        attempts,
        influences,
        categories,
        limits,
        tests,
        runs,
        settings,
        crossings,
    )
