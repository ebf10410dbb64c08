"""passatk judge: judge a run that was sampled before."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from passatk.cli import options


def judge(
    name: str,
    /,
    *,
    problems: str | None = None,
    problems_format: str | None = None,
    estimating: options.Estimating = options.Estimating(),
    judging: options.Judging = options.Judging(),
    retry_errors: Annotated[bool, Parameter(negative="")] = False,
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Judge a run that passatk generate made; print pass@k.

    Parameters
    ----------
    name
        The run's name.
    problems
        The problems it was made for (default: the benchmark of that name that comes with passatk).
    problems_format
        The format of the problem file, where it is not recognised.
    retry_errors
        Judge again what ended in judge_error.
    """
    from passatk import benchmarks
    from passatk.cli.judging import evaluation_of, show_judged
    from passatk.cli.progress import JudgingProgress
    from passatk.sampling.judging import judge_run
    from passatk.sampling.variants import variant_of
    from passatk.store import open_store

    with open_store(store) as opened:
        found = opened.run(name)
        benchmark = benchmarks.load(
            problems or (found.benchmark or "").partition("+")[0], format=problems_format
        )
        benchmark = variant_of(found, benchmark)
        evaluation = evaluation_of(name, benchmark, judging, retry_errors=retry_errors)
        with JudgingProgress() as progress:
            judged = judge_run(opened, found, evaluation, progress)
        show_judged(opened, judged, estimating, json=json)
