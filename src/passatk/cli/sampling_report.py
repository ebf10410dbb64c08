"""What commands that sample say at their end, and samples as a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from passatk.cli.output import message
from passatk.errors import BudgetSpent, ModelError

if TYPE_CHECKING:
    from passatk.sampling.engine import Report
    from passatk.store import Run, Spending, Store


def end(name: str, report: Report, there: int) -> None:
    """Say what was peculiar, and raise what ended the run early.

    Raises:
        BudgetSpent, ModelError: there are attempts that the run does not have yet.
    """
    if report.marks:
        counted = ", ".join(f"{count} {mark}" for mark, count in report.marks.items())
        message(f"note: {counted}: attempts all the same")
    if report.faults:
        message(f"note: {report.faults} requests met a fault; the last: {report.last_fault}")
    if report.surplus:
        message(f"note: {report.surplus} completions that nobody asked for were left out")
    kept = f"run {name}: {there} attempts are kept"
    if isinstance(report.ended_by, BudgetSpent):
        raise BudgetSpent(
            f"{report.ended_by}\n  {kept}\n  next: the same command with a larger budget continues"
        )
    if report.ended_by is not None:
        raise ModelError(f"{report.ended_by}\n  {kept}\n  next: then the same command continues")
    if report.lost:
        raise ModelError(
            f"{report.lost} requests got no answer; the last: {report.last_fault}\n  {kept}\n"
            "  next: the same command asks for the rest once more"
        )


def sampled_to_dict(run: Run, report: Report, spending: Spending, there: int) -> dict[str, Any]:
    """Plain data for JSON; keys: run, attempts, new, requests, faults, cost, prompt_tokens,
    completion_tokens, marks."""
    return {
        "run": run.name,
        "attempts": there,
        "new": report.attempts,
        "requests": report.requests,
        "faults": report.faults,
        "cost": spending.cost,
        "prompt_tokens": spending.prompt_tokens,
        "completion_tokens": spending.completion_tokens,
        "marks": dict(spending.marks),
    }


def write_samples(store: Store, run: Run, path: str) -> None:
    """Samples without verdicts, a line each, as passatk evaluate and others read them.

    Where the model answered with more than a program, the program is the solution, and what the
    model delivered stands beside it.
    """
    from passatk.attempts.output import open_output

    with open_output(path) as stream:
        for problem in store.counts(run):
            for attempt, _ in store.attempts(run, problem.name):
                record: dict[str, Any] = {"task_id": attempt.problem_id}
                if attempt.text_field == "completion":
                    record["completion"] = attempt.text
                else:
                    record |= {"solution": attempt.program, "delivered": attempt.text}
                stream.write((json.dumps(record | dict(attempt.extra)) + "\n").encode())
