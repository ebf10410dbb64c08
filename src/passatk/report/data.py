"""Problems, attempts and runs as plain data for JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from passatk.records import Verdict
    from passatk.store import JudgedAttempt, ProblemCounts, RunSummary, StoredProblem


def attempt_to_dict(judged: JudgedAttempt, *, with_program: bool = True) -> dict[str, Any]:
    """An attempt and its verdict (None while it is not judged)."""
    attempt, verdict = judged
    document: dict[str, Any] = {"problem": attempt.problem_id, "attempt": attempt.number}
    if with_program:
        document["program"] = attempt.program
        document["text"] = attempt.text
    document |= {"chain": attempt.chain, "step": attempt.step, "extra": dict(attempt.extra)}
    document["verdict"] = None if verdict is None else verdict_to_dict(verdict)
    return document


def verdict_to_dict(verdict: Verdict) -> dict[str, Any]:
    document = asdict(verdict)
    document |= {"status": str(verdict.status), "trust": str(verdict.trust)}
    document |= {"passed": verdict.passed, "share_passed": verdict.share_passed}
    return document


def problem_to_dict(problem: StoredProblem, attempts: Iterable[JudgedAttempt]) -> dict[str, Any]:
    """A problem with its attempts, without their programs."""
    return {
        **asdict(problem),
        "attempts": [attempt_to_dict(each, with_program=False) for each in attempts],
    }


def counts_to_dict(counts: ProblemCounts) -> dict[str, Any]:
    document = asdict(counts)
    document["statuses"] = {str(status): n for status, n in counts.statuses.items()}
    return document


def run_to_dict(summary: RunSummary) -> dict[str, Any]:
    return {
        "run": summary.run.name,
        "created": summary.run.created.isoformat(),
        "benchmark": summary.run.benchmark,
        "benchmark_hash": summary.run.benchmark_hash,
        "problems": summary.problems,
        "attempts": summary.attempts,
        "judged": summary.judged,
        "statuses": {str(status): n for status, n in summary.statuses.items()},
        "settings": dict(summary.run.manifest.get("settings", {})),
    }
