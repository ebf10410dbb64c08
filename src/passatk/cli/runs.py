"""passatk runs: what is in the store."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import App, Parameter

from passatk.cli import options
from passatk.cli.output import message, print_json
from passatk.errors import PassatkError

runs = App(name="runs", help_format="plaintext")


@runs.default
def list_runs(*, store: options.Store = options.DEFAULT_STORE, json: options.Json = False) -> None:
    """List the runs in the store, oldest first."""
    from passatk.report.data import run_to_dict
    from passatk.report.text import Output, print_runs
    from passatk.store import open_store

    with open_store(store, read_only=True) as opened:
        found = opened.runs()
    if json:
        print_json([run_to_dict(each) for each in found])
    else:
        print_runs(Output(), found)


@runs.command
def delete(
    run: str,
    /,
    *,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"], negative="")] = False,
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> None:
    """Delete a run with its attempts and verdicts.

    Parameters
    ----------
    yes
        Do not ask.
    """
    from passatk.store import open_store

    with open_store(store) as opened:
        found = opened.run(run)
        if not yes and not _agreed(f"delete run {found.name} for good? [y/N] "):
            raise PassatkError(
                f"run {found.name} was not deleted\n  next: --yes deletes without asking"
            )
        opened.delete_run(found.name)
    if json:
        print_json({"deleted": run})
    else:
        message(f"deleted {run}")


def _agreed(question: str) -> bool:
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() == "y"
