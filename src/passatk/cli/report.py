"""passatk report: one file about one run or several, and its figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from passatk.cli import analysing, options
from passatk.cli.output import message, print_json
from passatk.errors import PassatkError


def report(
    *runs: str,
    output: Annotated[tuple[Path, ...], Parameter(name=["--output", "-o"], negative="")] = (),
    figures: Path | None = None,
    format: Literal["svg", "png", "pdf"] = "svg",
    k: options.Ks = None,
    margin: options.Margin | None = None,
    level: options.Level = 0.95,
    policy: options.Policy = "raise",
    intersection: options.Intersection = False,
    stopping: options.Stopping = None,
    analyses: bool = True,
    only: analysing.Only = None,
    problems: str | None = None,
    seed: analysing.Seed = analysing.DEFAULT_SEED,
    workers: analysing.Workers = None,
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Write a report about one run or several: HTML, Markdown, LaTeX or JSON, and figures.

    Of two runs, the first is held against the second; more are ranked.

    Parameters
    ----------
    runs
        Names of runs (passatk runs lists them).
    output
        Where to write it; the suffix says what: .html (one file that needs nothing else), .md (a
        comment on a pull request), .tex (a table with intervals), .json. May be given more than
        once.
    figures
        A folder for the figures, one file each.
    format
        What the figures are written as.
    analyses
        Look behind the numbers of each run, as passatk analyze does; a run of many attempts takes
        its time.
    problems
        The problem file or benchmark that the runs were judged on, for analyses that need tests and
        references; the built-in one is found by itself.
    """
    from datetime import UTC, datetime

    from passatk.report.document.writing import check_outputs, write
    from passatk.store import open_store

    if not runs:
        raise PassatkError(
            "report needs a run\n  next: for example passatk report RUN -o report.html"
        )
    check_outputs(output)
    if not (output or figures or json):
        raise PassatkError(
            "report has nowhere to go\n"
            "  expected: -o FILE, --figures FOLDER or --json\n"
            "  next: for example passatk report RUN -o report.html"
        )
    from passatk.report.document.gathering import Asked, gather

    asked = Asked(k, level, policy, stopping, margin, intersection)
    with open_store(store, read_only=True) as opened:
        found = {}
        for run in dict.fromkeys(runs if analyses else ()):
            subject = analysing.read(opened, run, problems=problems, stopping=stopping)
            if subject.seen.unexplained and not subject.seen.chained:
                message(
                    f"note: {run} is not analysed: its numbers of attempts differ, and nothing "
                    "says why; --stopping would"
                )
                continue
            found[run] = analysing.analysed(
                subject, only=only, level=level, seed=seed, workers=workers
            )
        made = gather(opened, runs, asked, now=datetime.now(UTC), results=found)
    for path in output:
        write(made, path)
        message(f"wrote {path}")
    if figures is not None:
        from passatk.report.figures.static import write_figures

        written = write_figures(made.all_figures(), figures, format)
        message(f"wrote {len(written)} figures to {figures}")
    if json:
        from passatk.report.document.plain import to_dict

        print_json(to_dict(made))
