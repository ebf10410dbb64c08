"""passatk analyze: what a run says beyond its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter, Token
from cyclopts.validators import Number

from passatk.cli import options
from passatk.cli.output import StepProgress, print_json
from passatk.errors import PassatkError

if TYPE_CHECKING:
    from passatk.analysis.subject import Subject


def _names(type_: Any, tokens: Sequence[Token]) -> tuple[str, ...]:
    """``order,profile`` as names."""
    del type_
    parts = ",".join(token.value for token in tokens).split(",")
    return tuple(part.strip() for part in parts if part.strip())


def analyze(
    run: str,
    /,
    *,
    only: Annotated[
        tuple[str, ...] | None,
        Parameter(
            name="--only",
            converter=_names,
            n_tokens=1,
            negative="",
            help="Analyses, such as order,profile (default: all).",
        ),
    ] = None,
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
    stopping: options.Stopping = None,
    level: options.Level = 0.95,
    seed: Annotated[
        int, Parameter(name="--seed", validator=Number(gte=0), help="Of every random choice.")
    ] = 20210707,
    workers: Annotated[
        int | None,
        Parameter(
            name=["--workers", "-j"],
            validator=Number(gte=1),
            help="Processes that look at programs (default: one a processor).",
        ),
    ] = None,
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
    from passatk.analysis.running import analyse
    from passatk.analysis.subject import read_subject
    from passatk.cli.problems import benchmark_of
    from passatk.report import analysis as report
    from passatk.report.text import Output
    from passatk.store import open_store

    names = [run, *([control] if control else []), *with_]
    if len(set(names)) < len(names):
        raise PassatkError(
            f"a run cannot be held against itself; got {' '.join(names)}\n"
            "  next: name each run once"
        )
    with open_store(store, read_only=True) as opened, StepProgress() as progress:
        begun = opened.run(run)
        benchmark = benchmark_of(begun, problems, [each.name for each in opened.counts(begun)])

        def read(name: str) -> Subject:
            return read_subject(opened, name, stopping=stopping)

        subject = replace(
            read_subject(opened, run, benchmark=benchmark, stopping=stopping),
            control=read(control) if control else None,
            others=tuple(map(read, with_)),
        )
        results = analyse(
            subject, only, level=level, seed=seed, workers=workers, progress=progress.show
        )
    page = report.Page(subject, results, level, seed)
    if json:
        print_json(page.to_dict())
    else:
        report.print_page(Output(), page)
