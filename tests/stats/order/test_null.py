"""Random orders: both ways of drawing them agree with enumeration."""

from collections import Counter
from itertools import pairwise, permutations

import numpy as np
import pytest

from passatk.stats.order import null
from passatk.stats.order.null import null_draws


def every_order(n: int, passes: list[int]) -> Counter[tuple[int, ...]]:
    """The distribution of (passed at each place, solved by each place, adjacent), problem by
    problem convolved."""
    total: Counter[tuple[int, ...]] = Counter({(0,) * (2 * n + 1): 1})
    for c in passes:
        single: Counter[tuple[int, ...]] = Counter()
        for row in set(permutations([1] * c + [0] * (n - c))):
            solved = [int(any(row[: t + 1])) for t in range(n)]
            adjacent = sum(a and b for a, b in pairwise(row))
            single[(*row, *solved, adjacent)] += 1
        new: Counter[tuple[int, ...]] = Counter()
        for left, weight in total.items():
            for right, more in single.items():
                new[tuple(a + b for a, b in zip(left, right, strict=True))] += weight * more
        total = new
    return total


@pytest.mark.parametrize("follow", [null._follow_problems, null._follow_states])
def test_draws_have_the_permutation_distribution(follow) -> None:
    """Chi-square of 40,000 draws against the enumerated joint distribution of all three sums."""
    n, passes, draws = 4, [1, 2, 3], 40_000
    expected = every_order(n, passes)
    found = follow(n, np.array(passes), draws, np.random.default_rng(1))
    rows = np.column_stack([found.passed, found.solved, found.adjacent]).astype(int)
    seen = Counter(map(tuple, rows.tolist()))
    assert set(seen) <= set(expected)
    weights = np.array(list(expected.values())) / sum(expected.values()) * draws
    counts = np.array([seen[key] for key in expected])
    chi_square = float(np.sum((counts - weights) ** 2 / weights))
    freedom = len(expected) - 1
    assert abs(chi_square - freedom) < 4.5 * (2 * freedom) ** 0.5


def test_many_problems_are_followed_by_state() -> None:
    """The same moments from both ways, and exact totals, where states are fewer than problems."""
    passes = np.repeat([1, 2, 4], 40)
    rng = np.random.default_rng(2)
    by_state = null._follow_states(5, passes, 4000, rng)
    by_problem = null._follow_problems(5, passes, 4000, rng)
    for each in (by_state, by_problem):
        assert (each.passed.sum(axis=1) == passes.sum()).all()
        assert (each.solved[:, -1] == len(passes)).all()
    for name in ("passed", "solved", "adjacent"):
        one, other = getattr(by_state, name), getattr(by_problem, name)
        error = np.maximum(one.std(axis=0), 1e-9) / 4000**0.5
        assert (np.abs(one.mean(axis=0) - other.mean(axis=0)) < 6 * error).all()
        np.testing.assert_allclose(one.std(axis=0), other.std(axis=0), rtol=0.1)


def test_blocks_cover_every_draw_once() -> None:
    """However many blocks, the slices join without a gap."""
    blocks = [block for block, _ in null_draws(50, np.full(400, 7), 6000, np.random.default_rng(3))]
    assert len(blocks) > 1
    assert [i for b in blocks for i in range(b.start, b.stop)] == list(range(6000))
