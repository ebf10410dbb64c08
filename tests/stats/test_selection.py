"""maj@k and n@k: what is submitted of k attempts, against enumeration of all subsets."""

from collections import Counter
from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.errors import DataError, PassatkError
from passatk.stats import Outcomes, estimate, maj_at_k, n_at_k, pass_at_k

attempts = st.lists(
    st.tuples(st.sampled_from("abcd"), st.booleans(), st.integers(0, 3)), min_size=1, max_size=7
)


def majority_right(answers: list[str], passed: list[bool], k: int) -> float:
    total = Fraction(0)
    for subset in combinations(range(len(answers)), k):
        votes = Counter(answers[i] for i in subset)
        winners = [a for a in votes if votes[a] == max(votes.values())]
        for winner in winners:
            drawn = [passed[i] for i in subset if answers[i] == winner]
            total += Fraction(sum(drawn), len(drawn) * len(winners))
    return float(total / comb(len(answers), k))


def submitted_right(passed: list[bool], ranks: list[int], submissions: int, k: int) -> float:
    total = Fraction(0)
    for subset in combinations(range(len(passed)), k):
        wrong, left = Fraction(1), submissions
        for rank in sorted({ranks[i] for i in subset}, reverse=True):
            group = [passed[i] for i in subset if ranks[i] == rank]
            take = min(left, len(group))
            wrong *= Fraction(comb(group.count(False), take), comb(len(group), take))
            left -= take
        total += 1 - wrong
    return float(total / comb(len(passed), k))


@given(attempts)
def test_majority_equals_enumeration(drawn: list[tuple[str, bool, int]]) -> None:
    """All k, ties and answers of which some attempts pass and others fail included."""
    answers, passed, _ = map(list, zip(*drawn, strict=True))
    ks = range(1, len(drawn) + 1)
    expected = [majority_right(answers, passed, k) for k in ks]
    np.testing.assert_allclose(maj_at_k(answers, passed, ks), expected, atol=1e-13)


@given(attempts, st.integers(1, 3))
def test_ranked_submission_equals_enumeration(
    drawn: list[tuple[str, bool, int]], submissions: int
) -> None:
    """All k, ties between ranks included."""
    _, passed, ranks = map(list, zip(*drawn, strict=True))
    ks = range(1, len(drawn) + 1)
    expected = [submitted_right(passed, ranks, submissions, k) for k in ks]
    np.testing.assert_allclose(n_at_k(passed, ranks, submissions, ks), expected, atol=1e-13)


def test_majority_of_many_answers_is_exact_too() -> None:
    """No Monte Carlo, however many answers: 60 against simulation, within its error."""
    rng = np.random.default_rng(3)
    answers = np.concatenate([np.zeros(25, int), np.ones(20, int), np.arange(2, 60)])
    passed = answers == 0
    k = 12
    hits = []
    for _ in range(4_000):
        drawn = answers[rng.permutation(len(answers))[:k]]
        votes = np.bincount(drawn)
        winners = np.flatnonzero(votes == votes.max())
        hits.append(rng.choice(winners) == 0)
    error = np.std(hits) / len(hits) ** 0.5
    assert abs(np.mean(hits) - maj_at_k(answers.tolist(), passed, k)) < 4 * error


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.randoms())
def test_bounds_of_a_ranker(passed: list[bool], random) -> None:
    """Submitting all is pass@k, a perfect ranker needs one, a blind one gives pass@submissions."""
    n, c = len(passed), sum(passed)
    k = random.randint(1, n)
    ranks = [random.random() for _ in passed]
    assert pass_at_k(n, c, k) == pytest.approx(n_at_k(passed, ranks, k, k), abs=1e-12)
    assert pass_at_k(n, c, k) == pytest.approx(n_at_k(passed, passed, 1, k), abs=1e-12)
    some = random.randint(1, k)
    assert pass_at_k(n, c, some) == pytest.approx(n_at_k(passed, [0] * n, some, k), abs=1e-12)


def test_estimate_of_majority_votes() -> None:
    """The mean over problems, from answers in any of the ways in."""
    answers = [["x", "x", "y"], ["p", "q", "q"]]
    passed = [[1, 1, 0], [1, 0, 0]]
    table = Outcomes.from_matrix(passed, answers=answers)
    triples = [
        (str(i), j, passed[i][j], answers[i][j]) for i in range(2) for j in reversed(range(3))
    ]
    columns = ("task_id", "attempt", "passed", "answer")
    frame = dict(zip(columns, zip(*triples, strict=True), strict=True))
    for outcomes in (
        table,
        Outcomes.from_records(triples),
        Outcomes.from_frame(frame, answer="answer"),
    ):
        (three,) = estimate(outcomes, 3, metric="maj@k")
        assert (three.metric, three.value) == ("maj@3", pytest.approx(0.5))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: maj_at_k(["a"], [True, False], 1), "expected: 1 values"),
        (lambda: maj_at_k([], [], 1), "no attempts"),
        (lambda: maj_at_k(["a"], [True], 2), "k must satisfy 1 <= k <= n (n=1); got k=2"),
        (lambda: n_at_k([True], [0.1, 0.2], 1, 1), "expected: 2 values"),
        (lambda: n_at_k([True], [float("inf")], 1, 1), "unusable score"),
        (lambda: Outcomes.from_matrix([[1, 0]], answers=[["a"]]), "found: shape (1, 1)"),
        (
            lambda: Outcomes.from_records([("t", 4, 1, None)]),
            "no answer at problem 't', attempt 4",
        ),
        (lambda: Outcomes.from_records([("t", 0, 1), ("t", 1, 1, "a")]), "3 and 4 values"),
        (lambda: estimate(Outcomes.from_matrix([[1]]), 1, metric="maj@k"), "have no answers"),
    ],
)
def test_what_cannot_be_is_refused(call, says: str) -> None:
    """The message says where and what."""
    with pytest.raises(DataError) as caught:
        call()
    assert says in str(caught.value)


@pytest.mark.parametrize("submissions", [0, 1.5])
def test_submissions_are_a_whole_number(submissions: float) -> None:
    """At least one."""
    with pytest.raises(PassatkError, match="submissions must be an integer >= 1"):
        n_at_k([True], [1.0], submissions, 1)
