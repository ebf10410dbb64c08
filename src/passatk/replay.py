"""Judging one attempt again, as its run was judged, to see whether the verdict stands.

Nothing is stored: a run keeps the verdicts it has. Like evaluation.py, this is where execution and
store meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from passatk import benchmarks
from passatk.errors import DataError
from passatk.evaluation import kept_calibrations
from passatk.execution.calibration import Calibration, calibrate
from passatk.execution.limits import LimitPolicy, Limits
from passatk.execution.pool import Pool, Settings, Task
from passatk.execution.requirements import check_modules, warm_modules
from passatk.execution.sandbox import Isolation, interpreter
from passatk.records import Attempt, Benchmark, Verdict
from passatk.store import Run, Store

_COMPARED = ("status", "trust", "tests", "detail", "output")
"""What is the same whenever a verdict stands; seconds and bytes never are."""


@dataclass(frozen=True, slots=True)
class Change:
    """A part of the verdict that is another one now."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Replay:
    """An attempt's stored verdict (None: not judged yet) and the one it got again.

    ``notes`` say what differs between then and now: the interpreter, the origin of the limits.
    """

    run: str
    attempt: Attempt
    before: Verdict | None
    after: Verdict
    limits: Limits
    notes: tuple[str, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """Empty where the verdict stands, or where there was none."""
        if self.before is None:
            return ()
        pairs = [
            (name, str(getattr(self.before, name)), str(getattr(self.after, name)))
            for name in _COMPARED
        ]
        return tuple(Change(*each) for each in pairs if each[1] != each[2])

    @property
    def conclusion(self) -> str:
        """One sentence on whether the verdict stands."""
        if self.before is None:
            return f"judged for the first time: {_words(self.after.status)}"
        if self.before.status != self.after.status:
            return f"changed: {_words(self.before.status)} before, {_words(self.after.status)} now"
        if self.changes:
            names = ", ".join(each.field for each in self.changes)
            return f"the same status, {_words(self.after.status)}, with another {names}"
        return f"the same verdict: {_words(self.after.status)}"


def limits_of(run: Run, problem: str) -> Limits | None:
    """The limits that a problem of a run was judged under; None where it was judged elsewhere."""
    policy = run.manifest.get("settings", {}).get("limits")
    if policy is None or problem not in run.manifest.get("calibration", {}):
        return None
    return kept_calibrations(run)[problem].limits(LimitPolicy(**policy))


def find_benchmark(run: Run, sources: tuple[str, ...] = ()) -> Benchmark:
    """The problems that a run was judged on, by their content hash.

    Args:
        sources: names or files to look at first; then comes what the run's manifest names.

    Raises:
        DataError: none of them is there with the hash of the run.
    """
    recorded = run.manifest.get("source", {}).get("problems")
    named = [each for each in (recorded, run.benchmark) if isinstance(each, str) and each]
    looked = dict.fromkeys([*sources, *named])
    found = []
    for source in looked:
        path = Path(source)  # may come out of a stranger's store: no device, no pipe
        if source not in benchmarks.names() and not (path.is_file() or path.is_dir()):
            continue
        benchmark = benchmarks.load(source)
        if run.benchmark_hash in (None, benchmark.hash):
            return benchmark
        found.append(f"{source}: {benchmark.hash[:12]}")
    wanted = "of any content" if run.benchmark_hash is None else f"hash {run.benchmark_hash[:12]}"
    raise DataError(
        f"run {run.name}: the problems it was judged on are not here",
        expected=f"{run.benchmark or 'problems'}, {wanted}",
        found=", ".join(found) or "no such name or file",
        hint="name the problems file with --problems",
    )


def replay(
    store: Store,
    run: Run,
    problem: str,
    number: int,
    benchmark: Benchmark,
    *,
    python: Path | None = None,
) -> Replay:
    """Judge an attempt again under the limits, isolation and seed of its run.

    Args:
        python: the CPython that runs the program and its tests; by default this one.

    Raises:
        DataError: no such attempt, or the benchmark lacks its problem.
        IsolationError: programs cannot be confined here.
    """
    attempt, before = store.attempt(run, problem, number)
    task = benchmark.problems.get(problem)
    if task is None:
        raise DataError(
            f"benchmark {benchmark.name} does not have the problem", expected=problem, found="none"
        )
    recorded: dict[str, Any] = dict(run.manifest.get("settings", {}))
    settings = Settings(
        interpreter(str(python) if python else None),
        Isolation(recorded.get("isolation", Isolation.STRICT)),
        workers=1,
        seed=recorded.get("seed", 0),
        warm=warm_modules(benchmark.problems.values()),
    )
    notes = []
    if recorded.get("python", settings.python.version) != settings.python.version:
        notes.append(
            f"judged with Python {recorded['python']} before, with {settings.python.version} now"
        )
    check_modules(settings.python, [task])
    with Pool(settings) as pool:
        limits = limits_of(run, problem)
        if limits is None:
            notes.append("the run has no limits of its own: judged under today's defaults")
            policy = LimitPolicy()
            calibration = calibrate(pool, [task], policy)[problem]
            limits = calibration.limits(policy)
        else:
            calibration = Calibration.from_dict(run.manifest["calibration"][problem])
        tasks = [Task(None, task, attempt.program, limits, calibration.trust)]
        after = next(verdict for _, verdict in pool.judge(tasks))
    return Replay(run.name, attempt, before, after, limits, tuple(notes))


def _words(status: str) -> str:
    return status.replace("_", " ")
