"""Runs, kept: their problems, attempts and verdicts in one SQLite file."""

from passatk.store.opening import open_store, probe_store
from passatk.store.store import Store
from passatk.store.views import (
    AttemptLine,
    Filed,
    JudgedAttempt,
    ListedRun,
    Made,
    Measured,
    Outcome,
    PendingProgram,
    ProblemCounts,
    ProgramGroup,
    Progress,
    Run,
    RunState,
    RunSummary,
    Spending,
    StoredProblem,
)

__all__ = [
    "AttemptLine",
    "Filed",
    "JudgedAttempt",
    "ListedRun",
    "Made",
    "Measured",
    "Outcome",
    "PendingProgram",
    "ProblemCounts",
    "ProgramGroup",
    "Progress",
    "Run",
    "RunState",
    "RunSummary",
    "Spending",
    "Store",
    "StoredProblem",
    "open_store",
    "probe_store",
]
