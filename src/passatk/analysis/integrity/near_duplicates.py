"""Does pass@k grow by trying variants of one program?

Identical programs (but for names) have one verdict and count once. Three or more different programs
of the same shape (equal but for names, constants and operators) form a group; two are often one
idea and its mistake, and form none. With n_g programs of which c_g
pass, and r_g = c_g / n_g, a reviewer who looks at the first-drawn member of each group only solves
the problem with probability

    fpass@k = 1 - [z^k] prod_g (1 + (1 - r_g) ((1 + z)^{n_g} - 1)) / C(n, k),

which is at most pass@k. The difference is what variants add. Where passing has nothing to do with
the group, it is what labels permuted within the problem give. Variants of one idea usually share
their fate and add less; they add more where a program is tried with one value after the other until
one passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import comb

from passatk.analysis.finding import Finding
from passatk.analysis.integrity.evidence import (
    Answer,
    Chance,
    exceedance,
    fewest,
    mean_interval,
    nothing,
)
from passatk.analysis.integrity.part import Part
from passatk.stats.validation import BoolArray, FloatArray, IntArray

CODE = "integrity.near-duplicates"
LARGEST_K = 10
_FEWEST = 3


def first_variant_pass(sizes: IntArray, passes: IntArray, k: int) -> FloatArray:
    """fpass@k for B assignments of passes to the same groups.

    Args:
        sizes: attempts of each group, shape (G,).
        passes: of each group, shape (B, G), 0 <= passes <= sizes.
        k: at most the sum of sizes; meant for small k, as the cost grows with its square.

    Returns:
        shape (B,), in [0, 1].

    >>> first_variant_pass(np.array([2, 1]), np.array([[1, 0], [2, 0]]), 2).round(4).tolist()
    [0.5, 1.0]
    """
    alone = sizes == 1
    failing = int(alone.sum()) - passes[:, alone].sum(axis=1)
    return _solved(sizes[~alone], passes[:, ~alone], failing, int(sizes.sum()), k)


def _solved(sizes: IntArray, passes: IntArray, failing: IntArray, n: int, k: int) -> FloatArray:
    """fpass@k of groups and, in each of B assignments, ``failing`` failures that stand alone."""
    drawn = np.arange(k + 1)
    fails = 1.0 - passes / sizes
    total = np.zeros((len(passes), k + 1))
    total[:, 0] = 1.0
    for g, size in enumerate(sizes):
        ways = comb(size, drawn)
        ways[0] = 0.0
        lag = drawn - drawn[:, None]
        total = total + fails[:, g, None] * (total @ np.where(lag >= 0, ways[lag], 0.0))
    # Failures that stand alone are drawn freely: (1 + z)^failing.
    table = comb(np.arange(int(failing.max(initial=0)) + 1)[:, None], drawn[::-1])
    ways_to_fail: FloatArray = (total * table[failing]).sum(axis=1)
    solved: FloatArray = np.clip(1.0 - ways_to_fail / comb(n, k), 0.0, 1.0)
    return solved


@dataclass(frozen=True, slots=True)
class _Different:
    """The different programs at a problem: the group of each, and which pass; shape (n,)."""

    problem: str
    group: IntArray
    passed: BoolArray

    @property
    def k(self) -> int:
        return min(LARGEST_K, len(self.group))

    @property
    def solved(self) -> float:
        """pass@k of k different programs."""
        n, c = len(self.group), int(self.passed.sum())
        return 1.0 - float(comb(n - c, self.k) / comb(n, self.k))

    @property
    def telling(self) -> bool:
        """Whether labels could fall on the groups in another way."""
        sizes = np.bincount(self.group)
        both = bool(self.passed.any()) and not bool(self.passed.all())
        return both and len(sizes) > 1 and bool((sizes > 1).any())


def near_duplicates(
    parts: Sequence[Part], *, level: float, draws: int, rng: np.random.Generator
) -> Answer | Finding:
    """Test the gain from variants against permuted labels, over all problems and for each."""
    if any(part.chained for part in parts):
        return nothing(CODE, "Attempts are steps of chains, which pass@k says nothing about.")
    every = [_different(part) for part in parts]
    telling = [i for i, each in enumerate(every) if each.telling]
    if not telling:
        return nothing(
            CODE,
            "No problem has passes, failures and different programs of one shape, so variants "
            "cannot add to pass@k.",
            problems=len(parts),
            attempts=sum(part.n for part in parts),
        )
    chance = _chance([every[i] for i in telling], draws, rng)
    gain = np.zeros(len(parts))
    gain[telling] = chance.observed
    low, high = mean_interval(gain, level, 0.0, 1.0)
    scale = 1.0 / len(parts)
    mean, sd = float(chance.total.mean()) * scale, float(chance.total.std()) * scale
    reach = sum(each.solved - float(each.passed.mean()) for each in every)
    names = [parts[i].problem for i in telling]
    effect = float(gain.mean())
    told = (
        f"Variants of programs already tried add {effect:.4f} to the pass rate of up to "
        f"{LARGEST_K} different programs ({gain.sum() / max(reach, 1e-12):.0%} of what these gain "
        f"over one); {mean:.4f} if passing had nothing to do with the shape"
    )
    return Answer(
        Finding(
            CODE,
            "not found",
            f"{told}: no more than chance explains.",
            effect=effect,
            unit="pass@k of different programs less that of the first variant of each shape",
            low=low,
            high=high,
            p=chance.p,
            method=f"first-variant pass@k, k = {LARGEST_K} or all programs; labels permuted within "
            "problems, one-sided",
            problems=len(telling),
            attempts=sum(parts[i].n for i in telling),
            evidence=fewest(chance.observed - chance.expected, names),
        ),
        f"{told}: consistent with trying values in one program until one passes.",
        mean,
        sd,
        dict(zip(names, chance.p_of_problem.tolist(), strict=True)),
    )


def _different(part: Part) -> _Different:
    """Programs told apart by their key; one that passed once counts as passing."""
    passed: dict[int, bool] = {}
    shape: dict[int, int] = {}
    for facts, ok in zip(part.facts, part.passed, strict=True):
        passed[facts.program] = passed.get(facts.program, False) or ok
        shape[facts.program] = facts.shape
    shapes = np.array(list(shape.values()), dtype=np.uint64)
    _, group, sizes = np.unique(shapes, return_inverse=True, return_counts=True)
    alone = sizes[group] < _FEWEST
    group[alone] = len(sizes) + np.arange(int(alone.sum()))
    _, group = np.unique(group, return_inverse=True)
    return _Different(part.problem, group.astype(np.int64), np.array(list(passed.values())))


def _chance(problems: Sequence[_Different], draws: int, rng: np.random.Generator) -> Chance:
    observed, expected, p_of_problem = (np.zeros(len(problems)) for _ in range(3))
    total = np.zeros(draws)
    for i, each in enumerate(problems):
        sizes = np.bincount(each.group)
        passes = np.bincount(each.group, each.passed).astype(np.int64)
        # Programs alone in their group are one urn: which of them pass does not matter.
        several = sizes > 1
        alone = int((~several).sum())
        urns = np.append(sizes[several], alone)
        drawn = rng.multivariate_hypergeometric(
            urns, int(passes.sum()), size=draws, method="marginals"
        )
        own = np.append(passes[several], passes[~several].sum())
        gains = each.solved - _of_urns(sizes[several], alone, drawn, each.k)
        observed[i] = each.solved - _of_urns(sizes[several], alone, own[None], each.k)[0]
        expected[i] = gains.mean()
        p_of_problem[i] = exceedance(observed[i], gains)
        total += gains
    return Chance(observed, expected, p_of_problem, total)


def _of_urns(sizes: IntArray, alone: int, drawn: IntArray, k: int) -> FloatArray:
    """fpass@k where the last urn is ``alone`` groups of one program."""
    return _solved(sizes, drawn[:, :-1], alone - drawn[:, -1], int(sizes.sum()) + alone, k)
