"""Runs, kept: their problems, attempts and verdicts in one SQLite file."""

from passatk.store.store import Store, open_store, probe_store
from passatk.store.views import (
    Filed,
    JudgedAttempt,
    Made,
    Measured,
    Outcome,
    PendingProgram,
    ProblemCounts,
    Progress,
    Run,
    RunSummary,
    Spending,
    StoredProblem,
)

__all__ = [
    "Filed",
    "JudgedAttempt",
    "Made",
    "Measured",
    "Outcome",
    "PendingProgram",
    "ProblemCounts",
    "Progress",
    "Run",
    "RunSummary",
    "Spending",
    "Store",
    "StoredProblem",
    "open_store",
    "probe_store",
]
