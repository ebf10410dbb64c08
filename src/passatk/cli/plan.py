"""passatk plan: how much to measure, before it is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from passatk.cli import options
from passatk.cli.output import print_json
from passatk.errors import PassatkError

if TYPE_CHECKING:
    from passatk.stats.design import Variation

_Share = Number(gte=0)


def plan(
    run: str | None = None,
    /,
    *,
    against: str | None = None,
    margin: options.Margin = 0.02,
    k: Annotated[int, Parameter(name="-k", validator=Number(gte=1))] = 1,
    power: Annotated[float, Parameter(validator=Number(gt=0.5, lt=1))] = 0.8,
    level: options.Level = 0.95,
    gate: Annotated[bool, Parameter(negative="")] = False,
    between: Annotated[float | None, Parameter(validator=_Share)] = None,
    within: Annotated[float | None, Parameter(validator=_Share)] = None,
    correlation: Annotated[float, Parameter(validator=Number(gte=-1, lte=1))] = 0.8,
    problems: Annotated[int | None, Parameter(validator=Number(gte=2))] = None,
    attempts: Annotated[
        tuple[int, ...] | None,
        Parameter(name="--attempts", converter=options.numbers, n_tokens=1, negative=""),
    ] = None,
    budget: Annotated[float | None, Parameter(validator=Number(gt=0))] = None,
    cost_problem: Annotated[float, Parameter(validator=_Share)] = 0.0,
    cost_attempt: Annotated[float, Parameter(validator=Number(gt=0))] = 1.0,
    stopping: options.Stopping = None,
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """How many problems and attempts a comparison of two runs needs.

    What varies comes from one or two runs that exist, or from --between and --within.

    Parameters
    ----------
    run
        A run like those to be compared.
    against
        Another run on the same problems: the change between the two is what varies.
    margin
        The change to be found (or with --gate ruled out), as a share.
    k
        Attempts allowed.
    power
        The chance of finding it.
    gate
        Plan for passatk gate: one-sided, ruling out a loss of the margin when there is none.
    between
        Variance over problems of the true change, instead of runs.
    within
        Mean of p(1-p) over problems, the sum of both runs', instead of runs; k = 1 only.
    correlation
        Of the true pass@k of the two runs over problems, where only one run is known.
    problems
        How many there are: shows what can be found with them.
    attempts
        Numbers of attempts to show, such as 1,5,20.
    budget
        Find the best split of it (for one run).
    cost_problem
        What a problem costs, in the unit of the budget.
    cost_attempt
        What an attempt costs.
    """
    from rich.console import Console

    from passatk.report import plan as report
    from passatk.stats.design import Variation, best_split

    notes: list[str] = []
    if run is None:
        if between is None or within is None or against is not None or k != 1:
            raise PassatkError(
                "plan needs a run, or --between and --within with -k 1\n"
                "  next: for example passatk plan RUN --margin 0.02"
            )
        varies = Variation.from_variances(between, within)
    elif between is not None or within is not None:
        raise PassatkError("--between and --within are for plans without a run")
    else:
        varies, notes, seen = _from_runs(run, against, k, correlation, stopping, store)
        problems = problems or seen
    goal = report.Goal(margin, level, power, sides=1 if gate else 2)
    rows = report.plan_rows(varies, goal, attempts or report.ATTEMPTS, problems)
    split = None
    if budget is not None:
        split = best_split(varies, budget, cost_problem=cost_problem, cost_attempt=cost_attempt)
    if varies.between == 0:
        notes.append(
            "no variation over problems is seen beyond chance: with many more attempts than these "
            "runs have, expect to need more problems than the table says"
        )
    notes.append("runs differ by seed, server and day too: this is not in the plan")
    if json:
        print_json(report.plan_to_dict(varies, goal, rows, split, notes))
    else:
        report.print_plan(Console(), varies, goal, rows, split, problems, notes)


def _from_runs(
    run: str, against: str | None, k: int, correlation: float, stopping: str | None, store: str
) -> tuple[Variation, list[str], int]:
    """What varies, what to know about it, and how many problems the runs have."""
    from passatk.report.comparison import read_runs
    from passatk.stats.design import variation
    from passatk.store import open_store

    with open_store(store, read_only=True) as opened:
        runs = read_runs(opened, [run] if against is None else [run, against], stopping)
    ours = runs.outcomes[run]
    notes = list(runs.notes)
    if against is not None:
        return variation(ours, runs.outcomes[against], k), notes, len(ours)
    notes.append(
        f"assumed: the true pass@{k} of the two runs correlate {correlation:g} over problems "
        "(--correlation)"
    )
    return variation(ours, k=k).compared(correlation), notes, len(ours)
