"""Runs with a setting changed: contrasts, and where curves cross."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.sensitivity.manifests import SettingGroup
from passatk.analysis.wording import (
    decide,
    holm_over,
    holm_words,
    magnitude,
    points,
    verdict_of,
)
from passatk.stats import Caveat, Outcomes
from passatk.stats.comparison import Crossing, RepeatedComparison, compare_repeated, crossing
from passatk.stats.comparison.pairing import align


@dataclass(frozen=True, slots=True)
class SettingContrast:
    """Runs with other settings against the run and its repetitions.

    Attributes:
        group: what differs, and in which runs.
        k: attempts allowed.
        comparison: the change of pass@k, over problems and runs.
        p_adjusted: after Holm over all groups and k.
    """

    group: SettingGroup
    k: int
    comparison: RepeatedComparison
    p_adjusted: float

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "setting": self.group.short,
            "runs": list(self.group.runs),
            "k": self.k,
            "comparison": self.comparison.to_dict(),
            "p_adjusted": self.p_adjusted,
        }


@dataclass(frozen=True, slots=True)
class SettingCrossing:
    """Where the curve of runs with other settings crosses that of the run."""

    group: SettingGroup
    crossing: Crossing
    largest: int

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "setting": self.group.short,
            "runs": list(self.group.runs),
            "largest_k": self.largest,
            **self.crossing.to_dict(),
        }


def setting_contrasts(
    base: SettingGroup, others: Sequence[SettingGroup], k: tuple[int, ...], level: float
) -> tuple[SettingContrast, ...]:
    """Each group of runs against the first, at every k.

    Raises:
        DataError: the runs are not on the same problems, or k > n in one of them.
    """
    rows = [
        (group, each, compare_repeated(group.outcomes, base.outcomes, each, level=level))
        for group in others
        for each in k
    ]
    adjusted = holm_over({str(i): row[2].p for i, row in enumerate(rows)})
    return tuple(
        SettingContrast(group, each, comparison, float(adjusted[str(i)] or 0.0))
        for i, (group, each, comparison) in enumerate(rows)
    )


def setting_crossings(
    base: SettingGroup, others: Sequence[SettingGroup], level: float, seed: int
) -> tuple[SettingCrossing, ...]:
    """Crossings of pooled curves: all attempts of the runs of a group together."""
    found = []
    for group in others:
        here, there = align([_pooled(base), _pooled(group)])
        rng = np.random.default_rng(seed)
        largest = int(min(here.largest_k.min(), there.largest_k.min()))
        found.append(SettingCrossing(group, crossing(there, here, level=level, rng=rng), largest))
    return tuple(found)


def about_settings(
    rows: Sequence[SettingContrast], crossings: Sequence[SettingCrossing], level: float
) -> list[Finding]:
    """What a setting changes at each k, then whether the better setting depends on k."""
    findings = [_contrast(row, len(rows), level) for row in rows]
    return [*findings, *(_crossing(each, level) for each in crossings)]


def _contrast(row: SettingContrast, tests: int, level: float) -> Finding:
    change = row.comparison.change
    verdict = verdict_of(row.p_adjusted, level)
    runs = "run " + " and ".join(row.group.runs)
    if verdict == "found":
        where = "higher" if change.value > 0 else "lower"
        sentence = f"With {row.group.name} ({runs}), pass@{row.k} is {magnitude(change)} {where}."
    else:
        sentence = (
            f"With {row.group.name} ({runs}), no change of pass@{row.k} was found: "
            f"{points(change)}."
        )
    caveats = []
    if len(row.group.changed) > 1:
        words = f"{len(row.group.changed)} settings differ; which of them matters cannot be told"
        caveats.append(Caveat("several-settings", words))
    return decide(
        f"sensitivity.setting.{row.group.short}@{row.k}",
        change,
        sentence,
        unit=f"change of pass@{row.k}",
        method=change.method,
        p=row.comparison.p,
        p_adjusted=row.p_adjusted,
        tests=tests,
        correction=holm_words(tests, "settings and k"),
        caveats=caveats,
    )


def _crossing(each: SettingCrossing, level: float) -> Finding:
    found = each.crossing
    if found.supported and found.k is not None:
        sentence = (
            f"With {each.group.name} the curves cross: which setting is ahead changes from "
            f"k = {found.k} [{found.low}, {found.high}] on, and each is surely ahead somewhere."
        )
    else:
        sentence = (
            f"With {each.group.name}, no k up to {each.largest} was found from which on the other "
            "setting is ahead."
        )
    return Finding(
        code=f"sensitivity.crossing.{each.group.short}",
        verdict="found" if found.supported and found.k is not None else "not found",
        sentence=sentence,
        effect=None if found.k is None else float(found.k),
        unit="k at which the curves cross",
        low=None if found.low is None else float(found.low),
        high=None if found.high is None else float(found.high),
        level=level,
        correction="both signs tested for all k together (sign-flip, largest statistic)",
        method=f"bootstrap over problems; {found.probability:.0%} of resamples cross",
        problems=len(each.group.outcomes[0]),
        attempts=sum(int(o.n.sum()) for o in each.group.outcomes),
    )


def _pooled(group: SettingGroup) -> Outcomes:
    runs = align(list(group.outcomes))
    n, c = np.sum([run.n for run in runs], axis=0), np.sum([run.c for run in runs], axis=0)
    return replace(runs[0], n=n, c=c, results=None, scores=None, answers=None)
