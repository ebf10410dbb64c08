"""What a store gives back: plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from passatk import notebook
from passatk.records import Attempt, Status, Verdict


@dataclass(frozen=True, slots=True)
class Run:
    """One model under one setting on one benchmark.

    ``created`` is in UTC. ``benchmark`` and ``benchmark_hash`` are None for results that were
    imported without their problems. ``manifest`` is what the run was begun with.
    """

    id: int
    name: str
    created: datetime
    benchmark: str | None
    benchmark_hash: str | None
    manifest: Mapping[str, Any]

    def _repr_html_(self) -> str:
        return notebook.table([_about(self)])


@dataclass(frozen=True, slots=True)
class RunState:
    """What changes about a run after it was begun.

    ``revision`` grows with every writing to its attempts and verdicts, so that what was computed
    from them can be kept until then; it is None in a store of an earlier version that was opened
    for reading only. ``tags`` and ``note`` are people's words.
    """

    revision: int | None = 0
    tags: tuple[str, ...] = ()
    note: str = ""
    archived: bool = False


class ListedRun(NamedTuple):
    """A run in a list, without its manifest."""

    id: int
    name: str
    created: datetime
    benchmark: str | None
    benchmark_hash: str | None
    state: RunState


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run with its sizes; ``statuses`` has the statuses that occur."""

    run: Run
    problems: int
    attempts: int
    statuses: Mapping[Status, int]

    @property
    def judged(self) -> int:
        """Attempts with any status, ``judge_error`` included."""
        return sum(self.statuses.values())

    def _repr_html_(self) -> str:
        row = {
            **_about(self.run),
            "problems": self.problems,
            "attempts": self.attempts,
            "judged": self.judged,
            "passed": self.statuses.get(Status.PASSED, 0),
        }
        return notebook.table([row])


def _about(run: Run) -> dict[str, object]:
    created = run.created.strftime("%Y-%m-%d %H:%M")
    return {"run": run.name, "benchmark": run.benchmark or "", "created (UTC)": created}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far judging a run has come.

    ``judged`` counts attempts with any status, ``judge_error`` included; ``pending_programs``
    counts distinct programs per problem, which is what is left to run.
    """

    attempts: int
    judged: int
    pending_programs: int


@dataclass(frozen=True, slots=True)
class PendingProgram:
    """A program to judge, once for all attempts at the problem that have it."""

    problem: str
    program_id: int
    program: str


@dataclass(frozen=True, slots=True)
class StoredProblem:
    """What a store keeps of a problem; ``prompt`` is None where only results were imported."""

    name: str
    prompt: str | None
    title: str | None = None
    category: str | None = None
    difficulty: str | None = None
    cluster: str | None = None
    entry_point: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ProblemCounts:
    """How the attempts at a problem ended; ``statuses`` has the statuses that occur."""

    name: str
    category: str | None
    difficulty: str | None
    cluster: str | None
    attempts: int
    statuses: Mapping[Status, int]

    @property
    def pending(self) -> int:
        return self.attempts - sum(self.statuses.values())


class Outcome(NamedTuple):
    """What statistics see of an attempt: ``score`` is the share of tests passed, in [0, 1], or the
    graded result that was imported; ``status`` is None while the attempt is not judged."""

    problem: str
    number: int
    status: Status | None
    score: float | None
    chain: int | None
    step: int | None


class Measured(NamedTuple):
    """What an attempt took, and which tests it passed: one letter each, see ``Verdict.tests``."""

    problem: str
    number: int
    status: Status | None
    tests: str
    cpu_seconds: float | None


class JudgedAttempt(NamedTuple):
    """An attempt and its verdict; None while it is not judged."""

    attempt: Attempt
    verdict: Verdict | None


class Filed(NamedTuple):
    """What became of an attempt that was appended: its program, and the verdict it has already."""

    problem: str
    number: int
    program_id: int
    status: Status | None


class Made(NamedTuple):
    """An attempt without its texts."""

    problem: str
    number: int
    status: Status | None
    chain: int | None
    step: int | None


@dataclass(frozen=True, slots=True)
class Spending:
    """What the attempts of a run cost; ``cost`` is None where no attempt has a price.

    ``marks`` counts attempts by what is peculiar about them, such as "refused".
    """

    cost: float | None
    prompt_tokens: int
    completion_tokens: int
    marks: Mapping[str, int]


class AttemptLine(NamedTuple):
    """An attempt in a list, without its texts; ``program_id`` is the same for identical programs.

    ``status`` is None while it is not judged, and with it all that comes from its verdict.
    """

    number: int
    status: Status | None
    program_id: int
    tests: str | None
    detail: str
    cpu_seconds: float | None
    trust: str | None


class ProgramGroup(NamedTuple):
    """The attempts at a problem that are the same program; ``first`` is the lowest number."""

    program_id: int
    status: Status | None
    attempts: int
    first: int
