"""Judging a run: every program once, in small batches, and continued where it was left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from passatk import evaluation
from passatk.errors import DataError, NoBubblewrap, NoUserNamespaces, UnsuitablePython
from passatk.evaluation import Evaluation, evaluate
from passatk.execution.calibration import Calibration
from passatk.execution.limits import LimitPolicy
from passatk.execution.pool import Pool, Settings, Task
from passatk.execution.sandbox import interpreter
from passatk.records import (
    Attempt,
    Benchmark,
    CallCase,
    CallTests,
    CodeTests,
    Problem,
    Solution,
    Status,
    Verdict,
)
from passatk.store import Run, Store, open_store

PROBLEMS = [
    Problem(
        f"times{n}",
        "",
        CallTests((CallCase((1,), n), CallCase((2,), 2 * n))),
        entry_point="f",
        references=(Solution("reference", f"def f(x): return {n} * x"),),
    )
    for n in range(3)
]
BENCHMARK = Benchmark("small", {each.id: each for each in PROBLEMS}, "hash")
# Nine attempts at each problem, by seven different programs: one of them is right.
ATTEMPTS = [
    Attempt(problem.id, number, program, program)
    for number in range(9)
    for problem in PROBLEMS
    for program in [f"def f(x): return {number % 7} * x"]
]
PROGRAMS = len({(each.problem_id, each.program) for each in ATTEMPTS})


class Watcher:
    """Remembers what it was told; stops everything after so many verdicts."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.starts: list[tuple[int, int, int]] = []
        self.verdicts: list[Verdict] = []
        self._stop_after = stop_after

    def started(self, programs: int, attempts: int, judged: int) -> None:
        self.starts.append((programs, attempts, judged))

    def judged(self, verdict: Verdict) -> None:
        self.verdicts.append(verdict)
        if len(self.verdicts) == self._stop_after:
            raise KeyboardInterrupt


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "passatk.db") as opened:
        yield opened


@pytest.fixture(scope="module")
def settings() -> Settings:
    try:
        with Pool(Settings(interpreter(), workers=1)):
            return Settings(interpreter(), workers=2)
    except (NoBubblewrap, NoUserNamespaces) as error:
        pytest.skip(f"strict isolation is not to be had here: {error}")


@pytest.fixture
def plan(settings: Settings) -> Evaluation:
    return Evaluation("run", BENCHMARK, LimitPolicy(floor=5.0), settings, {"file": "samples"})


def statuses(store: Store, run: Run) -> list[tuple[str, int, Status | None]]:
    return sorted((each.problem, each.number, each.status) for each in store.outcomes(run))


EXPECTED = sorted(
    (problem.id, number, Status.PASSED if number % 7 == n else Status.WRONG_ANSWER)
    for n, problem in enumerate(PROBLEMS)
    for number in range(9)
)


def test_every_attempt_gets_its_verdict(store: Store, plan: Evaluation) -> None:
    """Identical programs are judged once; the watcher hears how much there is and each verdict."""
    watcher = Watcher()
    run = evaluate(store, plan, ATTEMPTS, watcher)
    assert EXPECTED == statuses(store, run)
    assert [(PROGRAMS, 27, 0)] == watcher.starts
    assert {Status.PASSED: 3, Status.WRONG_ANSWER: 18} == Counter(
        v.status for v in watcher.verdicts
    )


def test_the_manifest_says_how_it_was_judged(store: Store, plan: Evaluation) -> None:
    """Limits, isolation, interpreter, seed, source and what was measured on the references."""
    found = evaluate(store, plan, ATTEMPTS, Watcher()).manifest
    assert plan.identity() == found["settings"]
    assert {"file": "samples"} == found["source"]
    assert BENCHMARK.problems.keys() == found["calibration"].keys()
    assert all(each["cpu_seconds"] > 0 for each in found["calibration"].values())
    assert {} == found["warnings"]


@pytest.mark.parametrize("stop_after", [1, 5, PROGRAMS])
def test_what_was_interrupted_is_continued(store: Store, plan: Evaluation, stop_after: int) -> None:
    """Verdicts that had come in are kept, the others judged, none twice; the result is the same."""
    with pytest.raises(KeyboardInterrupt):
        evaluate(store, plan, ATTEMPTS, Watcher(stop_after))
    kept = store.progress(store.run("run"))
    assert PROGRAMS - stop_after == kept.pending_programs
    again = Watcher()
    run = evaluate(store, plan, ATTEMPTS, again)
    assert [(PROGRAMS - stop_after, 27, kept.judged)] == again.starts
    assert PROGRAMS - stop_after == len(again.verdicts)
    assert EXPECTED == statuses(store, run)


