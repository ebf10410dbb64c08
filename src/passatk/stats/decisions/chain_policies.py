"""How many chains, of how many steps? Chains of attempts that saw feedback, or independent ones.

Tests tell a pass for certain. A policy makes up to r chains of up to l steps, one after the other,
and stops at the first pass; with l = 1 it makes independent attempts. With S(j) the chance that a
chain at a problem fails j steps, c_j what step j costs and v what a solved problem is worth,

    U(r, l) = v [1 - E S(l)^r] - sum over i < r, j < l of c_(j+1) E[S(l)^i S(j)],

since step j + 1 of chain i + 1 is made where i chains failed l steps and one failed j. Every term
is unbiased from the chains of each problem (:mod:`passatk.stats.order.followed`).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import PassatkError
from passatk.stats.decisions.chain_failures import Factors, aligned_counts, weights_of
from passatk.stats.kernel import Pairs, pass_table
from passatk.stats.order.chains import Chains
from passatk.stats.outcomes import Outcomes
from passatk.stats.resampling import DEFAULT_SEED, pair_masses, resampled_masses
from passatk.stats.validation import FloatArray, check_level

MOST_CHAINS, MOST_ATTEMPTS = 10, 50
"""Policies beyond these are not looked at."""


@dataclass(frozen=True, slots=True)
class ChainPolicy:
    """Up to ``chains`` chains of up to ``steps`` steps, until a pass; all means over problems.

    Attributes:
        chains, steps: r and l.
        solved: the chance of a pass.
        attempts: how many are made.
        cost: of them.
        utility: value * solved - cost.
        best_in: the share of resampled benchmarks in which no policy is better.
        regret: the mean over resampled benchmarks of what it loses against their best.
    """

    chains: int
    steps: int
    solved: float
    attempts: float
    cost: float
    utility: float
    best_in: float
    regret: float

    @property
    def cost_per_solved(self) -> float | None:
        """cost / solved; None where nothing is solved."""
        return self.cost / self.solved if self.solved > 0 else None

    def to_dict(self) -> dict[str, Any]:
        """Every field, and the cost per solved problem, as plain data for JSON."""
        return {**dataclasses.asdict(self), "cost_per_solved": self.cost_per_solved}


@dataclass(frozen=True, slots=True)
class BestPolicy:
    """The policy of largest utility, and how sure that is.

    Attributes:
        best: the smallest of largest utility; one of 0 chains says that not even a step pays.
        independent: the best of those with single steps.
        policies: all that were looked at, by steps and chains.
        fed: the best of those with feedback that cost no more than the costliest without; None
            where there are none.
        gain, low, high: how much more it brings than ``independent``, a problem, with an interval
            over resampled benchmarks in which both are chosen anew.
        level: of the interval.
        problems: how many it rests on.
        filled_in: problems with too few results, for which rates of other chains or problems stand
            in.
        at_the_edge: the best makes as many chains or steps as there are; more might be better.
    """

    best: ChainPolicy
    independent: ChainPolicy
    fed: ChainPolicy | None
    policies: tuple[ChainPolicy, ...]
    gain: float | None
    low: float | None
    high: float | None
    level: float
    problems: int
    filled_in: int
    at_the_edge: bool

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        plain = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return {
            **plain,
            "best": self.best.to_dict(),
            "independent": self.independent.to_dict(),
            "fed": None if self.fed is None else self.fed.to_dict(),
            "policies": [each.to_dict() for each in self.policies],
        }


def best_policy(
    chains: Chains,
    *,
    value: float,
    cost: float,
    step_costs: ArrayLike | None = None,
    independent: Outcomes | None = None,
    level: float = 0.95,
    resamples: int = 2000,
    rng: np.random.Generator | None = None,
) -> BestPolicy:
    """How many chains of how many steps, in the order of the module's description.

    Args:
        chains: at problems like those to come.
        value: v, of a solved problem, >= 0.
        cost: of an independent attempt, >= 0.
        step_costs: what step j of a chain costs in units of an independent attempt, shape (L,) or
            longer; 1 by default.
        independent: attempts without feedback at the same problems, for the policies of single
            steps; by default the first steps of the chains.
        level: of the interval.
        resamples: benchmarks resampled with replacement, clusters as a whole.
        rng: draws them; by default a fixed seed.

    Raises:
        DataError: ``independent`` is at other problems, or bad ``step_costs``.
        PassatkError: an amount that is negative or not finite, a bad level.

    >>> from passatk.simulate import ChainSetting, draw_chains
    >>> drawn = draw_chains(ChainSetting(gain=1.0), np.random.default_rng(0))
    >>> found = best_policy(Chains.from_solved_at(drawn.solved_at, 4), value=1.0, cost=0.05)
    >>> found.best.chains, found.best.steps, found.low > 0
    (1, 4, True)
    """
    check_level(level)
    for name, amount in (("value", value), ("cost", cost)):
        if not (np.isfinite(amount) and amount >= 0):
            raise PassatkError(f"{name} must be finite and not negative; got {name}={amount}")
    if resamples < 1:
        raise PassatkError(f"resamples must be at least 1; got resamples={resamples}")
    rng = np.random.default_rng(DEFAULT_SEED) if rng is None else rng
    tables = _tables(chains, weights_of(step_costs, chains), independent)
    about = tables.about
    pairs, solved, made, spent = tables.compressed()
    utility = value * solved - cost * spent
    masses = pair_masses(about, pairs)
    means = [masses @ each / masses.sum() for each in (solved, made, spent, utility)]
    drawn = resampled_masses(about, pairs, resamples, rng)
    again = drawn @ utility / drawn.sum(axis=1, keepdims=True)
    ahead = again.max(axis=1, keepdims=True)
    best_in = np.bincount(again.argmax(axis=1), minlength=again.shape[1]) / resamples
    regret = np.mean(ahead - again, axis=0)
    policies = tuple(
        ChainPolicy(
            chains=r,
            steps=steps,
            solved=float(means[0][at]),
            attempts=float(means[1][at]),
            cost=cost * float(means[2][at]),
            utility=float(means[3][at]),
            best_in=float(best_in[at]),
            regret=float(regret[at]),
        )
        for at, (r, steps) in enumerate(tables.policies)
    )
    single = np.array([steps == 1 for _, steps in tables.policies])
    # More chains than the independent attempts could pay for would win by what they spend.
    fed = ~single & (means[2] <= means[2][single].max() + 1e-12)
    best = int(means[3].argmax())
    alone = int(np.flatnonzero(single)[means[3][single].argmax()])
    with_feedback = gain = low = high = None
    if fed.any():
        with_feedback = int(np.flatnonzero(fed)[means[3][fed].argmax()])
        tail = (1.0 - level) / 2.0
        gain = float(means[3][with_feedback] - means[3][alone])
        gains = again[:, fed].max(axis=1) - again[:, single].max(axis=1)
        low, high = (float(each) for each in np.quantile(gains, [tail, 1.0 - tail]))
    return BestPolicy(
        best=policies[best],
        independent=policies[alone],
        fed=None if with_feedback is None else policies[with_feedback],
        policies=policies,
        gain=gain,
        low=low,
        high=high,
        level=level,
        problems=len(about),
        filled_in=tables.factors.filled_in,
        at_the_edge=tables.at_the_edge(best),
    )


@dataclass(frozen=True, slots=True)
class _Tables:
    """Of each problem (P) under each policy (A): shape (P, A)."""

    about: Outcomes
    factors: Factors
    policies: tuple[tuple[int, int], ...]
    solved: FloatArray
    made: FloatArray
    spent: FloatArray

    def compressed(self) -> tuple[Pairs, FloatArray, FloatArray, FloatArray]:
        """Problems that are alike once, with the row of each."""
        every = np.hstack([self.solved, self.made, self.spent]).round(12)
        first, index = np.unique(every, axis=0, return_index=True, return_inverse=True)[1:]
        rows = every[first]
        place, end = np.arange(len(rows)), self.solved.shape[1]
        parts = rows[:, :end], rows[:, end : 2 * end], rows[:, 2 * end :]
        return Pairs(place, place, index.ravel()), *parts

    def at_the_edge(self, at: int) -> bool:
        chains, steps = self.policies[at]
        if chains == 0:
            return False
        if steps == 1:
            return chains == max(r for r, own in self.policies if own == 1)
        return chains == len(self.factors.table) - 1 or steps == self.factors.steps


def _tables(chains: Chains, weights: FloatArray, independent: Outcomes | None) -> _Tables:
    steps = len(weights)
    most = min(int(chains.per_problem.min()), MOST_CHAINS)
    factors = Factors.of(chains, steps, most)
    policies = [(r, own) for own in range(1, steps + 1) for r in range(1, most + 1)]
    solved, made, spent = _by_policy(factors, policies, weights)
    if independent is not None:
        n, c = aligned_counts(independent, chains)
        ks = np.arange(1, min(int(n.min()), MOST_ATTEMPTS) + 1)
        table = pass_table(n, c, ks)
        attempts = np.cumsum(np.hstack([np.ones((len(n), 1)), 1.0 - table[:, :-1]]), axis=1)
        fed = [at for at, (_, own) in enumerate(policies) if own > 1]
        policies = [(int(k), 1) for k in ks] + [policies[at] for at in fed]
        solved = np.hstack([table, solved[:, fed]])
        made = np.hstack([attempts, made[:, fed]])
        spent = np.hstack([attempts, spent[:, fed]])
    none = np.zeros((len(solved), 1))
    return _Tables(
        chains.in_the_end(),
        factors,
        ((0, 1), *policies),
        *(np.hstack([none, each]) for each in (solved, made, spent)),
    )


def _by_policy(
    factors: Factors, policies: list[tuple[int, int]], weights: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Solved, attempts made and their cost, shape (P, A) each."""
    count = len(factors.table[0])
    ones = np.ones((count, 1))
    # begins[i][:, j]: i chains all fail the first j steps.
    begins = [np.cumprod(np.hstack([ones, each]), axis=1) for each in factors.table]
    solved, made, spent = (np.zeros((count, len(policies))) for _ in range(3))
    for at, (r, end) in enumerate(policies):
        solved[:, at] = 1.0 - begins[r][:, end]
        for i in range(r):
            # The first i chains go on to the end where one more has failed j steps.
            rest = np.ones(count)
            for j in range(end - 1, -1, -1):
                rest = factors.table[i][:, j] * rest
                begun = begins[i + 1][:, j] * rest
                made[:, at] += begun
                spent[:, at] += weights[j] * begun
    return solved, made, spent
