"""Which candidate to show first: rankers, and what they are worth against chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError
from passatk.stats.estimation import estimate_values
from passatk.stats.kernel import pass_table
from passatk.stats.outcomes import Outcomes
from passatk.stats.ranking import n_at_k
from passatk.stats.ratios import difference_of_values, ratio_of_means
from passatk.stats.result import Estimate
from passatk.stats.validation import FloatArray, check_length


def agreement_scores(behaviours: Sequence[object]) -> FloatArray:
    """How many candidates behave like each one: majority voting over behaviours.

    Args:
        behaviours: of each of N candidates a signature, for example its outputs on some inputs;
            candidates with equal signatures behave alike.

    >>> agreement_scores(["x", "y", "x"]).tolist()
    [2.0, 1.0, 2.0]
    """
    codes: dict[object, int] = {}
    index = np.array([codes.setdefault(each, len(codes)) for each in behaviours], dtype=np.int64)
    scores: FloatArray = np.bincount(index)[index].astype(np.float64)
    return scores


def code_t_scores(passed_tests: ArrayLike) -> FloatArray:
    """|tests passed| * sqrt(|candidates that pass exactly the same tests|).

    Args:
        passed_tests: shape (N, T), whether each candidate passes each of T tests; the tests may
            be written by the model itself, since wrong ones find little agreement.

    Source: Chen et al. 2022, arXiv 2207.10397 (dual execution agreement).

    >>> code_t_scores([[1, 1, 0], [1, 1, 0], [0, 0, 1]]).round(3).tolist()
    [2.828, 2.828, 1.0]
    """
    table = np.asarray(passed_tests)
    if table.ndim != 2 or not np.isin(table, (0, 1)).all():
        raise DataError(
            "passed_tests is not a table of True and False",
            field="passed_tests",
            expected="shape (candidates, tests)",
            found=f"shape {table.shape}",
        )
    table = table.astype(np.bool_)
    _, group, size = np.unique(table, axis=0, return_inverse=True, return_counts=True)
    scores: FloatArray = table.sum(axis=1) * np.sqrt(size[group.ravel()])
    return scores


@dataclass(frozen=True, slots=True)
class RankerValue:
    """A ranker between chance and an oracle; all three submit n of the same k candidates.

    Attributes:
        ranker: n@k, the chance that a pass is among the n best-ranked of k.
        random: the same for random order, which is pass@n.
        oracle: the same for a ranker that knows, which is pass@k.
        gain: ranker - random, paired over problems.
        efficiency: (ranker - random) / (oracle - random), 1 for an oracle; None where the interval
            of oracle - random holds 0, so that there is nothing to select.
    """

    ranker: Estimate
    random: Estimate
    oracle: Estimate
    gain: Estimate
    efficiency: Estimate | None

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            name: None if (each := getattr(self, name)) is None else each.to_dict()
            for name in self.__slots__
        }


def ranker_successes(
    outcomes: Outcomes, scores: Sequence[ArrayLike], *, k: int, submissions: int = 1
) -> FloatArray:
    """n@k of each problem, shape (P,); arguments and errors as for :func:`ranker_value`."""
    check_length("scores", scores, len(outcomes))
    return np.array(
        [
            n_at_k(passed, ranks, submissions, k)
            for passed, ranks in zip(outcomes.rows(), scores, strict=True)
        ]
    )


def ranker_value(
    outcomes: Outcomes,
    scores: Sequence[ArrayLike],
    *,
    k: int,
    submissions: int = 1,
    level: float = 0.95,
) -> RankerValue:
    """Hold a ranker against random order and against an oracle.

    Args:
        outcomes: whether each candidate is right, attempt by attempt.
        scores: of each problem the ranker's score of each of its attempts, higher is shown
            earlier; ties are broken at random, exactly.
        k: candidates the ranker chooses from, at most the fewest at any problem.
        submissions: how many of the k are submitted.
        level: of the intervals over problems, augmented-t for chances and Student's t for
            differences; that of the efficiency by the delta method.

    Raises:
        DataError: lengths that differ, counts without results, k beyond a problem's candidates.

    >>> outcomes = Outcomes.from_matrix([[1, 0, 0], [0, 1, 1], [0, 0, 0]] * 5)
    >>> value = ranker_value(outcomes, [[3, 1, 1], [1, 1, 2], [1, 2, 3]] * 5, k=3)
    >>> print(value.ranker, value.random, value.oracle, sep="; ")
    1@3 0.667 [0.391, 0.903]; pass@1 0.333 [0.185, 0.521]; pass@3 0.667 [0.391, 0.903]
    """
    ranked = ranker_successes(outcomes, scores, k=k, submissions=submissions)
    ks = np.array([min(submissions, k), k])
    chance, best = pass_table(outcomes.n, outcomes.c, ks).T

    def share(values: FloatArray, metric: str, at: int) -> Estimate:
        return estimate_values(values, outcomes, metric=metric, k=at, level=level)

    return RankerValue(
        ranker=share(ranked, f"{submissions}@{k}", k),
        random=share(chance, f"pass@{submissions}", submissions),
        oracle=share(best, f"pass@{k}", k),
        gain=difference_of_values(ranked - chance, outcomes, "ranker - random", k=k, level=level),
        efficiency=ratio_of_means(
            ranked - chance, best - chance, outcomes, "selection efficiency", k=k, level=level
        ),
    )
