"""From a store to what a report is drawn from."""

from __future__ import annotations

from pathlib import Path

from passatk.records import Attempt, Status, Verdict
from passatk.report.document.gathering import read_attempts
from passatk.stats import StopAtSuccess
from passatk.store import open_store


def test_the_recorded_rule_that_ended_attempts_is_used(tmp_path: Path) -> None:
    """Figures rest on the rule that the run remembers, as its summary does."""
    passed, failed = Verdict(Status.PASSED), Verdict(Status.WRONG_ANSWER)
    rows = {"a": [passed], "b": [failed, passed], "c": [failed] * 3}
    results = [
        (Attempt(name, number, "x", "x"), verdict)
        for name, verdicts in rows.items()
        for number, verdict in enumerate(verdicts)
    ]
    with open_store(tmp_path / "passatk.db") as store:
        run = store.import_run("stopped", {"stopping": "1/3"}, None, results)
        seen, _ = read_attempts(store, run, store.counts(run))
    assert StopAtSuccess(1, 3) == seen.outcomes.stopping
