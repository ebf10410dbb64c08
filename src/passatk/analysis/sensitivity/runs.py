"""Runs of the same settings: how much a run owes to itself alone."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from passatk.analysis.finding import Finding
from passatk.analysis.sensitivity.manifests import SettingGroup
from passatk.analysis.wording import corrected, holm_over, holm_words, no_information, verdict_of
from passatk.stats import Caveat
from passatk.stats.comparison import RunComponents, run_components

_FEWEST = 3


@dataclass(frozen=True, slots=True)
class RunVariation:
    """How much runs of the same settings differ, all problems shifting together.

    Attributes:
        k: attempts allowed.
        components: variances between problems, between runs, and the rest.
        spread: standard deviation of pass@k between runs beyond what attempts explain.
        low, high: its interval, from the chi-squared distribution of the runs' mean square.
        p: that runs do not differ (F test).
        p_adjusted: after Holm over all k.
        detectable: the spread that the test finds 8 times in 10.
    """

    k: int
    components: RunComponents
    spread: float
    low: float
    high: float
    p: float | None
    p_adjusted: float | None
    detectable: float

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return dataclasses.asdict(self)


def run_variation(
    group: SettingGroup, k: tuple[int, ...], level: float
) -> tuple[RunVariation, ...]:
    """The spread between runs; empty with fewer than three, from which it cannot be told."""
    if len(group.runs) < _FEWEST:
        return ()
    rows = [_variation(group, each, level, corrected(level, len(k))) for each in k]
    adjusted = holm_over({str(row.k): row.p for row in rows})
    return tuple(dataclasses.replace(row, p_adjusted=adjusted[str(row.k)]) for row in rows)


def about_runs(group: SettingGroup, rows: tuple[RunVariation, ...], level: float) -> list[Finding]:
    """Whether runs differ by more than their attempts explain."""
    count = len(group.runs)
    if not rows:
        words = (
            f"How much a run owes to itself alone is not estimable from {count} "
            f"{'run' if count == 1 else 'runs'} of these settings; give at least {_FEWEST - 1} "
            "more with --with."
        )
        return [no_information("sensitivity.runs", words, level=level)]
    caveats = []
    if not group.told:
        words = "the runs do not say how they were sampled; they are taken to be repetitions"
        caveats.append(Caveat("settings-unknown", words))
    findings = []
    for row in rows:
        verdict = verdict_of(row.p_adjusted, level)
        sentence = {
            "found": f"Runs of the same settings differ in pass@{row.k} by a standard deviation of "
            f"{100 * row.spread:.2f} points beyond the luck of attempts; the interval of a single "
            "run does not hold that.",
            "not found": f"The {count} runs were not found to differ in pass@{row.k} by more than "
            "the luck of attempts.",
            "no information": f"The runs give the same pass@{row.k} at every problem.",
        }[verdict]
        findings.append(
            Finding(
                code=f"sensitivity.runs@{row.k}",
                verdict=verdict,
                sentence=sentence,
                effect=row.spread,
                unit=f"standard deviation of pass@{row.k} between runs",
                low=row.low,
                high=row.high,
                level=level,
                p=row.p,
                p_adjusted=row.p_adjusted,
                correction=holm_words(len(rows), "k"),
                smallest_detectable=row.detectable,
                method="two-way analysis of variance"
                + (" over clusters of problems" if group.outcomes[0].clusters else ""),
                problems=len(group.outcomes[0]),
                attempts=sum(int(each.n.sum()) for each in group.outcomes),
                caveats=tuple(caveats),
            )
        )
    return findings


def _variation(group: SettingGroup, k: int, level: float, test_level: float) -> RunVariation:
    from scipy.special import chdtri, fdtrc, fdtri

    found = run_components(group.outcomes, k)
    assert found.rest is not None
    runs, problems = found.count, found.units
    df, df_rest = runs - 1, (problems - 1) * (runs - 1)
    square = _mean_square(group, k)
    tail = (1.0 - level) / 2.0

    def spread(mean_square: float) -> float:
        return float(max(mean_square - found.rest / problems, 0.0) ** 0.5) if found.rest else 0.0

    rest = found.rest
    critical = float(fdtri(df, df_rest, test_level)) if rest > 0 else 0.0
    # chdtri(df, p): the point that chi-squared exceeds with probability p.
    needed = max(critical * df / float(chdtri(df, 0.8)) - 1.0, 0.0)
    return RunVariation(
        k=k,
        components=found,
        spread=(found.runs or 0.0) ** 0.5,
        low=spread(square * df / float(chdtri(df, tail))),
        high=spread(square * df / float(chdtri(df, 1.0 - tail))),
        p=float(fdtrc(df, df_rest, square * problems / rest)) if rest > 0 else None,
        p_adjusted=None,
        detectable=(rest / problems * needed) ** 0.5,
    )


def _mean_square(group: SettingGroup, k: int) -> float:
    """The variance of the runs' pass@k."""
    from passatk.stats.comparison.pairing import align, pass_by_problem

    means = pass_by_problem(align(list(group.outcomes)), k).mean(axis=0)
    return float(means.var(ddof=1))
