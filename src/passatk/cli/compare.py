"""passatk compare: runs on the same problems, held against each other."""

from __future__ import annotations

from passatk.cli import options
from passatk.cli.output import print_json
from passatk.errors import PassatkError


def compare(
    run: str,
    baseline: str,
    /,
    *others: str,
    k: options.Ks = None,
    margin: options.Margin | None = None,
    level: options.Level = 0.95,
    policy: options.Policy = "raise",
    intersection: options.Intersection = False,
    stopping: options.Stopping = None,
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Hold runs on the same problems against each other.

    Two runs: the change of the first against the second, problem by problem. More: every pair at
    once, and the places in the ranking that the data allow each run.

    Parameters
    ----------
    run
        The run to judge.
    baseline
        The run it is held against.
    others
        More runs, for a ranking of all.
    """
    from rich.console import Console

    from passatk import stats
    from passatk.report import comparison as report
    from passatk.stats.comparison import rank_sets
    from passatk.store import open_store

    names = [run, baseline, *others]
    if len(set(names)) < len(names):
        raise PassatkError(
            f"a run cannot be compared with itself; got {' '.join(names)}\n"
            "  next: name each run once"
        )
    with open_store(store, read_only=True) as opened:
        runs = report.read_runs(opened, names, stopping)
    ks = runs.usual_k if k is None else k
    console = Console()
    if not others:
        compared = stats.compare(
            runs.outcomes[run],
            runs.outcomes[baseline],
            ks,
            margin=margin,
            level=level,
            policy=policy,
            intersection=intersection,
        )
        if json:
            print_json(report.comparisons_to_dict(run, baseline, compared, runs.notes))
        else:
            report.print_comparisons(console, run, baseline, compared, runs.notes)
        return
    if margin is not None or policy != "raise":
        raise PassatkError(
            "--margin and --policy are for two runs\n  next: compare two runs at a time with them"
        )
    rankings = [
        rank_sets(runs.outcomes, each, level=level, intersection=intersection) for each in ks
    ]
    if json:
        print_json({"rankings": [each.to_dict() for each in rankings], "notes": list(runs.notes)})
    else:
        report.print_rankings(console, rankings, runs.notes)
