"""passatk replay: judge one attempt again."""

from __future__ import annotations

from passatk.cli import options
from passatk.cli.output import print_json


def replay(
    run: str,
    target: str,
    /,
    *,
    problems: str | None = None,
    python: options.Python = None,
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Judge one attempt again, as its run was judged, and show what changed. Stores nothing.

    Parameters
    ----------
    run
        The run's name (passatk runs lists them).
    target
        PROBLEM#ATTEMPT.
    problems
        The problems that the run was judged on (default: where its manifest says they are).
    """
    from passatk.replay import find_benchmark
    from passatk.replay import replay as judge_again
    from passatk.report.replay import print_replay, replay_to_dict
    from passatk.report.text import Output
    from passatk.store import open_store

    problem, number = options.attempt(target)
    with open_store(store, read_only=True) as opened:
        found = opened.run(run)
        benchmark = find_benchmark(found, () if problems is None else (problems,))
        again = judge_again(opened, found, problem, number, benchmark, python=python)
    if json:
        print_json(replay_to_dict(again))
    else:
        print_replay(Output(), again)
