"""Where the results of generated tests are kept: in a run beside the one that they are about.

Judging a run's programs by tests that a model wrote is judging like any other, so its results are a
run of their own in the same store: it can be interrupted, continued, shown and deleted. It knows
which run it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from passatk.store import Run, Store

_SUFFIX = ".generated-tests"
_BELONGS_TO = "generated_tests_for"


def companion_name(run: Run) -> str:
    """The name of the run with the results of generated tests for a run."""
    return run.name + _SUFFIX


def belonging(run: Run) -> dict[str, Any]:
    """What stands in such a run's manifest, under ``source``, to say which run it is about."""
    return {_BELONGS_TO: {"run": run.name, "created": run.created.isoformat()}}


def find_companion(store: Store, run: Run) -> Run | None:
    """The run with the results of generated tests; None where there is none for this very run."""
    found = store.find_run(companion_name(run))
    if found is None:
        return None
    source = found.manifest.get("source", {})
    return found if source.get(_BELONGS_TO) == belonging(run)[_BELONGS_TO] else None


def generated_letters(store: Store, companion: Run, problem: str) -> Mapping[int, str]:
    """The letters of the generated tests by number of the attempt; empty where there are none."""
    return {
        attempt.number: verdict.tests
        for attempt, verdict in store.attempts(companion, problem)
        if verdict is not None
    }
