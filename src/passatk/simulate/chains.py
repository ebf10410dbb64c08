"""Chains of attempts, in which each step sees what became of the one before."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from passatk.simulate.checks import check_at_least_one
from passatk.simulate.difficulty import Beta, Difficulty
from passatk.simulate.drawing import shift_logit
from passatk.stats.validation import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class ChainSetting:
    """Chains that stop when solved; independent of each other given the problem.

    Attributes:
        problems: P.
        chains: m, at each problem.
        steps: L, at most, in each chain.
        difficulty: how the p of a first step varies over problems.
        gain: what a step adds to the logit of p: 0 for feedback that tells nothing.
    """

    problems: int = 164
    chains: int = 5
    steps: int = 4
    difficulty: Difficulty = field(default_factory=lambda: Beta(0.3, 0.5))
    gain: float = 0.5

    def __post_init__(self) -> None:
        check_at_least_one(self, "problems", "chains", "steps")


@dataclass(frozen=True, slots=True, eq=False)
class ChainDraw:
    """Simulated chains with the truth behind them.

    Attributes:
        solved_at: the step, 1..L, at which each chain was solved, 0 for never; shape (P, m).
        p: pass probability of a first step, shape (P,).
        chances: pass probability of each step while unsolved, shape (P, L).
    """

    solved_at: IntArray
    p: FloatArray
    chances: FloatArray

    def pass_at(self, chains: int, steps: int) -> float:
        """The exact chance that one of ``chains`` chains is solved within ``steps`` steps."""
        fails = np.prod(1.0 - self.chances[:, :steps], axis=1)
        return float(1.0 - (fails**chains).mean())


def draw_chains(setting: ChainSetting, rng: np.random.Generator) -> ChainDraw:
    """Chains at drawn problems: step l passes with logit p + gain (l - 1).

    >>> run = draw_chains(ChainSetting(problems=3, chains=2), np.random.default_rng(0))
    >>> run.solved_at.shape, round(run.pass_at(1, 4), 3) <= round(run.pass_at(2, 4), 3)
    ((3, 2), True)
    """
    p = setting.difficulty.draw(setting.problems, rng)
    chances = shift_logit(p[:, None], setting.gain * np.arange(setting.steps))
    solved = rng.random((setting.problems, setting.chains, setting.steps)) < chances[:, None, :]
    first = np.where(solved.any(axis=2), solved.argmax(axis=2) + 1, 0)
    return ChainDraw(first, p, chances)
