"""The benchmark of a run that is in a store: tests and references are not kept there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from passatk.cli.output import message
from passatk.errors import DataError

if TYPE_CHECKING:
    from passatk.records import Benchmark
    from passatk.store import Run


def benchmark_of(run: Run, problems: str | None, names: Sequence[str]) -> Benchmark | None:
    """The problems that a run was judged on.

    Args:
        run: the run.
        problems: a problem file or the name of a benchmark; None looks for the run's own among
            those that come with passatk.
        names: the problems of the run.

    Returns:
        None where none was given and the run's own is not at hand.

    Raises:
        DataError: what was given is not what the run was judged on.
    """
    from passatk import benchmarks

    if problems is None:
        if run.benchmark not in benchmarks.names():
            return None
        own = benchmarks.load(run.benchmark)
        if own.hash == run.benchmark_hash:
            return own
        message(
            f"note: {run.name} was judged on another version of {run.benchmark} than this passatk "
            "has; its tests and references are left out"
        )
        return None
    given = benchmarks.load(problems)
    missing = [name for name in names if name not in given.problems]
    if missing or run.benchmark_hash not in (None, given.hash):
        raise DataError(
            f"{problems} is not what run {run.name} was judged on",
            expected=f"{run.benchmark or 'problems'} with the hash {run.benchmark_hash}"
            if run.benchmark_hash is not None
            else f"all {len(names)} problems of the run",
            found=f"the hash {given.hash}"
            if not missing
            else f"no problem {missing[0]!r}, and the hash {given.hash}",
            hint="give the file that the run was judged with",
        )
    return given
