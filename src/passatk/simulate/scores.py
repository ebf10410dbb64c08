"""Graded attempts: each is worth the share of tests it passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from passatk.simulate.checks import check_at_least_one
from passatk.simulate.difficulty import Beta, Difficulty
from passatk.stats.outcomes import Outcomes
from passatk.stats.validation import FloatArray, check_k


@dataclass(frozen=True, slots=True)
class ScoreSetting:
    """Attempts that pass all tests with probability p, or some of them.

    Attributes:
        problems, attempts: P and n.
        tests: T of each problem, >= 1.
        difficulty: how p varies over problems.
        partial: how the chance of a failing attempt to pass a test varies over problems.
    """

    problems: int = 164
    attempts: int = 20
    tests: int = 5
    difficulty: Difficulty = field(default_factory=lambda: Beta(0.3, 0.5))
    partial: Difficulty = field(default_factory=lambda: Beta(1.0, 1.0))

    def __post_init__(self) -> None:
        check_at_least_one(self, "problems", "attempts", "tests")


@dataclass(frozen=True, slots=True, eq=False)
class ScoreDraw:
    """Simulated scores with the truth behind them.

    Attributes:
        outcomes: what an analysis gets to see; a score of 1 counts as passed.
        scores: share of tests passed by each attempt, in {0, 1/T, ..., 1}, shape (P, n).
        chances: probability of each score, shape (P, T + 1).
    """

    outcomes: Outcomes
    scores: FloatArray
    chances: FloatArray

    def max_at_k(self, k: int | Sequence[int]) -> FloatArray:
        """The exact expected best of k attempts, averaged over problems, one for each k."""
        below = np.cumsum(self.chances, axis=1)[:, :-1]
        tests = below.shape[1]
        # The mean of a score j/T is the sum over j of P(score > j/T) / T.
        best = [(1.0 - below**each).sum(axis=1).mean() / tests for each in check_k(k).tolist()]
        return np.array(best)


def draw_scores(setting: ScoreSetting, rng: np.random.Generator) -> ScoreDraw:
    """Scores at drawn problems.

    An attempt scores 1 with probability p_i, otherwise j/T with j ~ Binomial(T, q_i) given j < T.

    >>> run = draw_scores(ScoreSetting(problems=3, attempts=4, tests=2), np.random.default_rng(0))
    >>> run.scores.shape, set(run.scores.ravel().tolist()) <= {0.0, 0.5, 1.0}
    ((3, 4), True)
    """
    from scipy.special import bdtr

    p = setting.difficulty.draw(setting.problems, rng)
    q = setting.partial.draw(setting.problems, rng)
    tests = setting.tests
    below = bdtr(np.arange(tests), tests, np.minimum(q, 1.0 - 1e-9)[:, None])
    chances = np.diff(below / below[:, -1:], axis=1, prepend=0.0) * (1.0 - p)[:, None]
    chances = np.hstack([chances, p[:, None]])
    levels = np.cumsum(chances, axis=1)[:, :-1]
    uniform = rng.random((setting.problems, setting.attempts))
    scores = (uniform[:, :, None] > levels[:, None, :]).sum(axis=2) / tests
    return ScoreDraw(Outcomes.from_matrix(scores, passing=1.0), scores, chances)
