"""Runs on the same problems, laid side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from passatk.errors import DataError, PassatkError
from passatk.stats.aggregation import Mean, mean_over_problems
from passatk.stats.metrics import MetricName, problem_values
from passatk.stats.outcomes import Outcomes, check_outcomes
from passatk.stats.stopping import StopAtSuccess, check_random_order
from passatk.stats.validation import (
    BoolArray,
    FloatArray,
    IntArray,
    Policy,
    check_one_k,
)

_SHOWN = 3
_DIGITS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """The differences of two runs in a metric, problem by problem, for K sizes k.

    Problems with the same pair of values are stored once.

    Attributes:
        table: the distinct rows, in [-1, 1], shape (U, K); 0 where a problem is left out.
        used: whether the problem counts, shape (U, K): all do unless the policy is "drop".
        index: the row of each problem, shape (P,).
        counts: how many problems have each row, shape (U,).
        labels: the metric's name for each k.
        about: one of the runs, for weights and groups.
    """

    table: FloatArray
    used: BoolArray
    index: IntArray
    counts: IntArray
    labels: tuple[str, ...]
    about: Outcomes

    @property
    def plain(self) -> bool:
        """Whether problems count alike and are independent: the counts are all that matters."""
        about = self.about
        return about.weights is None and about.strata is None and about.clusters is None

    def mean(self, column: int) -> Mean:
        """The mean over problems at one k, with its variance."""
        differences, used = self.table[:, column], self.used[:, column]
        if self.plain:
            counts = self.counts[used]
            problems = int(counts.sum())
            value = float(counts @ differences[used]) / problems
            squares = float(counts @ (differences[used] - value) ** 2)
            variance = squares / (problems - 1) / problems if problems > 1 else None
            return Mean(value, variance, float(problems), problems - 1)
        keep = used[self.index]
        weights, strata, clusters = self.about.weights, self.about.strata, self.about.clusters
        return mean_over_problems(
            differences[self.index[keep]],
            weights=None if weights is None else weights[keep],
            strata=None if strata is None else np.array(strata)[keep],
            clusters=None if clusters is None else np.array(clusters)[keep],
        )

    def signs(self, column: int) -> tuple[int, int, int]:
        """On how many problems the first run is better, worse, equal at one k."""
        # Equal shares of different n differ in their last bits.
        differences = np.round(self.table[:, column], _DIGITS)
        counts = self.counts * self.used[:, column]
        better, worse = int(counts[differences > 0].sum()), int(counts[differences < 0].sum())
        return better, worse, int(counts.sum()) - better - worse

    def units(self) -> tuple[FloatArray, IntArray]:
        """What is independent: distinct problems, or sums over clusters, weighted.

        Returns:
            contributions to the sum of differences, shape (U, K), and how many units have each.
        """
        if self.plain:
            return self.table, self.counts
        sums = sum_over_units(self.table[self.index], self.about)
        return sums, np.ones(len(sums), dtype=np.int64)


def differences(
    a: Outcomes,
    b: Outcomes,
    k: IntArray,
    metric: MetricName = "pass@k",
    *,
    tau: float | None = None,
    policy: Policy = "raise",
) -> Differences:
    """The metric of a minus that of b at each problem, for aligned runs (:func:`align`).

    Raises:
        DataError: k > n under "raise", no problem left under "drop", and all that
            :func:`passatk.stats.metrics.problem_values` refuses.
        PassatkError: a metric that is not in [0, 1]: its differences have no common scale.
    """
    of_a, of_b = (problem_values(run, k, metric, tau=tau, policy=policy) for run in (a, b))
    for values in (of_a, of_b):
        if (values.low != 0).any() or (values.high != 1).any():
            raise PassatkError(f"{metric} is not in [0, 1]; runs are compared by metrics that are")
    fewest = np.minimum(a.largest_k, b.largest_k)
    enough = np.searchsorted(np.sort(k), fewest, side="right")
    rows, index, counts = np.unique(
        (of_a.index * len(of_b.table) + of_b.index) * (len(k) + 1) + enough,
        return_inverse=True,
        return_counts=True,
    )
    pairs, enough = np.divmod(rows, len(k) + 1)
    row_a, row_b = np.divmod(pairs, len(of_b.table))
    used = np.ones((len(rows), len(k)), dtype=np.bool_)
    if policy == "drop":
        used = np.argsort(np.argsort(k, kind="stable"), kind="stable") < enough[:, None]
        if not used.any(axis=0).all():
            raise DataError(
                f"no problem has {int(k[~used.any(axis=0)][0])} attempts in both runs",
                field="k",
                expected=f"k <= {int(fewest.max())}",
            )
    table = np.where(used, of_a.table[row_a] - of_b.table[row_b], 0.0)
    return Differences(table, used, index, counts, of_a.labels, a)


def align(
    runs: Sequence[Outcomes], *, intersection: bool = False, by_rule: bool = False
) -> list[Outcomes]:
    """The runs with the same problems in the order of the first, and the same groups.

    Weights, strata and clusters that any of the runs has are those of all.

    Args:
        intersection: leave out problems that some run does not have, instead of refusing.
        by_rule: admit attempts that were ended by their results, under one rule in all runs: for
            what needs nothing but a value of each problem, unbiased and in the same way.

    Raises:
        DataError: the problems differ, none is common, weights, strata or clusters disagree, or
            results ended the attempts in a way that is not admitted.
    """
    for run in runs:
        check_outcomes(run)
    first = runs[0]
    if not (by_rule and isinstance(first.stopping, StopAtSuccess)):
        for run in runs:
            check_random_order(run.stopping, run.n, "a comparison")
    elif any(run.stopping != first.stopping for run in runs):
        raise DataError(
            "the attempts of the runs were ended by different rules",
            field="stopping",
            expected=f"{first.stopping} in all runs",
            found=", ".join(sorted({str(run.stopping) for run in runs})),
        )
    if any(run.problems != first.problems for run in runs):
        runs = _on_common_problems(runs, intersection=intersection)
    weights = _weights(runs)
    strata, clusters = _labels("strata", runs), _labels("clusters", runs)
    return [replace(run, weights=weights, strata=strata, clusters=clusters) for run in runs]


def pass_by_problem(runs: Sequence[Outcomes], k: int) -> FloatArray:
    """pass@k of each problem in each of several aligned runs, shape (P, R)."""
    ks = np.array([check_one_k(k)])
    values = [problem_values(run, ks) for run in runs]
    return np.stack([each.table[each.index, 0] for each in values], axis=1)


def sum_over_units(values: FloatArray, about: Outcomes) -> FloatArray:
    """Weighted values (weights of mean 1) of each problem, or summed over each cluster."""
    if about.weights is not None:
        values = values * (about.weights / about.weights.mean())[:, None]
    return sum_over_clusters(values, about)


def sum_over_clusters(values: FloatArray, about: Outcomes) -> FloatArray:
    """Values by problem, shape (P, K), summed over each cluster; as they are without clusters."""
    if about.clusters is None:
        return values
    names, cluster = np.unique(about.clusters, return_inverse=True)
    sums = np.zeros((len(names), values.shape[1]))
    np.add.at(sums, cluster, values)
    return sums


def subset(outcomes: Outcomes, index: Sequence[int]) -> Outcomes:
    """Some of the problems, in the order given."""
    at = np.array(index, dtype=np.intp)
    ends = np.cumsum(outcomes.n)
    attempts = np.concatenate([np.arange(ends[i] - outcomes.n[i], ends[i]) for i in at])

    def labels(values: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if values is None else tuple(values[i] for i in at)

    return replace(
        outcomes,
        problems=tuple(outcomes.problems[i] for i in at),
        n=outcomes.n[at],
        c=outcomes.c[at],
        results=None if outcomes.results is None else outcomes.results[attempts],
        scores=None if outcomes.scores is None else outcomes.scores[attempts],
        answers=None if outcomes.answers is None else outcomes.answers[attempts],
        weights=None if outcomes.weights is None else outcomes.weights[at],
        strata=labels(outcomes.strata),
        clusters=labels(outcomes.clusters),
    )


def _on_common_problems(runs: Sequence[Outcomes], *, intersection: bool) -> list[Outcomes]:
    places = [{name: i for i, name in enumerate(run.problems)} for run in runs]
    common = [name for name in runs[0].problems if all(name in place for place in places)]
    if any(len(place) > len(common) for place in places) and not intersection:
        found = []
        for number, run in enumerate(runs, 1):
            own = [name for name in run.problems if any(name not in place for place in places)]
            if own:
                found.append(f"{len(own)} of run {number} not in all ({', '.join(own[:_SHOWN])})")
        raise DataError(
            "the runs do not have the same problems",
            expected="the same problem names in all runs",
            found="; ".join(found),
            hint=f"compare them on the {len(common)} common problems with intersection"
            if common
            else "name the problems of all runs alike",
        )
    if not common:
        raise DataError("the runs have no problem in common", expected="the same problem names")
    return [
        subset(run, [place[name] for name in common])
        for run, place in zip(runs, places, strict=True)
    ]


def _labels(name: str, runs: Sequence[Outcomes]) -> tuple[str, ...] | None:
    given: list[tuple[str, ...]] = [
        labels for run in runs if (labels := getattr(run, name)) is not None
    ]
    if any(labels != given[0] for labels in given):
        raise _disagree(name)
    return given[0] if given else None


def _weights(runs: Sequence[Outcomes]) -> FloatArray | None:
    given = [run.weights for run in runs if run.weights is not None]
    if any(not np.allclose(w / w.mean(), given[0] / given[0].mean(), rtol=1e-9) for w in given):
        raise _disagree("weights")
    return given[0] if given else None


def _disagree(name: str) -> DataError:
    return DataError(
        f"the runs have different {name}",
        field=name,
        expected="the same for a problem in all runs",
        hint="give them with one of the runs only",
    )
