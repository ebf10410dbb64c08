"""Judging a run's programs by tests that a model wrote, into a run beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from passatk.cli import options
from passatk.cli.judging import evaluation_of
from passatk.cli.output import message
from passatk.cli.progress import JudgingProgress
from passatk.errors import DataError
from passatk.records import Benchmark, CodeTests, Problem, Status

if TYPE_CHECKING:
    from passatk.store import Run, Store


def judge_by_generated_tests(
    store: Store,
    run: Run,
    tests: Path,
    benchmark: Benchmark | None,
    judging: options.Judging,
) -> None:
    """Judge every program of the run by the assertions in the file, unless that was done before.

    The results are a run of their own, which is replaced where tests or settings have changed.
    """
    from passatk.analysis.generated import belonging, companion_name
    from passatk.benchmarks.generated_tests import judging_benchmark, read_generated_tests
    from passatk.evaluation import evaluate as judge

    problems = _problems(store, run, benchmark)
    points = {each.id: each.entry_point for each in problems if each.entry_point is not None}
    read = read_generated_tests(tests, points)
    if not read.assertions:
        raise DataError(
            "no assertion in it can be used",
            path=tests,
            expected="assertions that call the function under test with plain data",
            found=f"{read.refused} assertions with other things in them",
        )
    judged = judging_benchmark(
        f"{tests.name} for {run.name}", problems, read, mark=f"-{run.created.isoformat()}"
    )
    evaluation = evaluation_of(
        companion_name(run),
        judged,
        judging,
        source={"tests": str(tests), **belonging(run)},
        partial=True,
    )
    before = store.find_run(evaluation.name)
    if before is not None and (
        before.benchmark_hash != judged.hash or before.manifest["settings"] != evaluation.identity()
    ):
        evaluation = replace(evaluation, replace=True)
    attempts = (each for each, _ in store.attempts(run) if each.problem_id in judged.problems)
    with JudgingProgress() as progress:
        companion = judge(store, evaluation, attempts, progress)
    errors = sum(c.statuses.get(Status.JUDGE_ERROR, 0) for c in store.counts(companion))
    count = sum(map(len, read.assertions.values()))
    message(
        f"{count} distinct assertions for {len(judged)} of {len(problems)} problems, "
        f"{read.refused} refused; results are in run {companion.name}"
        + (f"; {errors} attempts could not be judged" if errors else "")
    )


def _problems(store: Store, run: Run, benchmark: Benchmark | None) -> list[Problem]:
    """The run's problems as far as generated tests need them, from the file or the store."""
    names = [each.name for each in store.counts(run)]
    if benchmark is not None:
        return [benchmark.problems[name] for name in names if name in benchmark.problems]
    stored = (store.problem(run, name) for name in names)
    return [
        Problem(each.name, each.prompt or "", CodeTests(), entry_point=each.entry_point)
        for each in stored
    ]
