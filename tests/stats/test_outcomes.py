"""Outcomes from counts, tables, records and frames."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.errors import DataError
from passatk.stats import Outcomes

NAN = float("nan")


def as_lists(outcomes: Outcomes) -> dict[str, list[bool]]:
    return dict(zip(outcomes.problems, [row.tolist() for row in outcomes.rows()], strict=True))


def test_counts_take_one_n_for_all_and_number_the_problems() -> None:
    """The shortest form."""
    outcomes = Outcomes.from_counts(10, [0, 3, 10])
    assert outcomes.problems == ("0", "1", "2")
    assert outcomes.n.tolist() == [10, 10, 10]
    assert outcomes.c.tolist() == [0, 3, 10]
    assert len(outcomes) == 3
    assert repr(outcomes) == "Outcomes(problems=3, attempts=30, passed=13)"


def test_records_come_in_any_order_and_are_put_in_order() -> None:
    """Problems by first appearance, attempts by number; gaps in numbers close."""
    outcomes = Outcomes.from_records([("b", 7, True), ("a", 0, False), ("b", 2, 0), ("a", 1, 1.0)])
    assert as_lists(outcomes) == {"b": [False, True], "a": [False, True]}
    assert list(outcomes.problems) == ["b", "a"]


def test_results_are_one_byte_an_attempt() -> None:
    """A million attempts fit in a megabyte."""
    outcomes = Outcomes.from_matrix(np.zeros((100, 50)))
    assert outcomes.results.nbytes == 100 * 50


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=6), min_size=1, max_size=8))
def test_every_way_in_agrees(rows: list[list[bool]]) -> None:
    """Table, records, frame and counts of the same run."""
    width = max(map(len, rows))
    table = Outcomes.from_matrix([[*row, *[NAN] * (width - len(row))] for row in rows])
    triples = [(str(i), j, x) for i, row in enumerate(rows) for j, x in enumerate(row)]
    records = Outcomes.from_records(reversed(triples))
    frame = Outcomes.from_frame(
        dict(zip(("task_id", "attempt", "passed"), zip(*triples, strict=True), strict=True))
    )
    counts = Outcomes.from_counts([len(row) for row in rows], [sum(row) for row in rows])
    expected = {str(i): row for i, row in enumerate(rows)}
    for outcomes in (table, records, frame):
        assert expected == as_lists(outcomes)
    by_name = dict(zip(counts.problems, zip(counts.n, counts.c, strict=True), strict=True))
    assert by_name == dict(
        zip(records.problems, zip(records.n, records.c, strict=True), strict=True)
    )


def test_a_frame_may_name_its_columns_and_lack_numbers() -> None:
    """Without an attempt column the rows are in generation order."""
    frame = {"id": np.array([1, 2, 1]), "ok": np.array([True, False, False])}
    outcomes = Outcomes.from_frame(frame, problem="id", attempt=None, passed="ok")
    assert as_lists(outcomes) == {"1": [True, False], "2": [False]}


def test_a_missing_column_is_named_with_those_there_are() -> None:
    """The message lists what could have been meant."""
    with pytest.raises(DataError, match=r"no column 'task_id'[\s\S]*found: problem, passed"):
        Outcomes.from_frame({"problem": ["a"], "passed": [True]})


def test_weights_strata_and_clusters_by_position_or_by_name() -> None:
    """A mapping does not depend on the order of problems."""
    by_name = Outcomes.from_records(
        [("b", 0, 1), ("a", 0, 0)], weights={"a": 2, "b": 1}, strata={"a": "easy", "b": "hard"}
    )
    by_position = Outcomes.from_counts(
        1, [1, 0], problems=["b", "a"], weights=[1, 2], clusters=[7, 8]
    )
    assert [1.0, 2.0] == by_name.weights.tolist() == by_position.weights.tolist()
    assert by_name.strata == ("hard", "easy")
    assert by_position.clusters == ("7", "8")


def test_the_data_cannot_be_changed_afterwards() -> None:
    """Neither through the outcomes nor through the caller's own array, which stays writeable."""
    own = np.array([1, 2])
    outcomes = Outcomes.from_counts(3, own)
    own[0] = 3
    assert outcomes.c.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        outcomes.c[0] = 0


def test_counts_have_no_order_to_show() -> None:
    """Analyses of order must not invent one."""
    with pytest.raises(DataError, match="order of attempts is not known"):
        Outcomes.from_counts(3, [1]).rows()


@pytest.mark.parametrize(
    ("records", "says"),
    [
        ([("HumanEval/3", 1, True)] * 2, "problem 'HumanEval/3' has attempt 1 more than once"),
        ([("a", 0, True), ("a", 1, None)], "at problem 'a', attempt 1"),
        ([("a", 0, NAN)], "found: nan"),
        ([("a", 0, "True")], "found: 'True'"),
        ([("a", 0, 0.5)], "graded scores are not pass or fail"),
        ([("a", "first", True)], "attempt does not hold numbers"),
        ([("a", 1.5, True)], "attempt=1.5"),
        ([(1, 0, True), ("1", 0, True)], "problem '1' comes 2 times"),
        ([(NAN, 0, True)], "missing label"),
        ([], "no problems"),
    ],
)
def test_records_that_cannot_be_are_refused(records: list, says: str) -> None:
    """The message says which problem, which attempt, what was found."""
    with pytest.raises(DataError) as caught:
        Outcomes.from_records(records)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ([[1, NAN, 0]], "missing before others at problem '0', column 1"),
        ([[1, 0], [NAN, NAN]], "n must satisfy 1 <= n <= 2147483647 at problem '1'"),
        ([[1, 2]], "at problem '0'"),
        ([[1, 0], [1]], "rows of different lengths"),
        ([1, 0], "results are not a table"),
        (np.zeros((0, 3)), "no problems"),
    ],
)
def test_tables_that_cannot_be_are_refused(table: object, says: str) -> None:
    """NaN is a missing attempt at the end of a row, and nothing else."""
    with pytest.raises(DataError) as caught:
        Outcomes.from_matrix(table)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"n": 5, "c": [1, 7]}, "at index 1"),
        ({"n": 5, "c": [1, 7], "problems": ["a", "b"]}, "at problem 'b'"),
        ({"n": 5, "c": [1, 2], "problems": ["a", "a"]}, "problem 'a' comes 2 times"),
        ({"n": 5, "c": [1, 2], "problems": ["a"]}, "expected: 2 values"),
        ({"n": [[5]], "c": [[1]]}, "found: shape (1, 1)"),
        ({"n": 5, "c": [1, 2], "weights": [1.0]}, "expected: 2 values"),
        ({"n": 5, "c": [1, 2], "weights": [1.0, 0.0]}, "unusable weight at problem '1'"),
        ({"n": 5, "c": [1, 2], "weights": ["heavy", 1]}, "weights are not numbers"),
        ({"n": 5, "c": [1, 2], "clusters": ["x", None]}, "missing label at index 1"),
        ({"n": 5, "c": [1, 2], "strata": {"0": "x"}}, "strata say nothing about problem '1'"),
    ],
)
def test_counts_that_cannot_be_are_refused(arguments: dict, says: str) -> None:
    """Every per-problem value belongs to a problem, and every problem has one."""
    with pytest.raises(DataError) as caught:
        Outcomes.from_counts(**arguments)
    assert says in str(caught.value)
