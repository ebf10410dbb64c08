"""Runs, kept: their problems, attempts and verdicts in one SQLite file."""

from passatk.store.store import Store, open_store, probe_store
from passatk.store.views import (
    AttemptLine,
    JudgedAttempt,
    ListedRun,
    Outcome,
    PendingProgram,
    ProblemCounts,
    ProgramGroup,
    Progress,
    Run,
    RunState,
    RunSummary,
    StoredProblem,
)

__all__ = [
    "AttemptLine",
    "JudgedAttempt",
    "ListedRun",
    "Outcome",
    "PendingProgram",
    "ProblemCounts",
    "ProgramGroup",
    "Progress",
    "Run",
    "RunState",
    "RunSummary",
    "Store",
    "StoredProblem",
    "open_store",
    "probe_store",
]
