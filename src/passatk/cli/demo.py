"""passatk demo: the whole path, with no model and no network."""

from __future__ import annotations

import itertools
from statistics import mean
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from passatk.cli import options
from passatk.cli.output import message


def demo(
    *,
    n: Annotated[int, Parameter(name="-n", validator=Number(gte=1))] = 20,
    skill: float = 0.4,
    spread: float = 0.4,
    duplication: float = 0.2,
    drift: float = 0.0,
    hard_coding: float = 0.0,
    memorised: float = 0.0,
    best_first: float = 0.0,
    seed: options.Seed = 2,
    k: options.Ks = None,
    workers: options.Workers = None,
    isolation: options.IsolationName = "strict",
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """See the whole path: built-in problems, attempts, verdicts, pass@k. No network.

    The attempts come from the built-in sampler, which derives right and wrong programs from known
    solutions; the judge knows nothing of that.

    Parameters
    ----------
    n
        Attempts at each problem.
    skill
        Mean probability that an attempt is right.
    spread
        How much problems differ in difficulty: 0 not at all, 1 all or nothing.
    duplication
        Probability that an attempt repeats an earlier one.
    drift
        Change of the log-odds of being right from one attempt to the next.
    hard_coding
        Share of wrong attempts that know the visible tests by heart, for ``analyze`` to find.
    memorised
        Share of right attempts that are a reference solution verbatim.
    best_first
        Share of problems whose attempts are sorted, right ones first and repeats last.
    """
    from passatk import benchmarks
    from passatk.cli.judging import judge_and_show
    from passatk.generation import BuiltinSampler, SamplerSettings

    benchmark = benchmarks.load("builtin")
    settings = SamplerSettings(
        skill=skill,
        spread=spread,
        duplication=duplication,
        drift=drift,
        hard_coding=hard_coding,
        memorised=memorised,
        best_first=best_first,
        seed=seed,
    )
    sampler = BuiltinSampler(settings)
    attempts = itertools.chain.from_iterable(
        sampler.sample(problem, n) for problem in benchmark.problems.values()
    )
    message(f"judging {n} attempts at each of {len(benchmark)} built-in problems")
    judge_and_show(
        attempts,
        benchmark,
        name="demo",
        source={"sampler": sampler.settings.to_dict()},
        judging=options.Judging(workers=workers, isolation=isolation, seed=seed),
        estimating=options.Estimating(k=k),
        replace=True,
        store=store,
        json=json,
    )
    truth = mean(sampler.true_probability(name, n).mean() for name in benchmark.problems)
    message(f"planted: pass@1 is {truth:.3f} on these problems, {skill:.3f} on all like them")
    message("next: passatk show demo --problems; passatk show demo 'strings/squeeze-middle#0'")
