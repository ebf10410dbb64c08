"""The summary of a run of chains with feedback: pass(r chains, l steps)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from passatk import outcomes
from passatk.errors import DataError
from passatk.records import Status
from passatk.report.summary import USUAL_K, Summary, notes_about, summarize
from passatk.stats import Outcomes, Policy
from passatk.stats.order import Chains, pass_of_chains
from passatk.stats.order.followed import most_too_high

if TYPE_CHECKING:
    from passatk.store import Outcome, ProblemCounts, Run, Store


# As many as there may be judge errors in a run.
_MOST_LOST = 0.01


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


def chains_of(
    run: Run, rows: Iterable[Outcome], clusters: Mapping[str, str | None] | None = None
) -> Chains:
    """The chains of a sampled run, each as far as it is known.

    A step without a verdict, with a fault of the judge, or that has not been made yet counts as a
    missing result: none of them has to do with what the result would have been.

    Args:
        clusters: the cluster of each problem or None, where the benchmark has clusters.

    Raises:
        DataError: there is no chain.
    """
    planned = steps_of(run) or 0
    chains: dict[tuple[str, int], list[bool | None]] = {}
    for row in rows:
        if row.chain is not None and row.step is not None:
            known = row.status not in (None, Status.JUDGE_ERROR)
            steps = chains.setdefault((row.problem, row.chain), [None] * planned)
            steps += [None] * (row.step + 1 - len(steps))
            steps[row.step] = row.status is Status.PASSED if known else None
    return Chains.from_records(
        (
            (problem, chain, step, passed)
            for (problem, chain), steps in chains.items()
            for step, passed in enumerate(steps[: _ends(steps)])
        ),
        clusters=outcomes.families({name: (clusters or {}).get(name) for name, _ in chains}),
    )


def chains_as_attempts(run: Run, chains: Chains, steps: int) -> tuple[Outcomes, list[str]]:
    """Each chain as one attempt, for a comparison; and what a reader has to know of that.

    Up to one chain in a hundred may lack a result and is left out, which is said with how far it
    can move the pass rate.

    Raises:
        DataError: more chains lack a result, or all of a problem do.
    """
    notes = [f"{run.name}: a chain of up to {steps} steps counts as one attempt"]
    if not chains.lost:
        return chains.after(steps), notes
    whole = chains.lost_at == 0
    kept = np.bincount(chains.owner[whole], minlength=len(chains.problems))
    if chains.lost > _MOST_LOST * len(whole) or kept.min() == 0:
        raise DataError(
            f"run {run.name!r}: {chains.lost} of {len(whole)} chains have a step without a verdict",
            expected=f"at most {_MOST_LOST:.0%}, and a chain without such a step at every problem",
            found=f"{int(np.sum(kept == 0))} problems without one",
            hint="passatk judge RUN --retry-errors judges them again",
        )
    known = chains.outcomes(kept, chains.owner[whole & (chains.solved_at > 0)])
    excess = most_too_high(chains, steps, known)
    notes.append(
        f"{run.name}: {chains.lost} chains with a step without a verdict are left out, so that "
        f"pass@1 is at most {100 * excess:.1f} points too high"
    )
    return known, notes


def _ends(steps: Sequence[bool | None]) -> int:
    """How many steps there are up to the first pass."""
    return steps.index(True) + 1 if True in steps else len(steps)


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
        DataError: there are fewer than r chains at a problem.
    """
    steps = run.manifest["plan"]["steps"]
    chains = chains_of(run, rows, {each.name: each.cluster for each in counts})
    fewest = int(chains.per_problem.min())
    ks = [each for each in USUAL_K if each <= fewest] if k is None else list(k)
    found = [
        pass_of_chains(chains, r=r, steps=after, level=level) for after in (1, steps) for r in ks
    ]
    notes = notes_about(run, outcomes.from_counts(counts, "independent"), counts)
    return Summary.of(run, counts, estimates=found, notes=notes)
