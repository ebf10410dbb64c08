"""passatk run: sample from a model and judge what it writes meanwhile."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from passatk.cli import options
from passatk.cli.sampling import SamplingOptions


def run(
    problems: str,
    /,
    *,
    sampling: SamplingOptions | None = None,
    problems_format: str | None = None,
    feedback: Annotated[int | None, Parameter(validator=Number(gte=2))] = None,
    control: Annotated[bool, Parameter(negative="")] = False,
    stop_at: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    k: options.Ks = None,
    policy: options.Policy = "raise",
    level: options.Level = 0.95,
    judging: options.Judging = options.Judging(),
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Sample from a model and judge what it writes meanwhile; print pass@k.

    Every completion is in the store as soon as it arrives. The same command continues a run that
    was interrupted, and asks for nothing twice.

    Parameters
    ----------
    problems
        A problem file, or the name of a benchmark (passatk benchmarks lists them).
    problems_format
        The format of the problem file, where it is not recognised.
    feedback
        Chains of so many steps; each step is told which visible tests the one before failed.
    control
        With --feedback: as many attempts without feedback as well, in a run NAME-control.
    stop_at
        Stop at a problem with its so-manieth pass; -n is the most attempts then. The estimates
        are those for this rule.
    """
    from dataclasses import replace

    from passatk import benchmarks
    from passatk.cli.judging import evaluation_of, show_judged
    from passatk.cli.output import message
    from passatk.cli.progress import SamplingProgress
    from passatk.cli.sampling import (
        asking_of,
        controlled,
        model_maker,
        perturbed,
        plan_of,
        sampling_of,
        settings_of,
    )
    from passatk.cli.sampling_report import end
    from passatk.errors import PassatkError
    from passatk.sampling.run import sample
    from passatk.store import open_store

    given = sampling or SamplingOptions()
    if control and feedback is None:
        raise PassatkError("--control is for chains\n  next: add --feedback STEPS")
    settings = settings_of(given)
    benchmark = perturbed(
        benchmarks.load(problems, format=problems_format), given, isolation=judging.isolation
    )
    plan = plan_of(given, settings, feedback=feedback, stop_at=stop_at)
    main = sampling_of(given, benchmark, settings, plan)
    evaluation = evaluation_of(main.name, benchmark, judging)
    asking = asking_of(given, settings, plan.most(1))
    with open_store(store) as opened:
        for each in [main, *([controlled(main)] if control else [])]:
            with SamplingProgress() as progress:
                done, report = sample(
                    opened,
                    each,
                    model_maker(given, settings),
                    asking,
                    progress,
                    evaluation,
                )
            end(done.name, report, opened.progress(done).attempts)
            if asking.max_requests is not None:
                asking = replace(asking, max_requests=asking.max_requests - report.requests)
            if each is main and control and not json:
                message(f"run {main.name} is done; now its control")
        estimating = options.Estimating(k=k, policy=policy, level=level)
        show_judged(opened, opened.run(main.name), estimating, json=json)
