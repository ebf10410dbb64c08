"""passatk show: a run, a problem of it, an attempt."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from passatk.cli import options
from passatk.cli.output import print_json


def show(
    run: str,
    target: str | None = None,
    /,
    *,
    estimating: options.Estimating = options.Estimating(),
    problems: Annotated[bool, Parameter(negative="")] = False,
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Show a run, one of its problems, or one attempt with its program.

    Parameters
    ----------
    run
        The run's name (passatk runs lists them).
    target
        PROBLEM shows the attempts at a problem; PROBLEM#ATTEMPT one attempt with its program.
    problems
        List all problems of the run as well.
    """
    from passatk.report import text
    from passatk.report.chained import summary_of
    from passatk.report.data import attempt_to_dict, counts_to_dict, problem_to_dict
    from passatk.store import open_store

    console = text.Output()
    with open_store(store, read_only=True) as opened:
        found = opened.run(run)
        if target is not None and "#" in target:
            problem, number = options.attempt(target)
            judged = opened.attempt(found, problem, number)
            if json:
                print_json(attempt_to_dict(judged))
            else:
                text.print_attempt(console, judged)
        elif target is not None:
            about = opened.problem(found, target)
            attempts = list(opened.attempts(found, target))
            if json:
                print_json(problem_to_dict(about, attempts))
            else:
                text.print_problem(console, about, attempts)
        else:
            counts = opened.counts(found)
            summary = summary_of(opened, found, counts, **asdict(estimating))
            if json:
                document = summary.to_dict()
                if problems:
                    document["by_problem"] = [counts_to_dict(each) for each in counts]
                print_json(document)
            else:
                text.print_summary(console, summary)
                if problems:
                    console.print()
                    text.print_problems(console, counts)
