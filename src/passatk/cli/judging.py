"""What commands that judge programs have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from dataclasses import replace as replaced
from pathlib import Path
from typing import TYPE_CHECKING, Any

from passatk.cli import options
from passatk.cli.output import message, print_json
from passatk.cli.progress import JudgingProgress
from passatk.errors import TooManyJudgeErrors
from passatk.records import Attempt, Benchmark, Status

if TYPE_CHECKING:
    from passatk.evaluation import Evaluation
    from passatk.execution.pool import Settings
    from passatk.store import ProblemCounts, Run, Store

# Beyond this share of attempts that the judge could not judge, its numbers are not to be used.
_TOLERATED_JUDGE_ERRORS = 0.01


def settings_for(
    python: Path | None, isolation: str, workers: int | None, seed: int = 0
) -> Settings:
    """How programs are run, by what the options say."""
    from passatk.execution.pool import Settings
    from passatk.execution.sandbox import Isolation, interpreter

    settings = Settings(
        interpreter(str(python) if python else None), Isolation(isolation), seed=seed
    )
    return settings if workers is None else replaced(settings, workers=workers)


def record_stopping(
    store: Store, run: Run, counts: Sequence[ProblemCounts], stopping: str | None
) -> Run:
    """Let a run remember what ended its attempts, once its counts have been held against it.

    Raises:
        DataError: the counts cannot come from this rule; then it is not recorded.
    """
    from passatk.outcomes import STOPPING, from_counts, stopping_of

    if stopping is None or stopping == stopping_of(run):
        return run
    from_counts(counts, stopping)
    return store.amend(run, {STOPPING: stopping})


def judge_and_show(
    attempts: Iterable[Attempt],
    benchmark: Benchmark,
    *,
    name: str,
    source: dict[str, Any],
    judging: options.Judging,
    estimating: options.Estimating,
    partial: bool = False,
    replace: bool = False,
    retry_errors: bool = False,
    store: str,
    json: bool,
) -> None:
    """Judge attempts into the store and print the summary of the run.

    Raises:
        TooManyJudgeErrors: more than 1 % of the attempts could not be judged.
    """
    from passatk.evaluation import evaluate as judge
    from passatk.outcomes import parse_stopping
    from passatk.store import open_store

    parse_stopping(estimating.stopping)  # before anything is judged
    evaluation = evaluation_of(
        name,
        benchmark,
        judging,
        source=source,
        partial=partial,
        replace=replace,
        retry_errors=retry_errors,
    )
    with open_store(store) as opened:
        with JudgingProgress() as progress:
            run = judge(opened, evaluation, attempts, progress)
        show_judged(opened, run, estimating, json=json)


def evaluation_of(
    name: str,
    benchmark: Benchmark,
    judging: options.Judging,
    *,
    source: dict[str, Any] | None = None,
    partial: bool = False,
    replace: bool = False,
    retry_errors: bool = False,
) -> Evaluation:
    """How a run is judged, by what the options say."""
    from passatk.evaluation import Evaluation
    from passatk.execution.limits import MIB, LimitPolicy
    from passatk.execution.sandbox import Isolation

    settings = settings_for(judging.python, judging.isolation, judging.workers, judging.seed)
    if settings.isolation is Isolation.PROCESS:
        message(
            "warning: --isolation process: programs can read what you can read on this machine;\n"
            "  use it only where nothing is worth reading, such as a throw-away container"
        )
    limits = LimitPolicy(
        time_limit=options.seconds(judging.time_limit), memory_bytes=judging.memory_limit * MIB
    )
    return Evaluation(
        name, benchmark, limits, settings, source or {}, partial, replace, retry_errors
    )


def show_judged(
    store: Store,
    run: Run,
    estimating: options.Estimating,
    *,
    json: bool,
) -> None:
    """Print the summary of a run that was judged to its end.

    Raises:
        TooManyJudgeErrors: more than 1 % of the attempts could not be judged.
    """
    from passatk.report.chained import summary_of

    counts = store.counts(run)
    errors = sum(each.statuses.get(Status.JUDGE_ERROR, 0) for each in counts)
    total = sum(each.attempts for each in counts)
    if errors > _TOLERATED_JUDGE_ERRORS * total:
        raise TooManyJudgeErrors(
            f"run {run.name}: {errors} of {total} attempts could not be judged (judge_error)\n"
            f"  expected: at most {_TOLERATED_JUDGE_ERRORS:.0%}\n"
            f"  next: passatk show {run.name} PROBLEM tells why; --retry-errors judges them again"
        )
    run = record_stopping(store, run, counts, estimating.stopping)
    summary = summary_of(store, run, counts, **asdict(estimating))
    if json:
        print_json(summary.to_dict())
    else:
        from passatk.report.text import Output, print_summary

        print_summary(Output(), summary)
