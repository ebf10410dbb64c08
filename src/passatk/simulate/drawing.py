"""A run of attempts at drawn problems, and several runs at the same problems."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import PassatkError
from passatk.simulate.checks import check_at_least_one
from passatk.simulate.difficulty import Beta, Difficulty
from passatk.stats.outcomes import Outcomes
from passatk.stats.stopping import StopAtSuccess
from passatk.stats.validation import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Setting:
    """What is simulated; by default 20 independent attempts at each of 164 unlike problems.

    Attributes:
        problems: P, >= 1.
        attempts: n, at each problem, >= 1; with ``stop_after`` the most that are made.
        difficulty: how p varies over problems.
        drift: change of the logit of p from one attempt to the next; p itself is that of the
            middle of the run.
        duplicates: the probability that two attempts at a problem are the same program, in
            [0, 1). Repetition follows a Chinese restaurant, so attempts remain exchangeable.
        cluster_size: problems in a family, in the order of problems; 1 for independent problems.
        cluster_share: correlation of p within a family, in [0, 1].
        stop_after: attempts at a problem end with this many passes, which the outcomes then say;
            None for a fixed number of attempts.
    """

    problems: int = 164
    attempts: int = 20
    difficulty: Difficulty = field(default_factory=lambda: Beta(0.3, 0.5))
    drift: float = 0.0
    duplicates: float = 0.0
    cluster_size: int = 1
    cluster_share: float = 0.0
    stop_after: int | None = None

    def __post_init__(self) -> None:
        check_at_least_one(self, "problems", "attempts", "cluster_size")
        if not 0 <= self.duplicates < 1:
            raise PassatkError(f"duplicates must be in [0, 1); got {self.duplicates}")
        if not 0 <= self.cluster_share <= 1:
            raise PassatkError(f"cluster_share must be in [0, 1]; got {self.cluster_share}")
        if self.stop_after is not None and not 1 <= self.stop_after <= self.attempts:
            raise PassatkError(
                f"stop_after must be in 1..attempts ({self.attempts}); got {self.stop_after}"
            )


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """A simulated run with the truth behind it.

    Attributes:
        outcomes: what an analysis gets to see, attempts in generation order.
        p: pass probability of each problem, shape (P,).
        chances: pass probability of each attempt, shape (P, n); its columns differ under drift.
        results: every attempt, shape (P, n), those after an early stop included.
        programs: which program each attempt is, shape (P, n); equal numbers in a row are
            duplicates.
    """

    outcomes: Outcomes
    p: FloatArray
    chances: FloatArray
    results: BoolArray
    programs: IntArray


def draw(setting: Setting, rng: np.random.Generator, *, p: FloatArray | None = None) -> Draw:
    """One run.

    Args:
        setting: what to simulate.
        rng: advanced by the draw.
        p: pass probabilities, shape (P,), instead of drawing them: the same benchmark again, or
            another model at the same problems.

    >>> run = draw(Setting(problems=50, attempts=10), np.random.default_rng(1))
    >>> run.outcomes, run.p.shape, run.results.shape
    (Outcomes(problems=50, attempts=500, passed=245), (50,), (50, 10))
    """
    if p is None:
        p = _draw_p(setting, rng)
    elif p.shape != (setting.problems,):
        raise PassatkError(f"p must have shape ({setting.problems},); got {p.shape}")
    middle = np.arange(setting.attempts) - (setting.attempts - 1) / 2
    chances = shift_logit(p[:, None], setting.drift * middle)
    results, programs = _attempt(chances, setting.duplicates, rng)
    return Draw(_outcomes(setting, results), p, chances, results, programs)


def draw_runs(
    setting: Setting,
    runs: int,
    rng: np.random.Generator,
    *,
    run_sd: float = 0.0,
    interaction_sd: float = 0.0,
) -> list[Draw]:
    """Several runs at the same problems, each with its own luck.

    logit p_ir = logit p_i + rho_r + e_ir, with normal rho_r of standard deviation ``run_sd`` (a
    seed or a server that is better at everything) and e_ir of ``interaction_sd`` (better at some).
    """
    p = _draw_p(setting, rng)
    shifts = rng.normal(0.0, run_sd, (runs, 1)) + rng.normal(
        0.0, interaction_sd, (runs, setting.problems)
    )
    return [draw(setting, rng, p=shift_logit(p, shift)) for shift in shifts]


def shift_logit(p: FloatArray, by: ArrayLike) -> FloatArray:
    """p with ``by`` added to its logit; 0 and 1 stay where they are."""
    factor = np.exp(by)
    shifted: FloatArray = p * factor / (1.0 - p + p * factor)
    return shifted


def _draw_p(setting: Setting, rng: np.random.Generator) -> FloatArray:
    own = setting.difficulty.draw(setting.problems, rng)
    if setting.cluster_size == 1:
        return own
    family = np.arange(setting.problems) // setting.cluster_size
    shared = setting.difficulty.draw(int(family[-1]) + 1, rng)[family]
    # Two problems take the family's p together with probability share: that is their correlation,
    # and the distribution of each p is left as it is.
    takes = rng.random(setting.problems) < setting.cluster_share**0.5
    return np.where(takes, shared, own)


def _attempt(
    chances: FloatArray, duplicates: float, rng: np.random.Generator
) -> tuple[BoolArray, IntArray]:
    results = rng.random(chances.shape) < chances
    problems, attempts = chances.shape
    programs = np.tile(np.arange(attempts), (problems, 1))
    if duplicates == 0:
        return results, programs
    alpha = 1.0 / duplicates - 1.0
    rows = np.arange(problems)
    for now in range(1, attempts):
        copies = rng.random(problems) < now / (alpha + now)
        source = rng.integers(now, size=problems)
        results[:, now] = np.where(copies, results[rows, source], results[:, now])
        programs[:, now] = np.where(copies, programs[rows, source], now)
    return results, programs


def _outcomes(setting: Setting, results: BoolArray) -> Outcomes:
    clusters = None
    if setting.cluster_size > 1:
        clusters = [str(i // setting.cluster_size) for i in range(setting.problems)]
    if setting.stop_after is None:
        return Outcomes.from_matrix(results, clusters=clusters)
    # Attempt j is made if fewer passes than the limit came before it.
    before: IntArray = np.cumsum(results, axis=1) - results
    made = np.where(before < setting.stop_after, results.astype(np.float64), np.nan)
    rule = StopAtSuccess(setting.stop_after, setting.attempts)
    return Outcomes.from_matrix(made, clusters=clusters, stopping=rule)
