"""Chains followed step by step, each up to its pass, its end, or a result that is missing.

A chain whose step has no result (a fault of the judge) cannot be left out: the longer a chain
fails, the likelier such a step, so that what is left would be the chains that were solved early.
It counts up to there, as in Kaplan and Meier 1958. Of the Y chains of a problem that are unsolved
before step t and have a result at it, d are solved by it, each with the same chance h_t, so that
for whole q <= Y

    C(Y - d, q) / C(Y, q)    is unbiased for    (1 - h_t)^q

given all that happened before, and a product of such factors over steps for the product of the
powers. With q = r at every step up to l that is the chance that r chains all fail l steps; without
missing results it is C(m - s_l, r) / C(m, r). Where fewer than q chains are left, nothing is known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import PassatkError
from passatk.stats.estimation import estimate_values
from passatk.stats.order.chains import Chains
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Caveat, Estimate, many
from passatk.stats.validation import (
    BoolArray,
    FloatArray,
    IntArray,
    check_enough_attempts,
    check_level,
)

# With a larger share of problems unknown, what is missing weighs more than what is there.
TOO_MANY_UNKNOWN = 0.1


@dataclass(frozen=True, slots=True)
class Followed:
    """What is known of the chains step by step, shape (P, L) each.

    Attributes:
        at_risk: chains unsolved before the step, with a result at it.
        solved: how many of them the step solves.
    """

    at_risk: IntArray
    solved: IntArray

    @classmethod
    def of(cls, chains: Chains, steps: int) -> Followed:
        """The first ``steps`` steps; a chain that ended unsolved before them counts to its end."""
        lost, solved = chains.lost_at, chains.solved_at
        known = np.where(lost > 0, lost - 1, np.where(solved > 0, solved, chains.length))
        at_risk = np.zeros((len(chains.problems), steps), dtype=np.int64)
        passed = np.zeros_like(at_risk)
        for step in range(steps):
            at_risk[:, step] = np.bincount(
                chains.owner[known > step], minlength=len(chains.problems)
            )
            passed[:, step] = np.bincount(
                chains.owner[solved == step + 1], minlength=len(chains.problems)
            )
        return cls(at_risk, passed)

    def all_fail(self, powers: ArrayLike) -> FloatArray:
        """An unbiased estimate of prod_t (1 - h_t)^q_t for each problem, shape (P,).

        Args:
            powers: q_t for each step, whole and >= 0, shape (L,). Equal powers r are the chance
                that r chains fail; a power that falls from r + 1 to r after step j is that of r
                chains that fail to the end and one more that fails j steps.

        Returns:
            NaN where fewer than q_t chains are left; 0 where all were solved before.
        """
        fails = np.ones(len(self.at_risk))
        for power, y, d in zip(np.asarray(powers), self.at_risk.T, self.solved.T, strict=True):
            factor = np.ones(len(y))
            for i in range(int(power)):
                with np.errstate(divide="ignore", invalid="ignore"):
                    factor *= np.where(y > i, np.maximum(y - d - i, 0) / (y - i), np.nan)
            # Nothing can be known of a step that no chain would have come to, nor need it.
            fails = np.where(fails == 0.0, 0.0, fails * factor)
        return fails

    def unsolved(self) -> FloatArray:
        """The chance that a chain fails t steps, for t = 0..L; shape (P, L + 1).

        Where no chain is left it stays what it was, which is the most that it can be.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            stays = np.where(self.at_risk > 0, 1.0 - self.solved / self.at_risk, 1.0)
        ones = np.ones((len(stays), 1))
        chance: FloatArray = np.cumprod(np.hstack([ones, stays]), axis=1)
        return chance


@dataclass(frozen=True, slots=True)
class Reached:
    """The chance that one of r chains is solved within some steps, problem by problem.

    Attributes:
        values: shape (P,), in [0, 1]; half way between the bounds where nothing better is known.
        low, high: the same where ``values`` are known, and what they may be where they are not.
        unknown: problems of which too few chains can be followed.
        as_unsolved, as_solved: with every chain whose result is missing counted as unsolved, or
            as solved: bounds that assume nothing.
    """

    values: FloatArray
    low: FloatArray
    high: FloatArray
    unknown: BoolArray
    as_unsolved: FloatArray
    as_solved: FloatArray