def test_a_finished_run_is_not_judged_again(store: Store, plan: Evaluation) -> None:
    """The same call once more has nothing to do."""
    evaluate(store, plan, ATTEMPTS, Watcher())
    again = Watcher()
    evaluate(store, plan, ATTEMPTS, again)
    assert ([(0, 27, 27)], []) == (again.starts, again.verdicts)


def test_verdicts_are_stored_in_batches(
    store: Store, plan: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Full ones while it goes on, and what is left in the end."""
    monkeypatch.setattr(evaluation, "_BATCH", 8)
    monkeypatch.setattr(evaluation, "_BATCH_SECONDS", 1e9)
    sizes: list[int] = []
    record = store.record
    monkeypatch.setattr(
        store, "record", lambda run, batch: (sizes.append(len(batch)), record(run, batch))
    )
    evaluate(store, plan, ATTEMPTS, Watcher())
    assert [8, 8, 5] == sizes


def test_a_continued_run_keeps_its_limits(
    store: Store, plan: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All attempts of a run are judged alike, whatever the references took today."""
    with pytest.raises(KeyboardInterrupt):
        evaluate(store, plan, ATTEMPTS, Watcher(1))
    before = store.run("run").manifest["calibration"]
    measured = []
    monkeypatch.setattr(
        evaluation,
        "calibrate",
        lambda *_: measured.append(1) or {name: Calibration(1000.0) for name in before},
    )
    used = []
    judge = Pool.judge

    def spy(pool: Pool, tasks: Iterable[Task]) -> Iterator[tuple[Task, Verdict]]:
        for task, verdict in judge(pool, tasks):
            used.append(task.limits)
            yield task, verdict

    monkeypatch.setattr(Pool, "judge", spy)
    run = evaluate(store, plan, ATTEMPTS, Watcher())
    assert before == run.manifest["calibration"]
    assert {5.0} == {limits.cpu_seconds for limits in used}
    assert [] == measured


def test_a_problem_without_attempts_is_refused(store: Store, plan: Evaluation) -> None:
    """pass@k is a mean over all problems: nothing is stored, unless a part is what was wanted."""
    some = [each for each in ATTEMPTS if each.problem_id != "times1"]
    with pytest.raises(DataError, match="1 of 3 problems have no attempt") as caught:
        evaluate(store, plan, some, Watcher())
    assert "none at times1" in str(caught.value)
    assert [] == store.runs()
    run = evaluate(store, replace(plan, partial=True), some, Watcher())
    assert [each for each in EXPECTED if each[0] != "times1"] == statuses(store, run)


def test_judge_errors_are_retried_when_asked_for(store: Store, plan: Evaluation) -> None:
    """They are the judge's fault: kept as missing, and judged anew on demand."""
    with pytest.raises(KeyboardInterrupt):
        evaluate(store, plan, ATTEMPTS, Watcher(1))
    run = store.run("run")
    failed = [
        (each.problem, each.program_id, Verdict(Status.JUDGE_ERROR)) for each in store.pending(run)
    ]
    store.record(run, failed)
    left = Watcher()
    evaluate(store, plan, ATTEMPTS, left)
    assert [] == left.verdicts
    retried = Watcher()
    run = evaluate(store, replace(plan, retry_errors=True), ATTEMPTS, retried)
    assert PROGRAMS - 1 == len(retried.verdicts)
    assert EXPECTED == statuses(store, run)


def test_tests_that_cannot_run_here_stop_everything(store: Store, plan: Evaluation) -> None:
    """Before any program is stored or judged: it would fail for a fault that is not its own."""
    problem = Problem("needy", "", CodeTests("import no_such_module", "check"), entry_point="f")
    benchmark = Benchmark("needy", {"needy": problem}, "other")
    attempts = [Attempt("needy", 0, "", "")]
    with pytest.raises(UnsuitablePython, match="no_such_module"):
        evaluate(store, replace(plan, benchmark=benchmark), attempts, Watcher())
    assert [] == store.runs()
