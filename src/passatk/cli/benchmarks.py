"""passatk benchmarks: problem sets, and whether they can be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from cyclopts import App

from passatk.cli import options
from passatk.cli.output import print_json
from passatk.records import CallTests, CodeTests, Problem, StreamTests, Verdict
from passatk.report.visible import visible

# As problem files name them.
_KINDS = {CallTests: "function", StreamTests: "stdio", CodeTests: "code"}

benchmarks = App(name="benchmarks", help_format="plaintext")


@benchmarks.default
def list_benchmarks(*, json: options.Json = False) -> None:
    """List the built-in benchmarks and the problem formats that can be read."""
    from passatk import benchmarks as room

    if json:
        print_json({"benchmarks": room.names(), "formats": room.formats()})
        return
    print("benchmarks")
    for name in room.names():
        print(f"  {name}")
    print("formats of problem files")
    for name, about in room.formats().items():
        print(f"  {name:<14} {about}")


@benchmarks.command
def show(source: str, /, *, format: str | None = None, json: options.Json = False) -> None:
    """Describe a problem set: its size, hash, categories and difficulties.

    Parameters
    ----------
    source
        A problem file, or the name of a benchmark.
    """
    from passatk.benchmarks import load

    benchmark = load(source, format=format)
    problems = benchmark.problems.values()
    document = {
        "name": benchmark.name,
        "hash": benchmark.hash,
        "problems": len(benchmark),
        "categories": dict(Counter(str(each.category) for each in problems)),
        "difficulties": dict(Counter(str(each.difficulty) for each in problems)),
        "kinds": dict(Counter(_KINDS[type(each.tests)] for each in problems)),
        "with_reference": sum(bool(each.references) for each in problems),
    }
    if json:
        print_json(document)
        return
    for key, value in document.items():
        if isinstance(value, dict):
            value = ", ".join(f"{count} {name}" for name, count in value.items())
        print(f"{key.replace('_', ' '):<15} {visible(str(value))}")


@benchmarks.command
def validate(
    source: str,
    /,
    *,
    format: str | None = None,
    time_limit: options.TimeLimit = "10",
    workers: options.Workers = None,
    isolation: options.IsolationName = "strict",
    python: options.Python = None,
    json: options.Json = False,
) -> int:
    """Run the known solutions: references have to pass, empty and known wrong ones to fail.

    Exits with 1 when a problem has a defect.

    Parameters
    ----------
    source
        A problem file, or the name of a benchmark.
    """
    from passatk import benchmarks as room
    from passatk.cli.judging import settings_for
    from passatk.execution.calibration import calibrate
    from passatk.execution.limits import LimitPolicy
    from passatk.execution.pool import Pool, Task

    benchmark = room.load(source, format=format)
    policy = LimitPolicy(time_limit=options.seconds(time_limit))
    with Pool(settings_for(python, isolation, workers)) as pool:
        calibrations = calibrate(pool, benchmark.problems.values(), policy)

        def judge(programs: Iterable[tuple[Problem, str]]) -> Iterator[Verdict]:
            tasks = (
                Task(i, problem, code, policy.limits(), calibrations[problem.id].trust)
                for i, (problem, code) in enumerate(programs)
            )
            verdicts = {task.key: verdict for task, verdict in pool.judge(tasks)}
            return (verdicts[i] for i in range(len(verdicts)))

        reports = room.validate(benchmark, judge)
    bad = [each for each in reports if each.defects]
    if json:
        print_json(
            {
                "problems": len(reports),
                "defective": len(bad),
                "reports": [each.to_dict() for each in reports],
            }
        )
        return int(bool(bad))
    for each in reports:
        for defect in each.defects:
            print(visible(f"{each.problem_id}: {defect}"))
        for warning in each.warnings:
            print(visible(f"{each.problem_id}: warning: {warning}"))
    print(f"{len(reports)} problems, {len(bad)} with a defect")
    return int(bool(bad))
