"""What a single problem, or a category of them, carries."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.subject import Subject
from passatk.analysis.wording import (
    corrected,
    detectable,
    holm_over,
    magnitude,
    no_information,
    student_p,
    verdict_of,
)
from passatk.stats import Estimate, Outcomes
from passatk.stats.metrics import problem_values
from passatk.stats.validation import FloatArray

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Influence:
    """How far pass@k moves when one problem is left out.

    Attributes:
        k: attempts allowed.
        value: pass@k with all problems.
        changes: pass@k without a problem minus with it, by problem.
    """

    k: int
    value: float
    changes: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return dataclasses.asdict(self)

    @property
    def largest(self) -> tuple[str, ...]:
        """The problems with the largest changes, largest first."""
        return tuple(sorted(self.changes, key=lambda name: -abs(self.changes[name]))[:_NAMED])


@dataclass(frozen=True, slots=True)
class LeftOut:
    """pass@k without the problems of a category, minus with them.

    ``p`` and ``p_adjusted`` are None for a category of one problem, which has no variance.
    """

    category: str
    problems: int
    k: int
    change: Estimate
    p: float | None
    p_adjusted: float | None

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {**dataclasses.asdict(self), "change": self.change.to_dict()}


def influence(outcomes: Outcomes, k: tuple[int, ...]) -> tuple[Influence, ...]:
    """Leave one out: (m - h_i) / (P - 1) for each problem."""
    if len(outcomes) < 2:
        return ()
    values = _values(outcomes, k)
    found = []
    for column, each in enumerate(k):
        h = values[:, column]
        changes = (h.mean() - h) / (len(h) - 1)
        named = dict(zip(outcomes.problems, changes.tolist(), strict=True))
        found.append(Influence(each, float(h.mean()), named))
    return tuple(found)


def categories_left_out(
    subject: Subject, outcomes: Outcomes, k: tuple[int, ...], level: float
) -> tuple[LeftOut, ...]:
    """Leave one category out, with Welch's t for whether it differs from the rest.

    With the share w of problems in a category, leaving it out changes pass@k by w (m_rest - m_in),
    whose variance is w^2 (s_rest^2/P_rest + s_in^2/P_in), the share taken as fixed. Holm's
    correction covers all categories and k.
    """
    strata = subject.strata
    labels = [strata[name][0] if name in strata else None for name in outcomes.problems]
    names = [each for each in dict.fromkeys(labels) if each is not None]
    if len(names) < 2:
        return ()
    values = _values(outcomes, k)
    rows: list[LeftOut] = []
    for name in names:
        inside = np.array([label == name for label in labels])
        if inside.all():
            continue
        for column, each in enumerate(k):
            change, df = _change(values[:, column], inside, f"pass@{each}", each, level, outcomes)
            p = student_p(change, df) if df else None
            rows.append(LeftOut(name, int(inside.sum()), each, change, p, None))
    adjusted = holm_over({f"{row.category}@{row.k}": row.p for row in rows})
    return tuple(
        dataclasses.replace(row, p_adjusted=adjusted[f"{row.category}@{row.k}"]) for row in rows
    )


def about_problems(
    influences: tuple[Influence, ...], rows: tuple[LeftOut, ...], outcomes: Outcomes, level: float
) -> list[Finding]:
    """The largest influence of a problem, and the categories that carry the number."""
    if not influences:
        words = "A single problem: what it carries is everything."
        return [no_information("sensitivity.problems", words, level=level)]
    findings = []
    for each in influences:
        first = each.largest[0]
        change = each.changes[first]
        findings.append(
            Finding(
                code=f"sensitivity.problems@{each.k}",
                verdict="description",
                sentence=f"Leaving out one problem moves pass@{each.k} by at most "
                f"{100 * abs(change):.2f} points.",
                effect=change,
                unit=f"pass@{each.k} without the problem minus with it",
                level=level,
                method="leave one out",
                problems=len(outcomes),
                attempts=int(outcomes.n.sum()),
                evidence=each.largest,
            )
        )
    known = [row for row in rows if row.p_adjusted is not None]
    for each_k in dict.fromkeys(row.k for row in known):
        findings.append(_about_categories([r for r in known if r.k == each_k], len(known), level))
    return findings


def _about_categories(rows: list[LeftOut], tests: int, level: float) -> Finding:
    most = min(rows, key=lambda row: (row.p_adjusted or 0.0, -abs(row.change.value)))
    verdict = verdict_of(most.p_adjusted, level)
    metric = f"pass@{most.k}"
    if verdict == "found":
        where = "higher" if most.change.value > 0 else "lower"
        sentence = (
            f"Without category {most.category}, {metric} would be {magnitude(most.change)} "
            f"{where}: it differs from the rest."
        )
    else:
        sentence = (
            f"No category was found to carry {metric}: leaving out one moves it by at most "
            f"{100 * max(abs(row.change.value) for row in rows):.1f} points."
        )
    return Finding(
        code=f"sensitivity.category@{most.k}",
        verdict=verdict,
        sentence=sentence,
        effect=most.change.value,
        unit=f"{metric} without category {most.category} minus with it",
        low=most.change.low,
        high=most.change.high,
        level=level,
        p=most.p,
        p_adjusted=most.p_adjusted,
        correction=f"Holm over {tests} categories and k",
        smallest_detectable=detectable(most.change.standard_error, corrected(level, tests)),
        method="Welch's t over problems",
        problems=most.change.problems,
        attempts=most.change.attempts,
    )


def _values(outcomes: Outcomes, k: tuple[int, ...]) -> FloatArray:
    values = problem_values(outcomes, np.array(k))
    table: FloatArray = values.table[values.index]
    return table


def _change(
    h: FloatArray,
    inside: np.ndarray[Any, np.dtype[np.bool_]],
    metric: str,
    k: int,
    level: float,
    outcomes: Outcomes,
) -> tuple[Estimate, int]:
    """The change with its interval, and Welch's degrees of freedom rounded down; 0 if unknown."""
    from scipy.special import stdtrit

    own, rest = h[inside], h[~inside]
    share = len(own) / len(h)
    value = share * float(rest.mean() - own.mean())
    error = low = high = None
    df = 0
    if len(own) > 1 and len(rest) > 1:
        parts = [float(each.var(ddof=1)) / len(each) for each in (own, rest)]
        total = sum(parts)
        error = share * total**0.5
        squares = sum(v**2 / (len(e) - 1) for v, e in zip(parts, (own, rest), strict=True))
        df = max(int(total**2 / squares), 1) if squares > 0 else len(h) - 2
        half = float(stdtrit(df, 0.5 + level / 2.0)) * error
        low, high = max(value - half, -1.0), min(value + half, 1.0)
    estimate = Estimate(
        metric=f"change of {metric}",
        value=value,
        standard_error=error,
        low=low,
        high=high,
        level=level,
        method="welch",
        target="superpopulation",
        warnings=(),
        k=k,
        problems=len(h),
        attempts=int(outcomes.n.sum()),
    )
    return estimate, df
