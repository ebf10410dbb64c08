"""Judging in any order, killed and continued, gives the same store."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passatk.errors import DataError
from passatk.records import Status, Verdict
from passatk.store import JudgedAttempt, Progress, Store, open_store

from .examples import ENVIRONMENT, MANIFEST, attempts, benchmark, judge, verdict


def expected_content() -> list[JudgedAttempt]:
    return [JudgedAttempt(each, verdict(each.problem_id, each.program)) for each in attempts()]


def test_identical_programs_are_judged_once(store: Store) -> None:
    """Twelve attempts with nine distinct programs: nine are pending, all twelve get a verdict."""
    run = store.begin_run("a", benchmark(), MANIFEST, attempts())
    assert store.progress(run) == Progress(attempts=12, judged=0, pending_programs=9)
    assert [f"task/{i}" for i in range(3) for _ in range(3)] == [
        each.problem for each in store.pending(run)
    ]
    assert judge(store, run) == 9
    assert store.progress(run) == Progress(attempts=12, judged=12, pending_programs=0)
    assert expected_content() == list(store.attempts(run))


def test_a_run_that_is_deleted_while_it_is_judged(store: Store) -> None:
    """Its verdicts are for nobody; nothing of them is stored, and the message says why."""
    run = store.begin_run("a", benchmark(), MANIFEST, attempts())
    first = next(iter(store.pending(run)))
    store.delete_run(run.name)
    with pytest.raises(DataError, match="deleted or replaced meanwhile"):
        store.record(run, [(first.problem, first.program_id, Verdict(Status.PASSED))])
    assert [] == store.runs()


def test_the_same_program_is_judged_per_problem(store: Store) -> None:
    """A program at two problems has two verdicts: the tests differ."""
    made = attempts(problems=2, each=1)
    same = [type(each)(each.problem_id, 0, "pass", "pass") for each in made]
    run = store.begin_run("a", benchmark(), MANIFEST, same)
    assert [each.problem for each in store.pending(run)] == ["task/0", "task/1"]


@settings(max_examples=20)
@given(data=st.data())
def test_any_order_any_interruption_same_content(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Verdicts in any order and batches, some twice, with the store left at any batch."""
    path = tmp_path_factory.mktemp("store") / "s.db"
    for last in (False, False, True):
        with open_store(path) as store:
            run = store.begin_run("a", benchmark(), MANIFEST, attempts())
            todo = [
                (each.problem, each.program_id, verdict(each.problem, each.program))
                for each in store.pending(run)
            ]
            order = data.draw(st.permutations(todo))
            end = len(order) if last else data.draw(st.integers(0, len(order)))
            size = data.draw(st.integers(1, 4))
            for start in range(0, end, size):
                store.record(run, order[start : start + size])
                if data.draw(st.booleans()):
                    store.record(run, order[: start + size])
    with open_store(path) as store:
        assert expected_content() == list(store.attempts(store.run("a")))


def test_a_first_verdict_stands(store: Store) -> None:
    """Recording a program again changes nothing."""
    run = store.begin_run("a", benchmark(), MANIFEST, attempts())
    pending = list(store.pending(run))
    judge(store, run)
    again = Verdict(Status.JUDGE_ERROR)
    store.record(run, [(each.problem, each.program_id, again) for each in pending])
    assert expected_content() == list(store.attempts(run))


@pytest.mark.parametrize("key", [("task/9", 1), ("task/0", 10**6)])
def test_a_verdict_for_nothing_is_refused(store: Store, key: tuple[str, int]) -> None:
    """A verdict is never lost in silence."""
    run = store.begin_run("a", benchmark(), MANIFEST, attempts())
    with pytest.raises(DataError, match="does not have"):
        store.record(run, [(*key, Verdict(Status.PASSED))])


def test_judge_errors_can_be_retried(store: Store) -> None:
    """Only what ended in judge_error is pending again, and gets its new verdict."""
    run = store.begin_run("a", benchmark(), MANIFEST, attempts())
    failed = next(store.pending(run))
    store.record(run, [(failed.problem, failed.program_id, Verdict(Status.JUDGE_ERROR))])
    judge(store, run)
    assert store.retry_errors(run) == 2
    assert [failed] == list(store.pending(run))
    judge(store, run)
    assert expected_content() == list(store.attempts(run))
    assert store.retry_errors(run) == 0


def test_pending_crosses_pages_while_verdicts_come(store: Store) -> None:
    """More programs than a page holds: each comes once, though judging goes on meanwhile."""
    made = attempts(each=300, distinct=300)
    run = store.begin_run("a", benchmark(), MANIFEST, made)
    assert judge(store, run, batch=90) == 900
    assert store.progress(run) == Progress(attempts=900, judged=900, pending_programs=0)


WRITER = """
import sys
from tests_store.examples import MANIFEST, attempts, benchmark, judge
from passatk.store import open_store
with open_store(sys.argv[1]) as store:
    print("open", flush=True)
    run = store.begin_run("a", benchmark(), MANIFEST, attempts(each=60, distinct=50))
    judge(store, run, batch=1)
"""


@pytest.fixture
def writer(tmp_path: Path) -> list[str]:
    """A command that begins or continues a run of 150 programs and judges it."""
    (tmp_path / "tests_store").symlink_to(Path(__file__).parent)
    (tmp_path / "writer.py").write_text(WRITER)
    return [sys.executable, str(tmp_path / "writer.py")]


def test_a_killed_writer_continues(writer: list[str], path: Path) -> None:
    """Killed ten times at random moments, continued each time: none lost, none doubled."""
    chance = random.Random(1)
    for _ in range(10):
        with subprocess.Popen(
            [*writer, str(path)], stdout=subprocess.PIPE, env=ENVIRONMENT
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"open\n"
            time.sleep(chance.uniform(0, 0.06))
            process.send_signal(signal.SIGKILL)
    made = attempts(each=60, distinct=50)
    with open_store(path) as store:
        run = store.begin_run("a", benchmark(), MANIFEST, made)
        judge(store, run)
        assert [(each, verdict(each.problem_id, each.program)) for each in made] == list(
            store.attempts(run)
        )


def test_two_writers_and_a_reader(writer: list[str], path: Path) -> None:
    """Two processes that make and judge the same run wait for each other; a reader just reads."""
    processes = [
        subprocess.Popen([*writer, str(path)], stdout=subprocess.DEVNULL, env=ENVIRONMENT)
        for _ in "ab"
    ]
    judged = [0]
    while any(process.poll() is None for process in processes):
        if path.exists() and path.stat().st_size:
            with open_store(path) as store:
                judged += [each.judged for each in store.runs()]
        time.sleep(0.02)
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(judged) == judged
    with open_store(path) as store:
        assert store.progress(store.run("a")) == Progress(180, 180, 0)
