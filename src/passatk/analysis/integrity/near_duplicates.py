"""Does pass@k grow by trying variants of one program?

Attempts of the same shape (equal but for names, constants and operators) form a group. With n_g
attempts of which c_g pass, and r_g = c_g / n_g, a reviewer who looks at the first-drawn member of
each group only solves the problem with probability

    fpass@k = 1 - [z^k] prod_g (1 + (1 - r_g) ((1 + z)^{n_g} - 1)) / C(n, k),

which is at most pass@k. The difference is what variants add. Where passing has nothing to do with
the group, it is what labels permuted within the problem give. Variants of one idea usually share
their fate and add less; they add more where a program is tried with one value after the other until
one passes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.special import comb

from passatk.analysis.finding import Finding
from passatk.analysis.integrity.evidence import (
    Chance,
    Tested,
    exceedance,
    fewest,
    mean_interval,
    nothing,
)
from passatk.analysis.integrity.part import Part
from passatk.stats.validation import FloatArray, IntArray

CODE = "integrity.near-duplicates"
LARGEST_K = 10


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
    drawn = np.arange(k + 1)
    fails = 1.0 - passes / sizes
    alone = sizes == 1
    total = np.zeros((len(passes), k + 1))
    total[:, 0] = 1.0
    for g in np.flatnonzero(~alone):
        ways = comb(sizes[g], drawn)
        ways[0] = 0.0
        lag = drawn - drawn[:, None]
        total = total + fails[:, g, None] * (total @ np.where(lag >= 0, ways[lag], 0.0))
    failing = fails[:, alone].sum(axis=1).round().astype(np.int64)
    # Failing single attempts are drawn freely: (1 + z)^failing.
    table = comb(np.arange(int(failing.max(initial=0)) + 1)[:, None], drawn[::-1])
    ways_to_fail: FloatArray = (total * table[failing]).sum(axis=1)
    solved: FloatArray = np.clip(1.0 - ways_to_fail / comb(int(sizes.sum()), k), 0.0, 1.0)
    return solved


def near_duplicates(
    parts: Sequence[Part], *, level: float, draws: int, rng: np.random.Generator
) -> Tested | Finding:
    """Test the gain from variants against permuted labels, over all problems and for each."""
    attempts = sum(part.n for part in parts)
    if any(part.chained for part in parts):
        return nothing(CODE, "Attempts are steps of chains, which pass@k says nothing about.")
    k = min(LARGEST_K, *(part.n for part in parts))
    groups = [_groups(part) for part in parts]
    telling = [i for i, part in enumerate(parts) if _can_tell(part, groups[i]) and k > 1]
    if not telling:
        return nothing(
            CODE,
            "No problem has passes, failures and several attempts of one shape, so variants "
            "cannot add to pass@k.",
            problems=len(parts),
            attempts=attempts,
        )
    chance = _chance([parts[i] for i in telling], [groups[i] for i in telling], k, draws, rng)
    gain = np.zeros(len(parts))
    gain[telling] = chance.observed
    low, high = mean_interval(gain, level, 0.0, 1.0)
    scale = 1.0 / len(parts)
    mean, sd = float(chance.total.mean()) * scale, float(chance.total.std()) * scale
    share = _share_of_gain(parts, gain, k)
    names = [parts[i].problem for i in telling]
    p_of_problem = dict(zip(names, chance.p_of_problem.tolist(), strict=True))
    effect = float(gain.mean())
    told = (
        f"Variants of programs already tried add {effect:.3f} to pass@{k}"
        f"{share}; {mean:.3f} if passing had nothing to do with the shape of a program"
    )
    return Tested(
        Finding(
            CODE,
            "not found",
            f"{told}: no more than chance explains.",
            effect=effect,
            unit=f"pass@{k} less what the first variant of each shape achieves",
            low=low,
            high=high,
            p=chance.p,
            method="first-variant pass@k; labels permuted within problems, one-sided",
            problems=len(telling),
            attempts=sum(parts[i].n for i in telling),
            evidence=fewest(chance.observed - chance.expected, names),
        ),
        f"{told}: consistent with trying values in one program until one passes.",
        mean,
        sd,
        p_of_problem,
    )


def _groups(part: Part) -> IntArray:
    """The group of each attempt, shape (n,)."""
    shapes = [facts.shape for facts in part.facts]
    _, group = np.unique(np.array(shapes, dtype=np.uint64), return_inverse=True)
    return group.astype(np.int64)


def _can_tell(part: Part, group: IntArray) -> bool:
    sizes = np.bincount(group)
    return 0 < part.c < part.n and len(sizes) > 1 and bool((sizes > 1).any())


def _chance(
    parts: Sequence[Part], groups: Sequence[IntArray], k: int, draws: int, rng: np.random.Generator
) -> Chance:
    observed, expected, p_of_problem = (np.zeros(len(parts)) for _ in range(3))
    total = np.zeros(draws)
    for i, (part, group) in enumerate(zip(parts, groups, strict=True)):
        sizes = np.bincount(group)
        passes = np.bincount(group, np.array(part.passed)).astype(np.int64)
        # Single attempts are one urn: which of them pass does not matter.
        several = sizes > 1
        alone = int((~several).sum())
        urns = np.append(sizes[several], alone)
        drawn = rng.multivariate_hypergeometric(urns, part.c, size=draws, method="marginals")
        fpass = _of_urns(sizes[several], alone, drawn, k)
        (own,) = _of_urns(
            sizes[several], alone, np.append(passes[several], passes[~several].sum())[None], k
        )
        passing = 1.0 - float(comb(part.n - part.c, k) / comb(part.n, k))
        observed[i] = passing - own
        gains = passing - fpass
        expected[i] = gains.mean()
        p_of_problem[i] = exceedance(observed[i], gains)
        total += gains
    return Chance(observed, expected, p_of_problem, total)


def _of_urns(sizes: IntArray, alone: int, drawn: IntArray, k: int) -> FloatArray:
    """fpass@k where the last urn is ``alone`` groups of one attempt."""
    single = np.arange(alone) < drawn[:, -1:]
    both = np.concatenate([sizes, np.ones(alone, dtype=np.int64)])
    return first_variant_pass(both, np.concatenate([drawn[:, :-1], single], axis=1), k)


def _share_of_gain(parts: Sequence[Part], gain: FloatArray, k: int) -> str:
    """The part of pass@k - pass@1 that comes from variants, as words."""
    reach = sum(
        1.0 - float(comb(part.n - part.c, k) / comb(part.n, k)) - part.c / part.n for part in parts
    )
    if reach <= 0:
        return ""
    counted = Counter(gain > 0)[True]
    return f" ({gain.sum() / reach:.0%} of what it gains over pass@1, at {counted} problems)"
