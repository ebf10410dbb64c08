"""Clusters of attempts: levels, links without comparing all pairs, fingerprints."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from passatk.analysis.programs import APPROACH, LEVELS, NORMAL, SHAPE, TEXT, cluster_programs
from passatk.analysis.programs.clusters import THRESHOLDS, threshold_level
from passatk.analysis.programs.fingerprints import K, W, fingerprints, similarities
from passatk.analysis.programs.neighbours import Links, links

LOOP = "def f(xs):\n    t = 0\n    for x in xs:\n        t += x\n    return t\n"
RENAMED = LOOP.replace("t", "s").replace("res", "ret").replace("resurn", "return")
OTHER_START = LOOP.replace("t = 0", "t = 1")
SUM = "def f(xs):\n    return sum(xs)\n"


def test_levels_from_strict_to_loose() -> None:
    """Copies, renamed copies, another literal, another approach."""
    found = cluster_programs([LOOP, LOOP, RENAMED, OTHER_START, SUM])
    assert [0, 0, 1, 2, 3] == found.labels[TEXT].tolist()
    assert [0, 0, 0, 1, 2] == found.labels[NORMAL].tolist()
    assert [0, 0, 0, 0, 1] == found.labels[SHAPE].tolist()
    assert {"parsed": 5} == found.readings
    assert LEVELS == tuple(found.labels)
    assert 3 == len(found.forms)


@given(st.lists(st.sampled_from([LOOP, RENAMED, OTHER_START, SUM, "", "x", "é\0"]), min_size=1))
def test_looser_levels_are_unions_of_stricter_ones(programs: list[str]) -> None:
    """Along normal forms and falling similarity, and labels count up from 0 as they appear."""
    found = cluster_programs(programs)
    chain = [TEXT, NORMAL, *map(threshold_level, THRESHOLDS)]
    for strict, loose in pairwise(chain):
        pairs = set(zip(found.labels[strict].tolist(), found.labels[loose].tolist(), strict=True))
        assert len(pairs) == found.labels[strict].max() + 1
    for labels in found.labels.values():
        firsts = [labels.tolist().index(label) for label in range(labels.max() + 1)]
        assert sorted(firsts) == firsts


@given(st.lists(st.integers(0, 5), max_size=40), st.lists(st.integers(0, 5), max_size=40))
def test_common_runs_share_a_fingerprint(before: list[int], after: list[int]) -> None:
    """K + W - 1 tokens in a row in common are never missed, whatever stands around them."""
    run = [(100 + i, b"run") for i in range(K + W - 1)]
    one = fingerprints([*((i, b"a") for i in before), *run])
    other = fingerprints([*run, *((i, b"b") for i in after)])
    assert set(one.tolist()) & set(other.tolist())


def test_fingerprints_of_few_tokens() -> None:
    """None, one and K tokens have one fingerprint each, all different."""
    few = [fingerprints([(1, b"x")] * count) for count in (0, 1, K - 1, K)]
    assert [1, 1, 1, 1] == [len(each) for each in few]
    assert 4 == len({int(each[0]) for each in few})


sets = st.lists(
    st.frozensets(st.integers(0, 20), min_size=1).map(
        lambda each: np.array(sorted(each), dtype=np.uint64)
    ),
    min_size=1,
    max_size=12,
)


@given(sets)
def test_similarities_are_jaccard(prints: list[np.ndarray]) -> None:
    """Against sets of Python, and positive semidefinite."""
    plain = [set(each.tolist()) for each in prints]
    expected = [[len(a & b) / len(a | b) for b in plain] for a in plain]
    found = similarities(prints)
    assert np.allclose(expected, found)
    assert np.linalg.eigvalsh(found)[0] > -1e-9


def components(found: Links, count: int, threshold: float) -> int:
    near = found.similarity >= threshold
    pairs = (found.first[near], found.second[near])
    graph = coo_array((np.ones(int(near.sum())), pairs), shape=(count, count))
    return int(connected_components(graph, directed=False)[0])


def test_candidates_find_what_all_pairs_find() -> None:
    """Families of programs at many distances: the same clusters down to a similarity of 0.6."""
    rng = np.random.default_rng(5)
    prints = []
    for _ in range(60):
        core = rng.integers(0, 2**62, 40, dtype=np.uint64)
        for _ in range(int(rng.integers(1, 12))):
            kept = core[rng.random(40) < rng.uniform(0.6, 1.0)]
            prints.append(np.unique(np.append(kept, rng.integers(0, 2**62, 3, dtype=np.uint64))))
    every = links(prints, 0.5, all_pairs=len(prints))
    some = links(prints, 0.5, all_pairs=0)
    assert len(some.first) < len(every.first)
    for threshold in (0.9, 0.8, 0.7, 0.6):
        expected = components(every, len(prints), threshold)
        assert expected == pytest.approx(components(some, len(prints), threshold), rel=0.01)
    known = {(a, b): s for a, b, s in zip(every.first, every.second, every.similarity, strict=True)}
    for a, b, s in zip(some.first, some.second, some.similarity, strict=True):
        assert known[a, b] == pytest.approx(s)


def test_the_number_of_pairs_compared_grows_with_the_number_of_programs() -> None:
    """Not with its square, even where all are alike."""
    core = np.arange(40, dtype=np.uint64)
    counts = []
    for count in (500, 1000):
        prints = [np.append(core, np.uint64(1000 + i)) for i in range(count)]
        found = links(prints, 0.5)
        counts.append(len(found.first))
        assert 1 == components(found, count, 0.9)
    assert counts[1] < 2.5 * counts[0]


def test_an_approach_is_more_than_a_copy() -> None:
    """The chosen level joins what differs in a literal, and keeps apart what works otherwise."""
    body = LOOP.replace(
        "t += x", "if x > 0:\n            t += x * x\n        else:\n            t -= x"
    )
    found = cluster_programs([body, body.replace("> 0", "> 1"), SUM])
    assert [0, 0, 1] == found.labels[APPROACH].tolist()
