"""Beginning, continuing, importing and deleting runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passatk.errors import DataError
from passatk.records import Attempt, Status, Trust, Verdict
from passatk.store import Store, open_store

from .examples import MANIFEST, attempt, attempts, benchmark, judge

anything = st.text(st.characters(exclude_categories=()), max_size=20)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=5,
)
some_attempts = st.lists(
    st.builds(
        Attempt,
        problem_id=st.sampled_from(["task/0", "task/1", "task/2"]),
        number=st.integers(0, 50),
        program=anything,
        text=anything,
        text_field=st.sampled_from(["completion", "solution"]),
        chain=st.none() | st.integers(0, 9),
        step=st.none() | st.integers(0, 9),
        extra=st.dictionaries(anything, plain, max_size=2),
    ),
    unique_by=lambda each: (each.problem_id, each.number),
    max_size=8,
)
some_verdict = st.builds(
    Verdict,
    status=st.sampled_from(Status),
    trust=st.sampled_from(Trust),
    tests=st.text("pwel-", max_size=4),
    detail=anything,
    output=anything,
    cpu_seconds=st.none() | st.floats(0, 9),
    wall_seconds=st.none() | st.floats(0, 9),
    peak_memory_bytes=st.none() | st.integers(0, 2**40),
    score=st.none() | st.floats(0, 1),
)


def stored(store: Store, name: str) -> list[Attempt]:
    return [each for each, _ in store.attempts(store.run(name))]


def rows_per_table(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("run", "problem", "attempt", "judgement", "source")
        }


NOTHING = {"run": 0, "problem": 0, "attempt": 0, "judgement": 0, "source": 0}


def test_a_run_comes_back_as_it_was_begun(path: Path) -> None:
    """Name, time, benchmark and manifest are kept, over closing and opening."""
    clock = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    with open_store(path, now=lambda: clock) as store:
        begun = store.begin_run("a", benchmark(), MANIFEST, attempts())
    with open_store(f"sqlite:///{path}") as store:
        assert begun == store.run("a")
    assert (begun.name, begun.created, begun.benchmark, begun.benchmark_hash) == (
        "a",
        clock,
        "small",
        "h1",
    )
    assert begun.manifest == MANIFEST


@settings(max_examples=40)
@given(pairs=st.lists(some_verdict, min_size=8, max_size=8), made=some_attempts)
def test_what_goes_in_comes_out(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[Verdict], made: list[Attempt]
) -> None:
    """Attempts and verdicts survive storing, whatever characters models and programs wrote."""
    given_pairs = list(zip(made, pairs, strict=False))
    with open_store(tmp_path_factory.mktemp("store") / "s.db") as store:
        run = store.import_run("a", MANIFEST, benchmark(), given_pairs)
        assert given_pairs == list(store.attempts(run))
        for each, verdict in given_pairs:
            assert (each, verdict) == store.attempt(run, each.problem_id, each.number)


def test_beginning_again_continues(store: Store) -> None:
    """The same command finds the run, its verdicts, and nothing twice."""
    run = store.begin_run("a", benchmark(), MANIFEST, attempts())
    judge(store, run, limit=3)
    before = list(store.attempts(run))
    newer = {**MANIFEST, "versions": {"x": "2"}}
    assert run == store.begin_run("a", benchmark(), newer, attempts())
    assert before == list(store.attempts(run))


def test_other_settings_are_refused_and_named(store: Store) -> None:
    """The message lists every setting that differs, and nothing else."""
    store.begin_run("a", benchmark(), MANIFEST, attempts())
    other = {"settings": {"model": "m", "sampling": {"temperature": 0.2, "top_p": 0.9}}}
    with pytest.raises(DataError) as refused:
        store.begin_run("a", benchmark(hash="h2"), other, attempts())
    message = str(refused.value)
    assert "sampling.temperature: 0.8 before, 0.2 now" in message
    assert "sampling.top_p: nothing before, 0.9 now" in message
    assert 'benchmark: "h1" before, "h2" now' in message
    assert "model" not in message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda made: made[:-1], "task/2 number 3: missing now"),
        (lambda made: [*made, attempt(0, 9)], "task/0 number 9: not there before"),
        (lambda made: [attempt(0, 0, "    pass\n"), *made[1:]], "another program, text"),
        (lambda made: made[::-1], "task/0 number 0 before, task/2 number 3 now"),
    ],
)
def test_other_attempts_are_refused_and_named(store: Store, change: object, said: str) -> None:
    """The message names the first attempts that differ and how."""
    store.begin_run("a", benchmark(), MANIFEST, attempts())
    with pytest.raises(DataError, match=said):
        store.begin_run("a", benchmark(), MANIFEST, change(attempts()))  # type: ignore[operator]


def test_replacing_forgets_the_old_run(store: Store, path: Path) -> None:
    """The new attempts are there, the old ones, their verdicts and their programs are not."""
    judge(store, store.begin_run("a", benchmark(), MANIFEST, attempts()))
    new = [attempt(1, 0, "    return 'new'\n")]
    run = store.begin_run("a", benchmark(hash="h2"), MANIFEST, new, replace=True)
    assert new == stored(store, "a")
    assert store.progress(run).judged == 0
    # Three prompts and one program.
    assert rows_per_table(path) == {
        "run": 1,
        "problem": 3,
        "attempt": 1,
        "judgement": 0,
        "source": 4,
    }


@pytest.mark.parametrize("replace", [False, True])
def test_a_failing_file_stores_nothing(store: Store, path: Path, replace: bool) -> None:
    """An error while attempts are read leaves the store as it was, also when replacing."""
    if replace:
        store.begin_run("a", benchmark(), MANIFEST, attempts())
    before = rows_per_table(path)

    def failing() -> object:
        yield from attempts(each=2000)
        raise DataError("line 6001 is bad")

    with pytest.raises(DataError, match="6001"):
        store.begin_run("a", benchmark(), MANIFEST, failing(), replace=replace)  # type: ignore[arg-type]
    assert before == rows_per_table(path)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (attempt(7, 0), "found: task/7"),
        (attempt(1, 2), "task/1 number 2, twice"),
        (attempt(1, 2**63), "63 bits"),
    ],
)
@pytest.mark.parametrize("before", [4, 1500])
def test_attempts_that_do_not_fit_are_refused(
    store: Store, path: Path, bad: Attempt, said: str, before: int
) -> None:
    """An unknown problem, a repeated attempt (in any batch) and a huge number store nothing."""
    with pytest.raises(DataError, match=said):
        store.begin_run("a", benchmark(), MANIFEST, [*attempts(each=before), bad])
    assert rows_per_table(path) == NOTHING


def test_attempts_can_come_one_after_another(store: Store) -> None:
    """A program that was judged already is not judged again when a model writes it again."""
    run = store.begin_run("a", benchmark(), MANIFEST)
    store.add_attempts(run, attempts(each=2))
    assert judge(store, run) == 6
    store.add_attempts(run, [attempt(0, 2, "    return 1\n"), attempt(0, 3, "    return 5\n")])
    assert [each.program for each in store.pending(run)] == ["def f0():\n    return 5\n"]
    assert store.attempt(run, "task/0", 1).verdict == store.attempt(run, "task/0", 2).verdict
    assert store.begin_run("a", benchmark(), MANIFEST) == run


def test_results_come_without_their_problems(store: Store) -> None:
    """Imported results bring their problems along; equal programs keep their own verdicts."""
    results = [
        (attempt(5, 0), Verdict(Status.PASSED, Trust.IMPORTED)),
        (attempt(3, 0), Verdict(Status.JUDGE_ERROR, Trust.IMPORTED)),
        (attempt(5, 1), Verdict(Status.WRONG_ANSWER, Trust.IMPORTED, score=0.5)),
    ]
    run = store.import_run("a", {}, None, results)
    assert results == list(store.attempts(run))
    assert [(c.name, c.attempts) for c in store.counts(run)] == [("task/5", 2), ("task/3", 1)]
    assert store.problem(run, "task/5").prompt is None
    with pytest.raises(DataError, match="there already"):
        store.import_run("a", {}, None, results)


def test_a_name_that_is_no_text_is_refused(store: Store, path: Path) -> None:
    """A problem name that no text column holds is a fault of the file."""
    bad = Attempt("task/\ud800", 0, "pass", "pass")
    with pytest.raises(DataError, match="surrogates"):
        store.import_run("a", {}, None, [(bad, Verdict(Status.PASSED))])
    assert rows_per_table(path) == NOTHING


def test_a_score_that_is_not_a_number_is_refused(store: Store, path: Path) -> None:
    """NaN would come back as no score at all."""
    bad = [(attempt(0, 0), Verdict(Status.PASSED, score=float("nan")))]
    with pytest.raises(DataError, match="not a number"):
        store.import_run("a", {}, None, bad)
    assert rows_per_table(path) == NOTHING


def test_deleting_spares_what_others_use(store: Store, path: Path) -> None:
    """Programs that another run has stay; the last run takes everything with it."""
    store.begin_run("a", benchmark(), MANIFEST, attempts())
    other = store.begin_run("b", benchmark(), MANIFEST, attempts(distinct=2))
    store.delete_run("a")
    assert attempts(distinct=2) == stored(store, "b")
    assert judge(store, other) == 6
    assert rows_per_table(path)["source"] == 3 + 6
    store.delete_run("b")
    assert rows_per_table(path) == NOTHING


def test_an_unknown_run_suggests_near_names(store: Store) -> None:
    """A typing error gets the names that were meant, and nothing is deleted."""
    store.begin_run("gpt-a", benchmark(), MANIFEST, [])
    with pytest.raises(DataError, match="expected: gpt-a"):
        store.run("gpt-b")
    with pytest.raises(DataError, match="expected: gpt-a"):
        store.delete_run("gpt-b")


@pytest.mark.parametrize("name", ["", " ", "a\nb", "\ud800"])
def test_a_run_needs_a_printable_name(store: Store, name: str) -> None:
    """What cannot be typed or printed names no run."""
    with pytest.raises(DataError, match="name"):
        store.begin_run(name, benchmark(), MANIFEST, [])
