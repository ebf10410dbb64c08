"""passatk export: a run's results as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from passatk.cli import options
from passatk.cli.output import message, print_json
from passatk.errors import DataError, PassatkError
from passatk.records import Attempt, Verdict

if TYPE_CHECKING:
    from passatk.store import JudgedAttempt


def export(
    run: str,
    /,
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"], allow_leading_hyphen=True)],
    format: Literal["human-eval", "csv", "jsonl", "parquet"] = "human-eval",
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Write a run's results: human-eval, csv, jsonl or parquet.

    Parameters
    ----------
    output
        The file, which appears whole or not at all; - is standard output, .gz compresses.
    format
        human-eval gives the samples back line by line with result and passed.
    json
        Print what was written as JSON; not with -o -, which prints the results themselves.
    """
    from passatk import attempts
    from passatk.store import open_store

    to_stdout = str(output) == "-"
    if json and to_stdout:
        raise PassatkError("--json and -o - both want standard output\n  next: choose one of them")
    with open_store(store, read_only=True) as opened:
        found = opened.run(run)
        attempts.write(_judged(opened.attempts(found)), output, format)
        written = opened.progress(found).attempts
    if json:
        print_json({"run": run, "format": format, "output": str(output), "attempts": written})
    elif not to_stdout:
        message(f"wrote {written} attempts to {output}")


def _judged(rows: Iterable[JudgedAttempt]) -> Iterator[tuple[Attempt, Verdict]]:
    for attempt, verdict in rows:
        if verdict is None:
            raise DataError(
                f"attempt {attempt.number} of {attempt.problem_id} is not judged yet",
                expected="a run that was judged to its end",
                hint="run the same passatk evaluate command again; it continues",
            )
        yield attempt, verdict
