"""Judging a run that was sampled before, and not judged then."""

from __future__ import annotations

from dataclasses import replace

from passatk.errors import DataError
from passatk.evaluation import (
    Evaluation,
    Watcher,
    judge_pending,
    kept_calibrations,
    manifest_of,
)
from passatk.execution.calibration import calibrate
from passatk.execution.pool import Pool
from passatk.execution.requirements import check_modules, warm_modules
from passatk.store import Run, Store


def judge_run(store: Store, run: Run, evaluation: Evaluation, watcher: Watcher) -> Run:
    """Judge what has no verdict yet. Attempts that were judged before have to be judged alike.

    Raises:
        DataError: the run was made for other problems, or judged under other settings before.
    """
    benchmark = evaluation.benchmark
    kept = {key: run.manifest["settings"][key] for key in run.manifest.get("settings", {})}
    generation = {"generation": kept.pop("generation")} if "generation" in kept else {}
    if not generation:
        raise DataError(
            f"run {run.name!r} was not sampled by passatk",
            hint="passatk evaluate judges a samples file",
        )
    settings = {**evaluation.identity(), **generation}
    store.begin_run(  # raises where anything differs
        run.name, benchmark, {"settings": settings if kept else generation}
    )
    check_modules(evaluation.settings.python, benchmark.problems.values())
    warm = warm_modules(benchmark.problems.values())
    with Pool(replace(evaluation.settings, warm=warm)) as pool:
        if not kept:
            calibrations = calibrate(pool, benchmark.problems.values(), evaluation.policy)
            manifest = manifest_of(evaluation, calibrations)
            changes = {key: manifest[key] for key in ("calibration", "warnings", "versions")}
            run = store.amend(run, {**changes, "settings": settings})
        if evaluation.retry_errors:
            store.retry_errors(run)
        judge_pending(
            store, run, benchmark, pool, kept_calibrations(run), evaluation.policy, watcher
        )
    return run
