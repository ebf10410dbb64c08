"""passatk advise: what follows from a run for those who use the model."""

from __future__ import annotations

from typing import Literal

from passatk.cli import options
from passatk.cli.output import print_json


def advise(
    run: str,
    /,
    *,
    sensitivity: float = 0.95,
    false_accept: float = 0.02,
    value: float = 1.0,
    loss: float = 1.0,
    generation_cost: float = 0.001,
    review_cost: float = 0.02,
    latency_cost: float = 0.0,
    latency: Literal["sequential", "parallel"] = "sequential",
    control: str | None = None,
    stopping: options.Stopping = None,
    level: options.Level = 0.95,
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Advise how many candidates to review, at what cost, and whether their order matters.

    A reviewer looks at k candidates in random order and accepts the first that seems right. Every
    assumption about that is printed with the advice and can be changed here; amounts are in the
    unit of --value. Of chains with feedback it says how many of how many steps to make, and whether
    to go on after a failure or to start afresh.

    Parameters
    ----------
    run
        The run's name (passatk runs lists them).
    sensitivity
        The chance that a right candidate is accepted.
    false_accept
        The chance that a wrong candidate is accepted.
    value
        What a right program is worth.
    loss
        What a wrong program that was accepted costs.
    generation_cost
        What making a candidate costs.
    review_cost
        What looking at a candidate costs.
    latency_cost
        What waiting for a candidate costs.
    latency
        Whether candidates are made one after the other or at the same time.
    control
        A run of independent attempts at the same problems, to hold chains with feedback against.
    """
    from rich.console import Console

    from passatk.report import advice
    from passatk.stats.decisions import Reviewing
    from passatk.store import open_store

    assumptions = Reviewing(
        sensitivity=sensitivity,
        false_accept=false_accept,
        value=value,
        loss=loss,
        generation_cost=generation_cost,
        review_cost=review_cost,
        latency_cost=latency_cost,
        latency=latency,
    )
    with open_store(store, read_only=True) as opened:
        found = advice.advise(
            opened,
            opened.run(run),
            assumptions,
            control=control,
            level=level,
            stopping=stopping,
        )
    if json:
        print_json(found.to_dict())
    else:
        advice.print_advice(Console(), found)
