"""passatk import: results that were judged elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from passatk.cli import options
from passatk.cli.output import message, print_json
from passatk.errors import DataError


def import_(
    file: Path,
    /,
    *,
    name: str | None = None,
    problems: str | None = None,
    format: str | None = None,
    select: str | None = None,
    estimating: options.Estimating = options.Estimating(),
    replace: Annotated[bool, Parameter(negative="")] = False,
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Store results that were judged elsewhere, and print pass@k.

    Parameters
    ----------
    file
        Results of human-eval, EvalPlus, LiveCodeBench, BigCodeBench, MultiPL-E, code_eval,
        inspect_ai, or a table (CSV, JSONL, Parquet) with task_id, attempt and passed or reward.
    name
        What to call the run (default: from the file's name).
    problems
        The problem file, where there is one: it gives categories and the order.
    format
        The format of the results, where it is not recognised.
    select
        Which model or scorer to take, where the file holds several.
    replace
        Delete an earlier run of that name first.
    """
    from passatk import attempts, benchmarks
    from passatk.cli.judging import record_stopping
    from passatk.outcomes import parse_stopping
    from passatk.report.summary import summarize
    from passatk.report.text import Output, print_summary
    from passatk.store import open_store

    parse_stopping(estimating.stopping)
    benchmark = None if problems is None else benchmarks.load(problems)
    known = None if benchmark is None else benchmark.problems
    results = attempts.read_results(file, known, format=format, select=select)
    manifest = {"settings": {}, "source": {"results": str(file)}}
    with open_store(store) as opened:
        run = opened.import_run(
            name or options.run_name(file), manifest, benchmark, results, replace=replace
        )
        counts = opened.counts(run)
        try:
            run = record_stopping(opened, run, counts, estimating.stopping)
            summary = summarize(run, counts, **asdict(estimating))
        except DataError as error:
            message(
                f"the results are stored: passatk show {run.name} -k K shows them for another k"
            )
            raise error
    if json:
        print_json(summary.to_dict())
    else:
        print_summary(Output(), summary)
