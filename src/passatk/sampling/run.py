"""A run that is sampled from a model: begun, continued, extended, judged meanwhile or later."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

import passatk
from passatk.errors import DataError
from passatk.evaluation import (
    Evaluation,
    calibrated_pool,
    judge_pending,
    kept_calibrations,
    manifest_of,
)
from passatk.evaluation import Watcher as JudgingWatcher
from passatk.generation.model import Model
from passatk.generation.model_settings import Settings
from passatk.generation.patience import Pace, Patience
from passatk.generation.prices import Budget, Price
from passatk.records import Attempt, Benchmark
from passatk.sampling.adaptive import UntilPassed
from passatk.sampling.chains import Chains
from passatk.sampling.engine import Engine, Report
from passatk.sampling.engine import Watcher as SamplingWatcher
from passatk.sampling.meanwhile import Meanwhile
from passatk.sampling.plan import Plan, continued
from passatk.sampling.sources import Independent, Source
from passatk.store import Filed, Run, Store


class Watcher(SamplingWatcher, JudgingWatcher, Protocol):
    """What wants to know how both go."""

    def begun(self, attempts: int | None, there: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Asking:
    """How a model is asked: nothing here changes what it answers."""

    concurrency: int = 16
    per_request: int = 8
    retries: int = 8
    per_minute: float | None = None
    price: Price | None = None
    max_cost: float | None = None
    max_requests: int | None = None


@dataclass(frozen=True, slots=True)
class Sampling:
    """What a run is sampled with.

    ``source`` tells where the model was, for the manifest; ``variant`` how the problems were
    changed, which is a part of the settings.
    """

    name: str
    benchmark: Benchmark
    settings: Settings
    plan: Plan
    source: Mapping[str, Any]
    variant: str | None = None
    extend: int | None = None
    replace: bool = False

    def identity(self) -> dict[str, Any]:
        return {**self.settings.to_dict(), **self.plan.identity(), "variant": self.variant}


def sample(
    store: Store,
    sampling: Sampling,
    make_model: Callable[[int], Model],
    asking: Asking,
    watcher: Watcher,
    evaluation: Evaluation | None = None,
) -> tuple[Run, Report]:
    """Sample what a run lacks, and judge it where there is an evaluation to judge it by.

    Args:
        make_model: the model, for so many attempts at each problem.
        evaluation: None leaves judging to another time or place.

    Raises:
        DataError: the run is there and was sampled or judged otherwise.
        IsolationError, StoreError: as for :func:`passatk.evaluation.evaluate`.
    """
    if evaluation is None:
        if sampling.plan.needs_verdicts:
            raise DataError(
                "this way of sampling depends on verdicts",
                expected="attempts that are judged while they are made",
                found="--stop-at or --feedback without judging",
                hint="use passatk run",
            )
        run, plan = _begin(store, sampling, None, {})
        return run, _ask(store, run, plan, sampling, make_model, asking, watcher, None)
    benchmark = sampling.benchmark
    stored = None if sampling.replace else store.find_run(sampling.name)
    with calibrated_pool(evaluation, stored) as (pool, calibrations):
        run, plan = _begin(store, sampling, evaluation, manifest_of(evaluation, calibrations))
        calibrations = kept_calibrations(run)

        def judge_rest() -> None:
            judge_pending(store, run, benchmark, pool, calibrations, evaluation.policy, watcher)

        judge_rest()
        judging = Meanwhile(store, run, benchmark, pool, calibrations, evaluation, watcher)
        report = _ask(store, run, plan, sampling, make_model, asking, watcher, judging)
        judge_rest()
    return run, report


def _begin(
    store: Store,
    sampling: Sampling,
    evaluation: Evaluation | None,
    judging: Mapping[str, Any],
) -> tuple[Run, Plan]:
    """The run, begun or continued, with the plan as it is now."""
    stored = None if sampling.replace else store.find_run(sampling.name)
    ours = {"generation": sampling.identity()}
    if stored is None:
        if sampling.plan.attempts == 0:
            raise DataError(
                f"run {sampling.name!r} is not there yet",
                field="-n",
                expected="how many attempts at each problem, such as -n 20",
                found="nothing",
            )
        if sampling.extend is not None:
            raise DataError(
                f"there is no run {sampling.name!r} to extend",
                hint="begin it with -n, or list the runs with: passatk runs",
            )
        manifest = {
            **judging,
            "settings": {**judging.get("settings", {}), **ours},
            "source": dict(sampling.source),
            "plan": sampling.plan.to_dict(),
            "versions": judging.get("versions", {"passatk": passatk.__version__}),
        }
        if sampling.variant is not None:
            manifest["problems"] = list(sampling.benchmark.problems)
        if sampling.plan.stopping is not None:
            manifest["stopping"] = sampling.plan.stopping
        run = store.begin_run(sampling.name, sampling.benchmark, manifest, replace=sampling.replace)
        return run, sampling.plan
    if "plan" not in stored.manifest:
        raise DataError(
            f"run {stored.name!r} is there already, and was not sampled from a model",
            hint="choose another name, or replace the run with --replace",
        )
    kept = {key: value for key, value in stored.manifest["settings"].items() if key != "generation"}
    judged_by = judging.get("settings", kept) if kept else {}
    store.begin_run(
        sampling.name, sampling.benchmark, {"settings": {**judged_by, **ours}}
    )  # raises where they differ
    plan = continued(
        stored, sampling.plan, sampling.extend, len(sampling.benchmark), store.made(stored)
    )
    changes: dict[str, Any] = {}
    if plan.to_dict() != stored.manifest["plan"]:
        changes["plan"] = plan.to_dict()
    if evaluation is not None and not kept:
        changes.update({key: value for key, value in judging.items() if key != "source"})
        changes["settings"] = {**judging["settings"], **ours}
    return (store.amend(stored, changes) if changes else stored), plan


def _ask(
    store: Store,
    run: Run,
    plan: Plan,
    sampling: Sampling,
    make_model: Callable[[int], Model],
    asking: Asking,
    watcher: Watcher,
    judging: Meanwhile | None,
) -> Report:
    spent = store.spending(run).cost or 0.0
    there = sum(1 for _ in store.made(run))
    watcher.begun(plan.most(len(sampling.benchmark)), there)

    async def asked() -> Report:
        model = make_model(plan.attempts)
        try:
            source = _source(store, run, plan, sampling, asking, judging)
            engine = Engine(
                model,
                sampling.settings,
                source,
                file=lambda attempts: store.file_attempts(run, attempts),
                to_judge=judging.submit if judging else _leave,
                budget=Budget(
                    asking.price,
                    spent=spent,
                    max_cost=asking.max_cost,
                    max_requests=asking.max_requests,
                    max_tokens=sampling.settings.max_tokens,
                ),
                patience=Patience(asking.retries),
                pace=Pace(asking.per_minute, now=time.monotonic),
                concurrency=asking.concurrency,
                watcher=watcher,
            )
            if judging:
                judging.connect(engine, source)
            return await engine.run()
        finally:
            await model.aclose()

    with judging or nullcontext():
        return asyncio.run(asked())


def _source(
    store: Store,
    run: Run,
    plan: Plan,
    sampling: Sampling,
    asking: Asking,
    judging: Meanwhile | None,
) -> Source:
    problems = list(sampling.benchmark.problems.values())
    made = store.made(run)
    if plan.rule is not None:
        return UntilPassed(problems, sampling.settings, plan.rule, made)
    if plan.steps is not None:
        assert judging is not None
        return Chains(
            problems,
            sampling.settings,
            chains=plan.attempts,
            steps=plan.steps,
            present=made,
            load=lambda name: store.attempts(run, name),
            check=judging.check,
        )
    present: dict[str, set[int]] = {}
    for each in made:
        present.setdefault(each.problem, set()).add(each.number)
    return Independent(
        problems,
        sampling.settings,
        attempts=plan.attempts,
        present=present,
        batch=min(asking.per_request, plan.attempts),
    )


def _leave(attempts: Sequence[Attempt], filed: Sequence[Filed]) -> None:
    """Leave judging to another time."""
