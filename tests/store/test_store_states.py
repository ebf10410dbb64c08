"""What people note on runs, how often these were written to, and stores of earlier versions."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from passatk.errors import DataError
from passatk.records import Status, Trust, Verdict
from passatk.store import Run, RunState, Store, open_store, probe_store

from .examples import MANIFEST, attempt, attempts, benchmark, judge

VERSION_1 = """
    DROP TABLE run_state;
    UPDATE meta SET value = '1' WHERE key = 'schema';
"""


@pytest.fixture
def run(store: Store) -> Run:
    """A run with 12 attempts, none of them judged."""
    return store.begin_run("a", benchmark(), MANIFEST, attempts())


def test_a_new_run_has_no_state(store: Store, run: Run) -> None:
    """Nothing is noted, and nothing was written since."""
    assert RunState() == store.state(run.id)
    assert [RunState()] == [each.state for each in store.listed()]


def test_notes_on_a_run(store: Store, run: Run) -> None:
    """Each part is changed by itself; tags are kept once each."""
    store.annotate(run, tags=["b", " a ", "b", ""], note="first\r\nsecond")
    store.annotate(run, archived=True)
    assert RunState(0, ("b", "a"), "first\nsecond", True) == store.state(run.id)
    store.annotate(run, tags=[], archived=False)
    assert RunState(0, (), "first\nsecond", False) == store.listed()[0].state


@pytest.mark.parametrize(
    "words",
    [
        {"tags": ["x" * 51]},
        {"tags": ["a,b"]},
        {"tags": ["\x1b"]},
        {"tags": [str(each) for each in range(21)]},
        {"note": "x" * 10_001},
        {"note": "\x00"},
        {"note": "\ud800"},
    ],
)
def test_notes_that_are_refused(store: Store, run: Run, words: dict[str, str]) -> None:
    """Too long, too many, or not to be printed; and nothing is changed."""
    with pytest.raises(DataError):
        store.annotate(run, **words)  # type: ignore[arg-type]
    assert RunState() == store.state(run.id)


def test_the_revision_grows_with_every_writing(store: Store, run: Run) -> None:
    """Verdicts, further attempts and retries; notes are no writing to the attempts."""
    seen = [store.state(run.id).revision]
    judge(store, run, limit=2)
    seen.append(store.state(run.id).revision)
    store.add_attempts(run, [attempt(0, 99)])
    seen.append(store.state(run.id).revision)
    store.retry_errors(run)
    seen.append(store.state(run.id).revision)
    assert sorted(set(seen)) == seen
    store.annotate(run, note="a note")
    assert seen[-1] == store.state(run.id).revision


def test_the_state_goes_with_its_run(store: Store, run: Run) -> None:
    """A run that is replaced begins anew."""
    store.annotate(run, tags=["old"])
    again = store.begin_run("a", benchmark(), MANIFEST, attempts(), replace=True)
    assert RunState() == store.state(again.id)
    assert RunState() == store.state(run.id)


def test_a_store_of_version_1_is_brought_along(tmp_path: Path) -> None:
    """Opened for writing it gets what is new; what it holds stays."""
    path = old_store(tmp_path)
    with open_store(path) as store:
        run = store.run("a")
        assert RunState() == store.state(run.id)
        judge(store, run)
        assert store.progress(run).judged == 12
        store.annotate(run, tags=["kept"])
    with open_store(path) as store:
        assert ("kept",) == store.listed()[0].state.tags


def test_a_store_of_version_1_is_read_as_it_is(tmp_path: Path) -> None:
    """Opened for reading only it is not changed, and its revisions are unknown."""
    path = old_store(tmp_path)
    before = path.read_bytes()
    with open_store(path, read_only=True) as store:
        assert RunState(revision=None) == store.listed()[0].state
        assert RunState(revision=None) == store.state(store.run("a").id)
        assert 12 == store.progress(store.run("a")).attempts
    assert before == path.read_bytes()


def test_a_store_of_version_1_is_not_changed_by_a_look(tmp_path: Path) -> None:
    """Seeing whether it can be written leaves it to the version that wrote it."""
    path = old_store(tmp_path)
    before = path.read_bytes()
    assert probe_store(path)
    assert before == path.read_bytes()


def old_store(folder: Path) -> Path:
    """A store as version 1 wrote it, with one run."""
    path = folder / "old.db"
    with open_store(path) as store:
        store.begin_run("a", benchmark(), MANIFEST, attempts())
    connection = sqlite3.connect(path)
    connection.executescript(VERSION_1)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return Path(shutil.copy(path, folder / "version-1.db"))


def test_pages_of_attempts(store: Store, run: Run) -> None:
    """By number, by status, by program, a page at a time."""
    lines = store.attempt_lines(run, "task/1")
    assert [0, 1, 2, 3] == [each.number for each in lines]
    assert {None} == {each.status for each in lines}
    judge(store, run)
    lines = store.attempt_lines(run, "task/1")
    assert lines[0].program_id == lines[3].program_id
    assert {"pp", "pw"} >= {each.tests for each in lines}
    passed = store.attempt_lines(run, "task/1", status=Status.PASSED)
    assert [each for each in lines if each.status is Status.PASSED] == passed
    assert [] == store.attempt_lines(run, "task/1", status="pending")
    same = store.attempt_lines(run, "task/1", program_id=lines[0].program_id)
    assert [0, 3] == [each.number for each in same]
    assert [2, 3] == [e.number for e in store.attempt_lines(run, "task/1", offset=2, limit=9)]


def test_groups_of_identical_programs(store: Store, run: Run) -> None:
    """The most frequent first, each under its first attempt."""
    judge(store, run)
    groups = store.program_groups(run, "task/2")
    assert [(2, 0), (1, 1), (1, 2)] == [(each.attempts, each.first) for each in groups]
    assert 3 == store.program_count(run, "task/2")
    assert groups[:1] == store.program_groups(run, "task/2", limit=1)


def test_the_next_attempts(store: Store, run: Run) -> None:
    """Before and after, where there are gaps too."""
    store.add_attempts(run, [attempt(0, 99)])
    assert (None, 1) == store.neighbours(run, "task/0", 0)
    assert (3, None) == store.neighbours(run, "task/0", 99)
    assert (3, 99) == store.neighbours(run, "task/0", 50)


def test_what_is_not_there(store: Store, run: Run) -> None:
    """An unknown problem or attempt is an error that says so."""
    for ask in (
        lambda: store.attempt_lines(run, "no"),
        lambda: store.program_groups(run, "no"),
        lambda: store.neighbours(run, "no", 0),
        lambda: store.program_id(run, "task/0", 77),
    ):
        with pytest.raises(DataError, match="no such"):
            ask()


def test_imported_verdicts_differ_for_one_program(store: Store) -> None:
    """The same program with two statuses is two groups."""
    pairs = [
        (attempt(0, 0), Verdict(Status.PASSED, Trust.IMPORTED)),
        (attempt(0, 1), Verdict(Status.WRONG_ANSWER, Trust.IMPORTED)),
    ]
    run = store.import_run("imported", {}, None, pairs)
    assert [1, 1] == [each.attempts for each in store.program_groups(run, "task/0")]
    assert 1 == store.program_count(run, "task/0")
