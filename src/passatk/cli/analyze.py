"""passatk analyze: what a run says beyond its number."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from cyclopts import Parameter

from passatk.cli import analysing, options
from passatk.cli.output import print_json
from passatk.errors import PassatkError


def analyze(
    run: str,
    /,
    *,
    only: analysing.Only = None,
    problems: str | None = None,
    control: str | None = None,
    with_: Annotated[
        tuple[str, ...],
        Parameter(
            name="--with",
            consume_multiple=True,
            negative="",
            help="Runs at the same problems: repeated ones, or with one setting changed.",
        ),
    ] = (),
    cutoff: Annotated[
        date | None,
        Parameter(help="The last day of the model's training data; older problems against later."),
    ] = None,
    stopping: options.Stopping = None,
    level: options.Level = 0.95,
    seed: analysing.Seed = analysing.DEFAULT_SEED,
    workers: analysing.Workers = None,
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Look behind a run's number.

    Every finding comes with its size and interval, its p-value after a stated correction where
    something was tested, and the smallest effect that would have been seen.

    Parameters
    ----------
    run
        The run's name (passatk runs lists them).
    problems
        The problem file or benchmark that the run was judged on, for analyses that need tests and
        references; the built-in one is found by itself.
    control
        A run of independent attempts at the same problems, to hold chains with feedback against.
    """
    from passatk.report import analysis as report
    from passatk.report.text import Output
    from passatk.store import open_store

    names = [run, *([control] if control else []), *with_]
    if len(set(names)) < len(names):
        raise PassatkError(
            f"a run cannot be held against itself; got {' '.join(names)}\n"
            "  next: name each run once"
        )
    with open_store(store, read_only=True) as opened:
        subject = analysing.read(
            opened,
            run,
            problems=problems,
            stopping=stopping,
            control=control,
            others=with_,
            cutoff=cutoff,
        )
        results = analysing.analysed(subject, only=only, level=level, seed=seed, workers=workers)
    page = report.Page(subject, results, level, seed)
    if json:
        print_json(page.to_dict())
    else:
        report.print_page(Output(), page)
