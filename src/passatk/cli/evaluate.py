"""passatk evaluate: judge a samples file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from passatk.cli import options


def evaluate(
    samples: Path,
    /,
    *,
    problems: str,
    name: str | None = None,
    estimating: options.Estimating = options.Estimating(),
    judging: options.Judging = options.Judging(),
    format: str | None = None,
    select: str | None = None,
    problems_format: str | None = None,
    extract: Literal["auto", "always", "never"] = "auto",
    partial: Annotated[bool, Parameter(negative="")] = False,
    replace: Annotated[bool, Parameter(negative="")] = False,
    retry_errors: Annotated[bool, Parameter(negative="")] = False,
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
    from passatk.cli.judging import judge_and_show

    benchmark = benchmarks.load(problems, format=problems_format)
    read = attempts.read(samples, benchmark.problems, format=format, extract=extract, select=select)
    judge_and_show(
        read,
        benchmark,
        name=name or options.run_name(samples),
        source={"samples": str(samples), "sha256": _digest(samples), "problems": problems},
        judging=judging,
        estimating=estimating,
        partial=partial,
        replace=replace,
        retry_errors=retry_errors,
        store=store,
        json=json,
    )


def _digest(path: Path) -> str | None:
    """SHA-256 of a samples file; None for a folder."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
