"""Are problems from before a training cutoff solved more often than later ones?

Problems drift: later ones may be harder, and then older ones are solved more often without being
known. So it is not the difference of the two sides that is tested but a step at the cutoff, beside
a steady drift with date and among problems of one difficulty,

    pass rate = a + b [date <= cutoff] + c date + d (difficulty) + e,

by least squares with a variance that may differ between problems (HC3; sums over clusters, CR1).
Steps at other dates, on one side of the cutoff alone, say what a step is worth here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.integrity.evidence import Answer, nothing
from passatk.analysis.integrity.part import Part
from passatk.analysis.wording import points
from passatk.outcomes import families
from passatk.stats import Estimate
from passatk.stats.result import Caveat
from passatk.stats.validation import BoolArray, FloatArray

CODE = "integrity.cutoff"
DIFFERENCE = "integrity.cutoff-difference"

_FEWEST = 5  # problems on either side
_MOST_PLACEBOS = 20
_YEAR = 365.25

Strata = Mapping[str, tuple[str | None, str | None, str | None]]


@dataclass(frozen=True, slots=True)
class _Dated:
    """The pass rate, day, difficulty and cluster of each problem with a date."""

    rate: FloatArray
    day: FloatArray
    difficulty: np.ndarray
    cluster: np.ndarray
    attempts: int

    def some(self, kept: BoolArray) -> _Dated:
        return _Dated(
            self.rate[kept],
            self.day[kept],
            self.difficulty[kept],
            self.cluster[kept],
            self.attempts,
        )


def around_cutoff(
    parts: Sequence[Part], strata: Strata, cutoff: date | None, *, level: float
) -> list[Answer | Finding]:
    """The step at the cutoff, tested, and the plain difference between the two sides.

    Args:
        strata: category, difficulty and cluster by problem.
        cutoff: the last day from which training data may be.
    """
    dated = [part for part in parts if part.date is not None]
    if cutoff is None or not dated:
        return [_cannot(dated)]
    about = _dated(dated, strata)
    before = about.day <= cutoff.toordinal()
    sides = int(before.sum()), int((~before).sum())
    if min(sides) < _FEWEST:
        words = (
            f"{sides[0]} problems are dated up to {cutoff} and {sides[1]} later; each side needs "
            f"at least {_FEWEST}."
        )
        return [nothing(CODE, words, problems=len(dated))]
    caveats = _left_out(parts, dated)
    found: list[Answer | Finding] = [_difference(about, before, cutoff, caveats, level)]
    found_step = _step(about, cutoff.toordinal(), level)
    if found_step is None:
        words = (
            "A step at the cutoff cannot be told from a steady drift with date: there are too few "
            "different dates."
        )
        return [nothing(CODE, words, problems=len(dated)), *found]
    return [_answer(*found_step, about, before, cutoff, caveats), *found]


def _cannot(dated: Sequence[Part]) -> Finding:
    if not dated:
        words = "Problems carry no dates, so older ones cannot be held against ones after a cutoff."
        return nothing(CODE, words)
    return nothing(
        CODE,
        f"{len(dated)} problems have dates; --cutoff DATE, the last day of the model's training "
        "data, holds older problems against later ones.",
        problems=len(dated),
    )


def _left_out(parts: Sequence[Part], dated: Sequence[Part]) -> tuple[Caveat, ...]:
    if len(dated) == len(parts):
        return ()
    return (Caveat("undated", f"{len(parts) - len(dated)} problems without a date are left out"),)


def _dated(parts: Sequence[Part], strata: Strata) -> _Dated:
    known = [strata.get(part.problem, (None, None, None)) for part in parts]
    labels = families({p.problem: own[2] for p, own in zip(parts, known, strict=True)})
    names = [part.problem for part in parts]
    return _Dated(
        rate=np.array([part.c / part.n for part in parts]),
        day=np.array([part.date.toordinal() for part in parts if part.date], dtype=np.float64),
        difficulty=np.array([own[1] or "" for own in known]),
        cluster=np.array(names if labels is None else [labels[name] for name in names]),
        attempts=sum(part.n for part in parts),
    )


def _step(about: _Dated, day: float, level: float) -> tuple[Estimate, int] | None:
    """b of the regression, and its degrees of freedom; None where a drift could be it as well."""
    before = (about.day <= day).astype(np.float64)
    levels = np.unique(about.difficulty)[1:]
    design = np.column_stack(
        [
            before,
            np.ones(len(before)),
            (about.day - about.day.mean()) / _YEAR,
            *((about.difficulty == each).astype(np.float64) for each in levels),
        ]
    )
    count, width = design.shape
    if count - width < _FEWEST or np.linalg.matrix_rank(design) < width:
        return None
    inverse = np.linalg.inv(design.T @ design)
    left = about.rate - design @ (inverse @ (design.T @ about.rate))
    weights = design @ inverse[0]
    clusters = np.unique(about.cluster, return_inverse=True)[1]
    groups = int(clusters.max()) + 1
    if groups == count:
        leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
        # A problem that decides its own fitted value says nothing of the variance.
        parts, df = weights * left / np.maximum(1.0 - leverage, 1e-9), count - width
        variance = float(parts @ parts)
    else:
        sums = np.bincount(clusters, weights * left)
        df = groups - 1
        variance = float(sums @ sums) * groups / max(df, 1) * (count - 1) / (count - width)
    if df < 1:
        return None
    value = float(weights @ about.rate)
    return _estimate("step at the cutoff", value, variance**0.5, df, about, level), df


def _estimate(
    metric: str, value: float, error: float, df: float, about: _Dated, level: float
) -> Estimate:
    from scipy.special import stdtrit

    half = float(stdtrit(df, 0.5 + level / 2.0)) * error
    return Estimate(
        metric=metric,
        value=value,
        standard_error=error,
        low=value - half,
        high=value + half,
        level=level,
        method=f"t, {df:.0f} degrees of freedom",
        target="superpopulation",
        warnings=(),
        k=1,
        problems=len(about.rate),
        attempts=about.attempts,
    )


def _difference(
    about: _Dated, before: BoolArray, cutoff: date, caveats: tuple[Caveat, ...], level: float
) -> Finding:
    """Before minus after, Welch's t, or CR1 over clusters. Not tested: difficulty may drift."""
    old, new = about.rate[before], about.rate[~before]
    clusters = np.unique(about.cluster, return_inverse=True)[1]
    groups = int(clusters.max()) + 1
    if groups == len(about.rate):
        parts = [float(each.var(ddof=1)) / len(each) for each in (old, new)]
        variance = sum(parts)
        squares = sum(p**2 / (len(e) - 1) for p, e in zip(parts, (old, new), strict=True))
        df = variance**2 / squares if squares > 0 else 1.0
    else:
        left = about.rate - np.where(before, old.mean(), new.mean())
        sums = np.bincount(clusters, left * np.where(before, 1.0 / len(old), 1.0 / len(new)))
        variance, df = float(sums @ sums) * groups / max(groups - 1, 1), float(max(groups - 1, 1))
    found = _estimate("difference", float(old.mean() - new.mean()), variance**0.5, df, about, level)
    return Finding(
        DIFFERENCE,
        "description",
        f"pass@1 is {old.mean():.1%} on the {len(old)} problems dated up to {cutoff} and "
        f"{new.mean():.1%} on the {len(new)} later ones: {points(found)}. Later problems may be "
        "harder, so the difference alone says nothing about training data.",
        effect=found.value,
        unit="pass@1, up to the cutoff minus later",
        low=found.low,
        high=found.high,
        method=found.method,
        problems=found.problems,
        attempts=found.attempts,
        caveats=caveats,
    )


