"""The summary of a run of chains with feedback: pass(r chains, l steps)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from passatk import outcomes
from passatk.errors import DataError
from passatk.records import Status
from passatk.report.summary import USUAL_K, Summary, notes_about, summarize
from passatk.stats import Policy, estimate
from passatk.stats.order import Chains

if TYPE_CHECKING:
    from passatk.store import Outcome, ProblemCounts, Run, Store


def summary_of(
    store: Store,
    run: Run,
    counts: Sequence[ProblemCounts],
    k: Sequence[int] | None = None,
    *,
    level: float = 0.95,
    policy: Policy = "raise",
    stopping: str | None = None,
) -> Summary:
    """The summary that fits a run: of attempts, or of chains where it has such."""
    plan = run.manifest.get("plan")
    if plan is None:
        return summarize(run, counts, k, level=level, policy=policy, stopping=stopping)
    if steps_of(run):
        summary = summarize_chains(run, counts, store.outcomes(run), k, level=level)
    else:
        summary = summarize(run, counts, k, level=level, policy=policy, stopping=stopping)
    spending = store.spending(run)
    notes = [f"{count} attempts are marked {mark}" for mark, count in spending.marks.items()]
    if spending.cost is not None:
        notes.append(f"the run cost {spending.cost:.6g}")
    return replace(summary, notes=[*summary.notes, *notes])


def steps_of(run: Run) -> int | None:
    """How many steps the chains of a run have; None where its attempts are independent."""
    steps: int | None = (run.manifest.get("plan") or {}).get("steps")
    return steps


def chains_of(run: Run, rows: Iterable[Outcome]) -> Chains:
    """The chains of a run; DataError where a step has no verdict."""
    judged = [row for row in rows if row.chain is not None and row.step is not None]
    missing = sum(row.status in (None, Status.JUDGE_ERROR) for row in judged)
    if missing or not judged:
        raise DataError(
            f"run {run.name!r}: {missing} steps of chains have no verdict",
            expected="chains that were judged to their end",
            found=f"{len(judged)} steps",
            hint="passatk judge RUN --retry-errors judges them again",
        )
    return Chains.from_records(
        (row.problem, row.chain, row.step or 0, row.status is Status.PASSED) for row in judged
    )


def summarize_chains(
    run: Run,
    counts: Sequence[ProblemCounts],
    rows: Iterable[Outcome],
    k: Sequence[int] | None = None,
    *,
    level: float = 0.95,
) -> Summary:
    """What r chains solve after one step, and after all of them, for each r in ``k``.

    Raises:
        DataError: a chain has not come to its end, or there are fewer than r of them.
    """
    steps = run.manifest["plan"]["steps"]
    chains = chains_of(run, rows)
    first, last = chains.after(1), chains.after(steps)
    fewest = int(last.largest_k.min())
    ks = [each for each in USUAL_K if each <= fewest] if k is None else list(k)
    found = [
        replace(each, metric=f"pass({each.k} chain{'s' if each.k != 1 else ''}, {after} steps)")
        for after, seen in ((1, first), (steps, last))
        for each in estimate(seen, ks, level=level)
    ]
    notes = notes_about(run, outcomes.from_counts(counts, "independent"), counts)
    return Summary.of(run, counts, estimates=found, notes=notes)
