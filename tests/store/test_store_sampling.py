"""What sampling asks of the store: attempts one by one, a manifest that grows, what was spent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from passatk.errors import DataError
from passatk.records import Status
from passatk.store import Made, Store

from .examples import MANIFEST, attempt, benchmark, judge


def test_filed_attempts_come_back_with_their_programs(store: Store) -> None:
    """In the order given, each with its program's id; the same program has the same one."""
    run = store.begin_run("r", benchmark(), MANIFEST)
    first = store.file_attempts(run, [attempt(1, 0), attempt(0, 0), attempt(1, 1)])
    assert [("task/1", 0), ("task/0", 0), ("task/1", 1)] == [(f.problem, f.number) for f in first]
    assert first[0].program_id == first[2].program_id != first[1].program_id
    assert {None} == {each.status for each in first}


def test_filed_attempts_take_over_verdicts(store: Store) -> None:
    """A program that was judged for the problem has its verdict at once."""
    run = store.begin_run("r", benchmark(), MANIFEST)
    store.file_attempts(run, [attempt(0, 0)])
    assert 1 == judge(store, run)
    (again, other) = store.file_attempts(run, [attempt(0, 1), attempt(1, 0)])
    assert again.status in (Status.PASSED, Status.WRONG_ANSWER)
    assert other.status is None


def test_an_attempt_is_filed_once(store: Store) -> None:
    """A second one with its number is refused, and nothing of that call is stored."""
    run = store.begin_run("r", benchmark(), MANIFEST)
    store.file_attempts(run, [attempt(0, 0)])
    with pytest.raises(DataError, match="the same problem and number"):
        store.file_attempts(run, [attempt(0, 1), attempt(0, 0)])
    assert [Made("task/0", 0, None, None, None)] == list(store.made(run))


def test_made_is_in_benchmark_order(store: Store) -> None:
    """Whatever the order they came in; chains and steps come along."""
    run = store.begin_run("r", benchmark(), MANIFEST)
    store.file_attempts(run, [replace(attempt(1, 5), chain=2, step=1), attempt(0, 1)])
    store.file_attempts(run, [attempt(0, 0)])
    expected = [("task/0", 0, None), ("task/0", 1, None), ("task/1", 5, 2)]
    assert expected == [(each.problem, each.number, each.chain) for each in store.made(run)]


def test_spending(store: Store) -> None:
    """Costs, tokens and marks add up; where nothing has a price there is no cost."""
    run = store.begin_run("r", benchmark(), MANIFEST)
    store.file_attempts(run, [attempt(0, 0), replace(attempt(0, 1), extra={"mark": "empty"})])
    assert (None, {"empty": 1}) == (store.spending(run).cost, store.spending(run).marks)
    paid = {"cost": 0.25, "prompt_tokens": 3, "completion_tokens": 4, "note": "n"}
    store.file_attempts(run, [replace(attempt(1, i), extra=paid) for i in range(2)])
    spent = store.spending(run)
    assert (0.5, 6, 8) == (spent.cost, spent.prompt_tokens, spent.completion_tokens)


def test_a_manifest_can_be_amended(store: Store) -> None:
    """Entries at its top are replaced or added; the others stay."""
    run = store.begin_run("r", benchmark(), MANIFEST)
    amended = store.amend(run, {"plan": {"attempts": 3}, "versions": {"x": "2"}})
    assert amended == store.run("r")
    assert MANIFEST["settings"] == amended.manifest["settings"]
    assert ({"attempts": 3}, {"x": "2"}) == (
        amended.manifest["plan"],
        amended.manifest["versions"],
    )
