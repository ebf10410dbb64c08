"""The analyses by name; a module is imported when its analysis is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, cast

from passatk.analysis.finding import Result
from passatk.analysis.subject import ProblemAttempts, Subject
from passatk.errors import PassatkError


@dataclass(frozen=True, slots=True)
class Entry:
    """An analysis: its module, what it looks at, and the question that it answers."""

    module: str
    of: Literal["outcomes", "programs"]
    question: str


ANALYSES = {
    "profile": Entry(
        "passatk.analysis.profile",
        "outcomes",
        "What does the run achieve, where, and how surely?",
    ),
    "order": Entry(
        "passatk.analysis.order",
        "outcomes",
        "Does it matter when an attempt was made?",
    ),
    "chains": Entry(
        "passatk.analysis.chains",
        "outcomes",
        "What do attempts gain that saw feedback on the one before?",
    ),
    "diversity": Entry(
        "passatk.analysis.diversity",
        "programs",
        "How many different programs are there among the attempts?",
    ),
    "integrity": Entry(
        "passatk.analysis.integrity",
        "programs",
        "Is the result that of solving the problems?",
    ),
    "sensitivity": Entry(
        "passatk.analysis.sensitivity",
        "outcomes",
        "How do the numbers move with attempts, problems, limits, tests, runs and settings?",
    ),
    "selection": Entry(
        "passatk.analysis.selection",
        "programs",
        "Which of the attempts to show?",
    ),
}


class OutcomeAnalysis(Protocol):
    """A module that answers from outcomes."""

    def analyse(self, subject: Subject, *, level: float, seed: int) -> Result: ...


class ProgramAnalysis(Protocol):
    """A module that answers from programs: problem by problem, then all together.

    What ``examine`` gives is plain data that can cross to another process.
    """

    def examine(self, attempts: ProblemAttempts) -> Any: ...

    def conclude(
        self, parts: Sequence[Any], subject: Subject, *, level: float, seed: int
    ) -> Result: ...


def chosen(names: Sequence[str] | None) -> tuple[str, ...]:
    """The names asked for (None: all) in the order in which they are read, each once.

    Raises:
        PassatkError: no analysis has that name.
    """
    known = tuple(ANALYSES)
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise PassatkError(
            f"there is no analysis {unknown[0]!r}\n"
            f"  expected: {', '.join(known)}\n"
            "  next: for example --only order,profile"
        )
    return tuple(name for name in known if names is None or name in names)


def of_outcomes(name: str) -> OutcomeAnalysis:
    """The module of an analysis of outcomes."""
    return cast(OutcomeAnalysis, importlib.import_module(ANALYSES[name].module))


def of_programs(name: str) -> ProgramAnalysis:
    """The module of an analysis of programs."""
    return cast(ProgramAnalysis, importlib.import_module(ANALYSES[name].module))
