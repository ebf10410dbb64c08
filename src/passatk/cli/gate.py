"""passatk gate: no worse than a baseline by more than a margin, or exit with 1."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from passatk.cli import options
from passatk.cli.output import message, print_json
from passatk.errors import GateFailed


def gate(
    run: str,
    /,
    *,
    baseline: Annotated[str, Parameter(name="--baseline")],
    margin: options.Margin,
    k: options.Ks = None,
    level: options.Level = 0.95,
    policy: options.Policy = "raise",
    intersection: options.Intersection = False,
    stopping: options.Stopping = None,
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> int:
    """Exit with 0 if the data rule out that a run is worse than a baseline by the margin or more.

    They must rule it out for every k asked (default: 1). Too little data does not pass: passatk
    plan --gate tells how much is enough.

    Parameters
    ----------
    run
        The run to judge.
    baseline
        The run it must not fall behind.
    level
        Confidence with which the loss has to be ruled out (one-sided).
    """
    from passatk import stats
    from passatk.report.comparison import comparisons_to_dict, gate_line, read_runs
    from passatk.store import open_store

    with open_store(store, read_only=True) as opened:
        runs = read_runs(opened, [run, baseline], stopping)
    ours, theirs = runs.outcomes[run], runs.outcomes[baseline]
    checks = stats.compare(
        ours,
        theirs,
        k or (1,),
        margin=margin,
        level=level,
        policy=policy,
        intersection=intersection,
    )
    passed = all(each.noninferior for each in checks)
    if json:
        document = comparisons_to_dict(run, baseline, checks, runs.notes)
        print_json({"passed": passed, "margin": margin, "level": level, **document})
    else:
        for each in checks:
            print(gate_line(run, baseline, each))
        for note in runs.notes:
            message(f"note: {note}")
    return 0 if passed else GateFailed.exit_code
