"""Several runs of a model: how much one run's result owes to that run alone.

A new seed, a new server, another day shift all problems of a run together. With the result h of
problem i in run r of a model,

    h_ir = mu + pi_i + rho_r + e_ir,

problems pi and runs rho vary on their own; what is left, e, is chance in the attempts and what a
run is better at here and worse there. No number of problems makes rho average out: only more runs
do. One or two runs cannot tell how large it is, and that is said, never taken for zero.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.errors import PassatkError
from passatk.stats.aggregation import Mean, mean_over_problems
from passatk.stats.comparison.pairing import align, pass_by_problem, sum_over_clusters
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Caveat, Estimate
from passatk.stats.validation import FloatArray, check_level

_FEWEST_RUNS = 3


@dataclass(frozen=True, slots=True)
class RunComponents:
    """Where the variance of pass@k comes from; variances of h, each >= 0.

    Where problems share clusters, h is the sum over a cluster times G / P, and clusters stand for
    problems in what follows.

    Attributes:
        problems: between problems; None with a single run.
        runs: between runs, all problems shifting together; None with fewer than three runs.
        rest: attempts, and runs that are better at some problems; None with a single run.
        count: how many runs there are.
        units: how many problems, or clusters of them.
    """

    problems: float | None
    runs: float | None
    rest: float | None
    count: int
    units: int


@dataclass(frozen=True, slots=True)
class RepeatedComparison:
    """A model against another, each with several runs.

    Attributes:
        metric: ``"pass@1"``.
        change: mean over runs and problems of the first minus that of the second.
        p: two-sided, from Student's t with Satterthwaite's degrees of freedom.
        df: these.
        problems_variance: what the choice of problems and attempts adds to the variance of the
            change.
        runs_variance: what each model's choice of runs adds; None where not estimable.
        components: of each model.
    """

    metric: str
    change: Estimate
    p: float
    df: float
    problems_variance: float
    runs_variance: tuple[float | None, float | None]
    components: tuple[RunComponents, RunComponents]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**dataclasses.asdict(self), "change": self.change.to_dict()}


def run_components(runs: Sequence[Outcomes], k: int = 1) -> RunComponents:
    """Variance between problems, between runs, and the rest, of one model's runs.

    Two-way analysis of variance with one value a cell: with MS the mean squares of problems, runs
    and rest over P problems and R runs,

        rest = MS_rest,   problems = (MS_problems - MS_rest) / R,   runs = (MS_runs - MS_rest) / P,

    the last two set to 0 where negative. A run may be better at a family of related problems by
    chance: with clusters, P is their number.

    Args:
        runs: of one model, on the same problems.
        k: attempts allowed, k <= n.

    Raises:
        DataError: problems differ, or k > n.

    Source: Searle, Casella and McCulloch 1992, chapter 4.
    """
    aligned = align(_some(runs))
    return _components(_by_unit(pass_by_problem(aligned, k), aligned[0]))


def compare_repeated(
    a: Sequence[Outcomes], b: Sequence[Outcomes], k: int = 1, *, level: float = 0.95
) -> RepeatedComparison:
    """Compare two models by several runs of each.

        Var(change) = s_d^2 / P + tau_a^2 / R_a + tau_b^2 / R_b,

    where d is the difference of the means over runs at a problem and tau^2 the variance between
    runs. It answers for new problems and new runs.

    Args:
        a, b: the runs of each model, all on the same problems; their numbers may differ.
        k: attempts allowed.
        level: confidence level.

    Returns:
        With fewer than three runs of a model its tau^2 is not estimable; the interval then leaves
        it out and speaks for these runs alone, with the caveat ``runs-not-estimable``.

    Raises:
        DataError: problems differ, fewer than two of them, or k > n.

    >>> a = [Outcomes.from_counts(10, [c + r for c in [1, 4, 8, 3, 5, 6]]) for r in (0, 1, 2)]
    >>> b = [Outcomes.from_counts(10, [c + r for c in [0, 2, 5, 3, 3, 4]]) for r in (1, 0, 2)]
    >>> result = compare_repeated(a, b)
    >>> [round(each.runs, 4) for each in result.components]
    [0.01, 0.01]
    """
    from scipy.special import stdtr, stdtrit

    check_level(level)
    aligned = align([*_some(a), *_some(b)])
    tables = [pass_by_problem(aligned[: len(a)], k), pass_by_problem(aligned[len(a) :], k)]
    about = aligned[0]
    components = [_components(_by_unit(table, about)) for table in tables]
    d = tables[0].mean(axis=1) - tables[1].mean(axis=1)
    mean = mean_over_problems(
        d,
        weights=about.weights,
        strata=None if about.strata is None else np.array(about.strata),
        clusters=None if about.clusters is None else np.array(about.clusters),
    )
    if mean.variance is None:
        raise PassatkError("one problem says nothing about others; a comparison needs two")
    runs_variance = [None if each.runs is None else each.runs / each.count for each in components]
    variance = mean.variance + sum(each or 0.0 for each in runs_variance)
    error = variance**0.5
    df = _degrees_of_freedom(mean, components, variance)
    half = float(stdtrit(df, 0.5 + level / 2)) * error
    p = 2.0 * float(stdtr(df, -abs(mean.value) / error)) if error > 0 else float(mean.value == 0)
    return RepeatedComparison(
        metric=f"pass@{k}",
        change=Estimate(
            metric=f"change of pass@{k}",
            value=mean.value,
            standard_error=error,
            low=max(mean.value - half, -1.0),
            high=min(mean.value + half, 1.0),
            level=level,
            method="paired-t, runs and problems",
            target="superpopulation",
            warnings=_about_runs(components),
            k=k,
            problems=len(d),
            attempts=sum(int(run.n.sum()) for run in aligned),
        ),
        p=p,
        df=df,
        problems_variance=mean.variance,
        runs_variance=(runs_variance[0], runs_variance[1]),
        components=(components[0], components[1]),
    )


def _degrees_of_freedom(mean: Mean, components: Sequence[RunComponents], variance: float) -> float:
    """Satterthwaite's, from the mean squares that the variance is put together of.

    The variance between runs is a difference of two mean squares: what counts is how uncertain
    the larger is, that of the run means, also where the difference is small.
    """
    assert mean.variance is not None
    squares = mean.variance**2 / mean.df
    for each in components:
        if each.runs is not None and each.rest is not None:
            of_means = each.runs + each.rest / each.units
            squares += (of_means / each.count) ** 2 / (each.count - 1)
    return variance**2 / squares if squares > 0 else float(mean.df)


def _some(runs: Sequence[Outcomes]) -> list[Outcomes]:
    if not runs:
        raise PassatkError("a model needs at least one run; got none")
    return list(runs)


def _by_unit(h: FloatArray, about: Outcomes) -> FloatArray:
    """Problems, or sums over clusters on the scale on which their mean is that of problems."""
    sums = sum_over_clusters(h, about)
    scaled: FloatArray = sums * (len(sums) / len(h))
    return scaled


def _components(h: FloatArray) -> RunComponents:
    problems, runs = h.shape
    if runs == 1 or problems == 1:
        return RunComponents(None, None, None, runs, problems)
    by_problem, by_run, mean = h.mean(axis=1), h.mean(axis=0), h.mean()
    left = h - by_problem[:, None] - by_run + mean
    rest = float((left**2).sum()) / ((problems - 1) * (runs - 1))
    between_problems = float(by_problem.var(ddof=1)) - rest / runs
    between_runs = float(by_run.var(ddof=1)) - rest / problems
    return RunComponents(
        problems=max(between_problems, 0.0),
        runs=None if runs < _FEWEST_RUNS else max(between_runs, 0.0),
        rest=rest,
        count=runs,
        units=problems,
    )


def _about_runs(components: Sequence[RunComponents]) -> tuple[Caveat, ...]:
    few = [each.count for each in components if each.runs is None]
    if not few:
        return ()
    return (
        Caveat(
            "runs-not-estimable",
            f"{' and '.join(map(str, few))} run(s) of a model do not tell how runs differ; "
            f"the interval is for these runs, and {_FEWEST_RUNS} are the least for others",
        ),
    )
