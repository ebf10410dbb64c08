"""passatk select: which of a run's attempts to show."""

from __future__ import annotations

import json as json_format
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from passatk.cli import options
from passatk.cli.output import message, print_json
from passatk.errors import DataError, PassatkError

if TYPE_CHECKING:
    from passatk.analysis.selection import Choice
    from passatk.analysis.subject import ProblemAttempts, Subject
    from passatk.records import Attempt, Benchmark
    from passatk.store import Run


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class GeneratedTestsJudging(options.Judging):
    """How programs are judged by tests that a model wrote."""

    time_limit: options.TimeLimit = "1"
    """CPU seconds a program may take for all generated tests of its problem together."""


def select(
    run: str,
    /,
    *,
    n: Annotated[int, Parameter(name="-n", validator=Number(gte=1))] = 10,
    problems: str | None = None,
    tests: Path | None = None,
    output: Annotated[
        Path | None, Parameter(name=["--output", "-o"], allow_leading_hyphen=True)
    ] = None,
    judging: GeneratedTestsJudging = GeneratedTestsJudging(),
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Choose which attempts to show: one of each approach, the best-ranked first.

    Attempts are ranked by what may be known before the verdict: by agreement on tests that the
    model wrote, on visible tests of the problems, or else by how often a program was written. A
    verdict is never looked at. passatk analyze --only selection says what the choice is worth.

    Parameters
    ----------
    run
        The run's name (passatk runs lists them).
    n
        How many attempts to choose at each problem.
    problems
        The problems that the run was judged on: a file or a name; says which tests are visible.
    tests
        Tests that the model wrote: all programs are judged by them, once, into the store.
    output
        Write the chosen attempts as JSON Lines; - is standard output, .gz compresses.
    """
    from passatk import benchmarks
    from passatk.analysis.subject import read_subject
    from passatk.store import open_store

    if json and str(output) == "-":
        raise PassatkError("--json and -o - both want standard output\n  next: choose one of them")
    benchmark = None if problems is None else benchmarks.load(problems)
    with open_store(store, read_only=tests is None) as opened:
        found = opened.run(run)
        if benchmark is not None:
            _check_problems(found, benchmark)
        if tests is not None:
            from passatk.cli.generated import judge_by_generated_tests

            judge_by_generated_tests(opened, found, tests, benchmark, judging)
        subject = read_subject(opened, run, benchmark=benchmark)
        if output is None:
            chosen = [choice for choice, _ in _choices(subject, n)]
        else:
            chosen = _written(subject, n, output)
    if json:
        print_json(_document(run, n, chosen))
    elif output is None:
        from passatk.report.selection import print_choices
        from passatk.report.text import Output

        print_choices(Output(), run, chosen)
    elif str(output) != "-":
        message(f"wrote {len(chosen)} chosen attempts to {output}")


def _choices(subject: Subject, n: int) -> Iterator[tuple[Choice, Attempt]]:
    """The chosen attempts, problem by problem, best first."""
    from passatk.analysis.selection import choose

    for attempts in subject.programs():
        _check_programs(attempts)
        by_number = {attempt.number: attempt for attempt, _ in attempts.attempts}
        for choice in choose(attempts, n):
            yield choice, by_number[choice.attempt]


def _written(subject: Subject, n: int, output: Path) -> list[Choice]:
    from passatk.attempts.output import open_output

    written = []
    with open_output(output) as stream:
        for choice, attempt in _choices(subject, n):
            record = {"task_id": choice.problem, attempt.text_field: attempt.text}
            line = json_format.dumps(record | _told(choice)) + "\n"
            stream.write(line.encode("utf-8"))
            written.append(choice)
    return written


def _document(run: str, n: int, choices: list[Choice]) -> dict[str, Any]:
    return {
        "run": run,
        "n": n,
        "chosen": [{"problem": each.problem} | _told(each) for each in choices],
    }


def _told(choice: Choice) -> dict[str, Any]:
    """Why an attempt was chosen, as plain data."""
    return {
        "attempt": choice.attempt,
        "rank": choice.rank,
        "ranker": choice.ranker,
        "score": choice.score,
        "approach": choice.approach,
        "approach_size": choice.approach_size,
    }


def _check_problems(run: Run, benchmark: Benchmark) -> None:
    if run.benchmark_hash not in (None, benchmark.hash):
        raise DataError(
            f"the problems are not those that run {run.name} was judged on",
            expected=f"{run.benchmark} with hash {run.benchmark_hash}",
            found=f"{benchmark.name} with hash {benchmark.hash}",
            hint="give the same problems file as for passatk evaluate",
        )


def _check_programs(attempts: ProblemAttempts) -> None:
    programs = [attempt.program for attempt, _ in attempts.attempts]
    if programs and not any(each.strip() for each in programs):
        raise DataError(
            f"the attempts at {attempts.name} have no programs",
            expected="attempts with their programs",
            found="results alone",
            hint="import results that keep the programs, or evaluate the samples",
        )
