"""Judging a run: from a samples file to verdicts in the store, continued where it was left.

This is where execution and store meet; both know nothing of each other.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol

import passatk
from passatk.errors import DataError
from passatk.execution.calibration import Calibration, calibrate
from passatk.execution.limits import LimitPolicy
from passatk.execution.pool import Pool, Settings, Task
from passatk.execution.requirements import check_modules, warm_modules
from passatk.records import Attempt, Benchmark, Verdict
from passatk.store import PendingProgram, Run, Store

_BATCH = 200
_BATCH_SECONDS = 0.5


class Watcher(Protocol):
    """What wants to know how judging goes (a progress bar); all methods are cheap."""

    def started(self, programs: int, attempts: int, judged: int) -> None: ...

    def judged(self, verdict: Verdict) -> None: ...


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one run is made of. ``partial`` admits problems without an attempt."""

    name: str
    benchmark: Benchmark
    policy: LimitPolicy
    settings: Settings
    source: Mapping[str, Any]
    """Where the attempts come from: recorded in the manifest."""
    partial: bool = False
    replace: bool = False
    retry_errors: bool = False

    def identity(self) -> dict[str, Any]:
        """What has to be the same for a run to be continued."""
        return {
            "limits": self.policy.to_dict(),
            "isolation": str(self.settings.isolation),
            "python": self.settings.python.version,
            "seed": self.settings.seed,
            "partial": self.partial,
        }


def evaluate(
    store: Store, evaluation: Evaluation, attempts: Iterable[Attempt], watcher: Watcher
) -> Run:
    """Store the attempts, judge what has no verdict yet, and store the verdicts as they come.

    Nothing of a file that fails is stored. A run of the same name, settings and attempts is
    continued; whatever stops this function (an exception, a signal) loses at most one batch of
    verdicts, which the next call judges again.

    Raises:
        DataError: the attempts are not as they should be, or the run exists and differs.
        IsolationError: programs cannot be confined here.
        StoreError: the store cannot be used.
    """
    benchmark = evaluation.benchmark
    begun = None if evaluation.replace else store.find_run(evaluation.name)
    with calibrated_pool(evaluation, begun) as (pool, calibrations):
        manifest = manifest_of(evaluation, calibrations)
        checked = attempts if evaluation.partial else _complete(attempts, benchmark)
        run = store.begin_run(
            evaluation.name, benchmark, manifest, checked, replace=evaluation.replace
        )
        if evaluation.retry_errors:
            store.retry_errors(run)
        judge_pending(
            store, run, benchmark, pool, kept_calibrations(run), evaluation.policy, watcher
        )
    return run


@contextmanager
def calibrated_pool(
    evaluation: Evaluation, begun: Run | None
) -> Iterator[tuple[Pool, dict[str, Calibration]]]:
    """Workers for the benchmark, and its calibrations: those that the run was begun with, or new.

    Raises:
        DataError: the interpreter for candidates lacks what the tests import.
        IsolationError: programs cannot be confined here.
    """
    problems = evaluation.benchmark.problems.values()
    check_modules(evaluation.settings.python, problems)
    with Pool(replace(evaluation.settings, warm=warm_modules(problems))) as pool:
        if begun is not None and "calibration" in begun.manifest:
            yield pool, kept_calibrations(begun)
        else:
            yield pool, calibrate(pool, problems, evaluation.policy)


def judge_pending(
    store: Store,
    run: Run,
    benchmark: Benchmark,
    pool: Pool,
    calibrations: Mapping[str, Calibration],
    policy: LimitPolicy,
    watcher: Watcher,
) -> None:
    """Judge the programs of a run that have no verdict; memory does not grow with their number."""
    progress = store.progress(run)
    watcher.started(progress.pending_programs, progress.attempts, progress.judged)
    limits = {name: each.limits(policy) for name, each in calibrations.items()}

    def task(pending: PendingProgram) -> Task:
        name = pending.problem
        return Task(
            (name, pending.program_id),
            benchmark.problems[name],
            pending.program,
            limits[name],
            calibrations[name].trust,
        )

    batch: list[tuple[str, int, Verdict]] = []
    last = time.monotonic()
    try:
        for done, verdict in pool.judge(task(pending) for pending in store.pending(run)):
            problem, program_id = done.key
            batch.append((problem, program_id, verdict))
            watcher.judged(verdict)
            if len(batch) >= _BATCH or time.monotonic() - last > _BATCH_SECONDS:
                store.record(run, batch)
                batch, last = [], time.monotonic()
    finally:
        if batch:
            store.record(run, batch)


def kept_calibrations(run: Run) -> dict[str, Calibration]:
    """What a run was begun with, which holds to its end: all its attempts are judged alike."""
    kept = run.manifest["calibration"]
    return {name: Calibration.from_dict(each) for name, each in kept.items()}


def manifest_of(evaluation: Evaluation, calibrations: Mapping[str, Calibration]) -> dict[str, Any]:
    """What a run is begun with."""
    return {
        "settings": evaluation.identity(),
        "source": dict(evaluation.source),
        "calibration": {name: each.to_dict() for name, each in calibrations.items()},
        "warnings": {name: c.warning for name, c in calibrations.items() if c.warning},
        "versions": {
            "passatk": passatk.__version__,
            "python": platform.python_version(),
            "kernel": platform.release(),
            "machine": platform.machine(),
        },
    }


def _complete(attempts: Iterable[Attempt], benchmark: Benchmark) -> Iterator[Attempt]:
    """Pass the attempts on, and refuse them in the end if a problem has none."""
    missing = dict.fromkeys(benchmark.problems)
    for attempt in attempts:
        missing.pop(attempt.problem_id, None)
        yield attempt
    if missing:
        first = next(iter(missing))
        raise DataError(
            f"{len(missing)} of {len(benchmark)} problems have no attempt",
            expected="attempts at every problem, since pass@k is a mean over all of them",
            found=f"none at {first}" + (" and others" if len(missing) > 1 else ""),
            hint="--partial to judge only the problems that were attempted, and say so",
        )
