"""Which attempts are right, and which of them repeat, guess or continue another: the truth.

Everything here is decided before any program is written, from the settings, the problem's name and
its category alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from passatk.generation.drawing import generator
from passatk.generation.settings import SamplerSettings

FAMILY = 5
"""Attempts of a family of guesses, one of which is right."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The truth about the attempts at a problem.

    Attributes:
        right: shape (m,), m <= n.
        copy_of: the attempt that each repeats because the problem's attempts are sorted; -1: none.
        family: the family of guesses of each attempt; -1: no guess.
        chain, step: from 0; None where attempts are independent.
    """

    right: NDArray[np.bool_]
    copy_of: NDArray[np.int64]
    family: NDArray[np.int64]
    chain: NDArray[np.int64] | None = None
    step: NDArray[np.int64] | None = None


def probability(
    settings: SamplerSettings, problem_id: str, n: int, category: str | None
) -> NDArray[np.float64]:
    """Probability of being right for each of n independent attempts, in generation order."""
    from scipy.special import expit, logit  # takes longer than all the rest to import

    steps = np.arange(n) - (n - 1) / 2
    middle = logit(_ease(settings, problem_id)) + _shift(settings, category)
    return np.asarray(expit(middle + settings.drift * steps), dtype=np.float64)


def plan(settings: SamplerSettings, problem_id: str, n: int, category: str | None) -> Plan:
    """The truth about n attempts at a problem."""
    luck = generator(settings.seed, "luck", settings.model, problem_id).random(n)
    gamed = generator(settings.seed, "gamed", settings.model, problem_id)
    guessed, is_sorted = gamed.random(2) < (settings.guessing, settings.best_first)
    if guessed:
        return _guesses(n, gamed)
    if settings.steps > 1:
        return _chains(settings, probability(settings, problem_id, n, category), luck)
    right = luck < probability(settings, problem_id, n, category)
    copy_of = np.full(n, -1)
    if is_sorted and n > 1:
        first = n - n // 2
        right[:first] = np.sort(right[:first])[::-1]
        copy_of[first:] = gamed.integers(first, size=n - first)
        right[first:] = right[copy_of[first:]]
    return Plan(right, copy_of, np.full(n, -1))


def _ease(settings: SamplerSettings, problem_id: str) -> float:
    skill, spread = settings.skill, settings.spread
    if spread == 0:
        return skill
    from scipy.special import betaincinv

    # By its quantile, so that models of different skill agree on what is hard.
    ease = generator(settings.seed, "ease", problem_id).random()
    scale = (1 - spread) / spread
    return float(betaincinv(skill * scale, (1 - skill) * scale, ease))


def _shift(settings: SamplerSettings, category: str | None) -> float:
    if settings.concentration == 0 or category is None:
        return 0.0
    own = generator(settings.seed, "category", settings.model, category)
    return settings.concentration * float(own.standard_normal())


def _guesses(n: int, random: np.random.Generator) -> Plan:
    family = np.arange(n) // FAMILY
    right = np.zeros(n, dtype=np.bool_)
    for start in range(0, n, FAMILY):
        right[start + int(random.integers(min(FAMILY, n - start)))] = True
    return Plan(right, np.full(n, -1), family)


def _chains(
    settings: SamplerSettings, alone: NDArray[np.float64], luck: NDArray[np.float64]
) -> Plan:
    """Chains of steps; the pass probability of a first step is that of an independent attempt."""
    from scipy.special import expit, logit

    length = min(settings.steps, len(luck))
    made = max(len(luck) // settings.steps, 1) if len(luck) else 0
    right, chain, step = [], [], []
    for c in range(made):
        for s in range(length):
            at = c * length + s
            passed = bool(luck[at] < expit(logit(alone[at]) + settings.feedback * s))
            right.append(passed)
            chain.append(c)
            step.append(s)
            if passed:
                break
    none = np.full(len(right), -1)
    return Plan(
        np.array(right, dtype=np.bool_),
        none,
        none,
        np.array(chain, dtype=np.int64),
        np.array(step, dtype=np.int64),
    )
