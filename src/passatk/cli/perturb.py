"""passatk perturb: problems changed in ways that keep what they mean, checked by the judge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter

from passatk.cli import options
from passatk.cli.output import message, print_json
from passatk.records import Benchmark


def perturb(
    problems: str | None = None,
    /,
    *ways: str,
    problems_format: str | None = None,
    show: Annotated[str | None, Parameter()] = None,
    workers: options.Workers = None,
    isolation: options.IsolationName = "strict",
    json: options.Json = False,
) -> None:
    """Change problems in ways that keep what they mean, and check that they do.

    Without arguments: list the ways. With problems and ways: what changes, and which problems
    are left out because a reference solution does not pass any more. passatk run and generate
    take the ways with --perturb.

    Parameters
    ----------
    problems
        A problem file, or the name of a benchmark.
    ways
        One or several ways, applied one after the other.
    problems_format
        The format of the problem file, where it is not recognised.
    show
        Print the prompt of the problem with this id, as it is then.
    """
    from passatk import benchmarks
    from passatk.report.visible import visible

    if problems is None:
        about = {
            name: (way.__doc__ or "").partition("\n")[0] for name, way in benchmarks.WAYS.items()
        }
        if json:
            print_json(about)
        else:
            for name, words in about.items():
                print(f"{name:<12} {words}")
        return
    before = benchmarks.load(problems, format=problems_format)
    after = checked(before, ways, isolation=isolation, workers=workers)
    changed = [name for name in after.problems if after.problems[name] != before.problems[name]]
    left_out = [name for name in before.problems if name not in after.problems]
    if json:
        prompts = {name: after.problems[name].prompt for name in changed}
        print_json(
            {
                "name": after.name,
                "hash": after.hash,
                "problems": len(after),
                "changed": prompts,
                "left_out": left_out,
            }
        )
        return
    if show is not None and show in after.problems:
        print(visible(after.problems[show].prompt))
    print(f"{after.name}: {len(after)} problems, {len(changed)} of them changed")


def checked(
    benchmark: Benchmark,
    ways: Sequence[str],
    *,
    isolation: str = "strict",
    workers: int | None = None,
) -> Benchmark:
    """The changed problems whose reference solutions pass; the others are left out, and named."""
    from passatk import benchmarks
    from passatk.cli.judging import settings_for
    from passatk.execution.calibration import calibrate
    from passatk.execution.limits import LimitPolicy
    from passatk.execution.pool import Pool

    changed = benchmarks.perturb(benchmark, ways)
    different = [
        each for name, each in changed.problems.items() if each != benchmark.problems[name]
    ]
    with Pool(settings_for(None, isolation, workers)) as pool:
        calibrations = calibrate(pool, different, LimitPolicy())
    bad = {
        each.id: calibrations[each.id].warning
        for each in different
        if each.references and calibrations[each.id].reference_cpu_seconds is None
    }
    unchecked = [each.id for each in different if not each.references]
    for name, why in bad.items():
        message(f"left out: {name}: {why}")
    if unchecked:
        message(f"note: {len(unchecked)} problems have no reference solution to check with")
    return benchmarks.only(changed, set(changed.problems) - bad.keys()) if bad else changed