def _answer(
    step: Estimate,
    df: int,
    about: _Dated,
    before: BoolArray,
    cutoff: date,
    caveats: tuple[Caveat, ...],
) -> Answer:
    from scipy.special import stdtr

    error = step.standard_error or 0.0
    p = float(stdtr(df, -step.value / error)) if error > 0 else float(step.value <= 0)
    reached, tried = _placebos(about, before, step)
    if tried:
        words = f"at {reached} of {tried} other dates the step is as large for its standard error"
        caveats = (*caveats, Caveat("placebo", words))
    alike = " and among problems of one difficulty" if len(np.unique(about.difficulty)) > 1 else ""
    told = (
        f"Beside a steady drift with date{alike}, pass@1 up to {cutoff} is {points(step)} above "
        "that of later problems"
    )
    return Answer(
        Finding(
            CODE,
            "not found",
            f"{told}: no drop at the cutoff beyond chance.",
            effect=step.value,
            unit="pass@1, up to the cutoff minus later, beside a drift with date",
            low=step.low,
            high=step.high,
            p=p,
            method="least squares with a linear drift, one-sided t with robust variance",
            problems=step.problems,
            attempts=step.attempts,
            caveats=caveats,
        ),
        f"{told}: consistent with problems that were seen in training, and with any other change "
        "at that time.",
        0.0,
        error,
    )


def _placebos(about: _Dated, before: BoolArray, step: Estimate) -> tuple[int, int]:
    """Other dates, each within one side, and at how many the step is as large."""
    actual = step.value / step.standard_error if step.standard_error else 0.0
    reached = tried = 0
    for side in (before, ~before):
        own = about.some(side)
        days = np.unique(own.day)
        for day in days[:: max(1, 2 * len(days) // _MOST_PLACEBOS)].tolist():
            if min(int((own.day <= day).sum()), int((own.day > day).sum())) < _FEWEST:
                continue
            found = _step(own, day, step.level)
            if found is not None and found[0].standard_error:
                tried += 1
                reached += found[0].value / found[0].standard_error >= actual
    return reached, tried
