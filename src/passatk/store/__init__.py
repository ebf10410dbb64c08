"""Runs, kept: their problems, attempts and verdicts in one SQLite file."""

from passatk.store.store import Store, open_store, probe_store
from passatk.store.views import (
    JudgedAttempt,
    Measured,
    Outcome,
    PendingProgram,
    ProblemCounts,
    Progress,
    Run,
    RunSummary,
    StoredProblem,
)

__all__ = [
    "JudgedAttempt",
    "Measured",
    "Outcome",
    "PendingProgram",
    "ProblemCounts",
    "Progress",
    "Run",
    "RunSummary",
    "Store",
    "StoredProblem",
    "open_store",
    "probe_store",
]
