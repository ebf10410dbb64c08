"""What a single problem, or a category of them, carries."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.subject import Subject
from passatk.analysis.wording import (
    decide,
    holm_over,
    holm_words,
    magnitude,
    no_information,
    verdict_of,
)
from passatk.stats import Estimate, Outcomes
from passatk.stats.metrics import problem_values
from passatk.stats.validation import BoolArray, FloatArray, IntArray

_NAMED = 5
_PERMUTATIONS = 4999
_BLOCK = 1 << 18  # values in a block of permutations


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
    """pass@k without the problems of a category, minus with them; p before and after Holm."""

    category: str
    problems: int
    k: int
    change: Estimate
    p: float
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
    subject: Subject,
    outcomes: Outcomes,
    k: tuple[int, ...],
    level: float,
    rng: np.random.Generator,
) -> tuple[LeftOut, ...]:
    """Leave one category out, and test whether it differs from the rest.

    With the share w of problems in a category, leaving it out changes pass@k by w (m_rest - m_in).
    p is that of random labellings of the problems, since a handful of problems near 0 or 1 have no
    variance to trust; the interval is Student's t with the variance within categories, pooled over
    the category and the rest, and the share taken as fixed. Holm's correction covers all
    categories and k. Problems of a cluster in the same category are labelled together, and sums
    over them take the place of problems in the variance.
    """
    strata = subject.strata
    labels = [strata[name][0] if name in strata else None for name in outcomes.problems]
    names = [each for each in dict.fromkeys(labels) if each is not None]
    # A category for each problem is what leaving out one problem is about.
    if not 2 <= len(names) < len(outcomes) or len(outcomes) < 3:
        return ()
    values = _values(outcomes, k)
    inside = np.array([[label == name for label in labels] for name in names])
    unit = _units(outcomes, labels)
    reached = _reached(values, inside, unit, rng)
    rows: list[LeftOut] = []
    for place, name in enumerate(names):
        for column, each in enumerate(k):
            change = _change(values[:, column], inside[place], unit, each, level, outcomes)
            p = float(reached[place, column])
            rows.append(LeftOut(name, int(inside[place].sum()), each, change, p, None))
    adjusted = holm_over({f"{row.category}@{row.k}": row.p for row in rows})
    return tuple(
        dataclasses.replace(row, p_adjusted=adjusted[f"{row.category}@{row.k}"]) for row in rows
    )


def _units(outcomes: Outcomes, labels: Sequence[str | None]) -> IntArray:
    """What is labelled as a whole: each problem, or those of a cluster in the same category."""
    if outcomes.clusters is None:
        return np.arange(len(outcomes))
    pairs = [f"{own!r} {label!r}" for own, label in zip(outcomes.clusters, labels, strict=True)]
    units: IntArray = np.unique(pairs, return_inverse=True)[1]
    return units


def _reached(
    values: FloatArray, inside: BoolArray, unit: IntArray, rng: np.random.Generator
) -> FloatArray:
    """p of each category and k: random labellings whose category is as far from the mean.

    Units differ in size, and so does a category in a labelling of units: it is its mean that is
    held against that of all.
    """
    centred = values - values.mean(axis=0)
    sums = np.zeros((int(unit.max()) + 1, values.shape[1]))
    np.add.at(sums, unit, centred)
    sizes = np.bincount(unit).astype(np.float64)
    first = np.unique(unit, return_index=True)[1]
    members = inside[:, first].astype(np.float64)
    observed = np.abs(members @ sums) / (members @ sizes)[:, None]
    reached = np.zeros_like(observed)
    size = max(1, _BLOCK // (len(sizes) * values.shape[1]))
    for start in range(0, _PERMUTATIONS, size):
        rows = min(size, _PERMUTATIONS - start)
        order = rng.permuted(np.tile(np.arange(len(sizes)), (rows, 1)), axis=1)
        drawn = np.abs(members @ sums[order]) / (sizes[order] @ members.T)[:, :, None]
        reached += (drawn >= observed - 1e-9).sum(axis=0)
    p: FloatArray = (1.0 + reached) / (1.0 + _PERMUTATIONS)
    return p


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
    for each_k in dict.fromkeys(row.k for row in rows):
        findings.append(_about_categories([r for r in rows if r.k == each_k], len(rows), level))
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
    return decide(
        f"sensitivity.category@{most.k}",
        most.change,
        sentence,
        unit=f"{metric} without category {most.category} minus with it",
        method=f"permuted labels; {most.change.method}",
        p=most.p,
        p_adjusted=most.p_adjusted,
        tests=tests,
        correction=holm_words(tests, "categories and k"),
    )


def _values(outcomes: Outcomes, k: tuple[int, ...]) -> FloatArray:
    values = problem_values(outcomes, np.array(k))
    table: FloatArray = values.table[values.index]
    return table


def _change(
    h: FloatArray,
    inside: BoolArray,
    unit: IntArray,
    k: int,
    level: float,
    outcomes: Outcomes,
) -> Estimate:
    from scipy.special import stdtrit

    own, rest = h[inside], h[~inside]
    share = len(own) / len(h)
    value = share * float(rest.mean() - own.mean())
    left = h - np.where(inside, own.mean(), rest.mean())
    count = int(unit.max()) + 1
    df = count - 2
    if count == len(h):
        squares = float(left @ left)
        variance = squares / max(df, 1) * (1.0 / len(own) + 1.0 / len(rest))
    else:
        # Of the difference of means, the part of each unit; within one category, as units are.
        parts = np.bincount(unit, left * np.where(inside, 1.0 / len(own), 1.0 / len(rest)))
        variance = float(parts @ parts) * count / max(df, 1)
    error = share * variance**0.5
    half = float(stdtrit(df, 0.5 + level / 2.0)) * error if df > 0 else 1.0
    return Estimate(
        metric=f"change of pass@{k}",
        value=value,
        standard_error=error,
        low=max(value - half, -1.0),
        high=min(value + half, 1.0),
        level=level,
        method="t, pooled variance" if count == len(h) else "t, clusters",
        target="superpopulation",
        warnings=(),
        k=k,
        problems=len(h),
        attempts=int(outcomes.n.sum()),
    )