def reached(chains: Chains, r: int, steps: int) -> Reached:
    """pass(r chains, l steps) of each problem; arguments and errors as :func:`pass_of_chains`."""
    if r < 1:
        raise PassatkError(f"r must be at least 1; got r={r}")
    chains.check_length(steps)
    made = chains.per_problem
    check_enough_attempts(made, np.array([r]), chains.problems)
    fails = Followed.of(chains, steps).all_fail(np.full(steps, r))
    solved = (chains.solved_at > 0) & (chains.solved_at <= steps)
    lost = (chains.lost_at > 0) & (chains.lost_at <= steps)
    bounds = []
    for passed in (solved, solved | lost):
        counted = np.bincount(chains.owner[passed], minlength=len(made))
        all_in = Followed(made[:, None], counted[:, None])
        bounds.append(1.0 - all_in.all_fail([r]))
    unknown = np.isnan(fails)
    known = np.clip(1.0 - fails, 0.0, 1.0)
    return Reached(
        values=np.where(unknown, (bounds[0] + bounds[1]) / 2.0, known),
        low=np.where(unknown, bounds[0], known),
        high=np.where(unknown, bounds[1], known),
        unknown=unknown,
        as_unsolved=bounds[0],
        as_solved=bounds[1],
    )


def most_too_high(chains: Chains, steps: int, whole: Outcomes) -> float:
    """By how much pass@1 of the chains known to their end may be too high, as the others are
    left out: those may all be unsolved. In [0, 1]."""
    least = float(reached(chains, 1, steps).as_unsolved.mean())
    return max(float((whole.c / whole.n).mean()) - least, 0.0)


def pass_of_chains(
    chains: Chains, *, r: int = 1, steps: int, level: float = 0.95, metric: str | None = None
) -> Estimate:
    """pass(r chains, l steps) with an interval for problems like these.

    Chains with a missing result count up to there; that it is missing must have nothing to do with
    what it would have been. Problems of which fewer than r chains can be followed stay unknown:
    the value takes them for half way between what they may be, and the interval spans it all.

    Args:
        chains: at least r of each problem.
        r: chains.
        steps: l, which every chain was given unless it was solved before.
        metric: how the estimate is called.

    Returns:
        codes of caveats: ``missing`` (how many chains, and what the value would be if they counted
        as unsolved, or as solved), ``unknown`` (how many problems), ``too-much-missing`` (more
        than a tenth of the problems), and those of :func:`passatk.stats.estimate`.

    Raises:
        DataError: fewer than r chains at a problem, or a chain that ended unsolved before.
        PassatkError: r or steps < 1, a bad level.

    >>> steps = [("a", 0, 0, 0), ("a", 0, 1, 1), ("a", 1, 0, 0), ("a", 1, 1, None), ("b", 0, 0, 1)]
    >>> found = pass_of_chains(Chains.from_records(steps), steps=2)
    >>> found.value, found.warnings[-1].code
    (1.0, 'missing')
    """
    check_level(level)
    known = reached(chains, r, steps)
    name = metric or f"pass({many(r, 'chain')}, {many(steps, 'step')})"
    solved = (chains.solved_at > 0) & (chains.solved_at <= steps)
    about = chains.outcomes(chains.per_problem, chains.owner[solved])
    value, least, most = (
        estimate_values(each, about, metric=name, k=r, level=level)
        for each in (known.values, known.low, known.high)
    )
    return spanned(value, least, most, missing(chains, known, steps, about))


def spanned(
    value: Estimate, least: Estimate, most: Estimate, caveats: tuple[Caveat, ...]
) -> Estimate:
    """A value whose interval reaches from that of the least it may be to that of the most."""
    return replace(value, low=least.low, high=most.high, warnings=(*value.warnings, *caveats))


def missing(chains: Chains, known: Reached, steps: int, about: Outcomes) -> tuple[Caveat, ...]:
    """What a reader has to know of missing results up to a step."""
    lost = int(np.sum((chains.lost_at > 0) & (chains.lost_at <= steps)))
    if not lost:
        return ()
    least, most = known.as_unsolved.mean(), known.as_solved.mean()
    caveats = [
        Caveat(
            "missing",
            f"{lost} of {len(chains.owner)} chains have a step without a result and count up to "
            f"there; counted as unsolved or as solved, {least:.3f} to {most:.3f} would be solved",
        )
    ]
    unknown = int(known.unknown.sum())
    if unknown:
        who = f"{unknown} of {len(about)} problems"
        words = f"{who} cannot be followed to step {steps}; the interval spans what they may be"
        caveats.append(Caveat("unknown", words))
        if unknown > TOO_MANY_UNKNOWN * len(about):
            words = "too many results are missing to rely on this; have them judged again"
            caveats.append(Caveat("too-much-missing", words))
    return tuple(caveats)
