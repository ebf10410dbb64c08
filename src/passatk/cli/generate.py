"""passatk generate: sample from a model, and judge later or elsewhere."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from passatk.cli import options
from passatk.cli.sampling import SamplingOptions


def generate(
    problems: str,
    /,
    *,
    sampling: SamplingOptions | None = None,
    problems_format: str | None = None,
    output: Annotated[str | None, Parameter(name=["--output", "-o"])] = None,
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Sample from a model, and judge later or elsewhere.

    Every completion is in the store as soon as it arrives. The same command continues a run that
    was interrupted; passatk judge judges it.

    Parameters
    ----------
    problems
        A problem file, or the name of a benchmark (passatk benchmarks lists them).
    problems_format
        The format of the problem file, where it is not recognised.
    output
        Write the samples to this file as well, as passatk evaluate and others read them.
    """
    from passatk import benchmarks
    from passatk.cli.output import message, print_json
    from passatk.cli.progress import SamplingProgress
    from passatk.cli.sampling import (
        asking_of,
        model_maker,
        perturbed,
        plan_of,
        sampling_of,
        settings_of,
    )
    from passatk.cli.sampling_report import end, sampled_to_dict, write_samples
    from passatk.sampling.run import sample
    from passatk.store import open_store

    given = sampling or SamplingOptions()
    settings = settings_of(given)
    benchmark = perturbed(benchmarks.load(problems, format=problems_format), given)
    plan = plan_of(given, settings)
    with open_store(store) as opened:
        with SamplingProgress() as progress:
            run, report = sample(
                opened,
                sampling_of(given, benchmark, settings, plan),
                model_maker(given, settings),
                asking_of(given, settings, plan.attempts),
                progress,
            )
        spending, there = opened.spending(run), opened.progress(run).attempts
        if output is not None:
            write_samples(opened, run, output)
    end(run.name, report, there)
    if json:
        print_json(sampled_to_dict(run, report, spending, there))
    else:
        message(f"run {run.name}: {there} attempts; judge them with: passatk judge {run.name}")
