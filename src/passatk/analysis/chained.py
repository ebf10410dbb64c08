"""Attempts that are steps of chains: the chains themselves, and each chain as one attempt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from passatk.analysis.subject import Subject
from passatk.errors import DataError
from passatk.records import Status
from passatk.stats import Caveat, Outcomes
from passatk.stats.order import Chains
from passatk.stats.order.followed import most_too_high


@dataclass(frozen=True, slots=True)
class ChainedRun:
    """What a run holds of chains.

    Attributes:
        chains: all of them, each up to its pass, its end, or a missing result.
        whole: those whose results are known up to their pass or their end, each as one attempt,
            in the order in which they began; it passed if a step of it did.
        first_steps: the first step of each, which saw no feedback, where it has a result.
        loose: attempts that belong to no chain; None where there are none.
        numbers: problem, chain and attempt numbers of its steps, up to its pass or the missing
            result, of each chain.
    """

    chains: Chains
    whole: Outcomes
    first_steps: Outcomes
    loose: Outcomes | None
    numbers: dict[tuple[str, int], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Step:
    step: int | None
    number: int
    passed: bool | None


def chains_of(subject: Subject) -> ChainedRun:
    """Sort the attempts of a run into chains.

    Steps are in the order of their ``step``, or of their number where they have none. A step
    without a verdict, with a fault of the judge, or that is not there counts as a missing result.

    Raises:
        DataError: no chain is known to its end.
    """
    found: dict[tuple[str, int], list[_Step]] = {}
    loose: list[tuple[str, int, bool]] = []
    for row in subject.rows():
        known = row.status is not None and row.status is not Status.JUDGE_ERROR
        passed = row.status is Status.PASSED if known else None
        if row.chain is None:
            if passed is not None:
                loose.append((row.problem, row.number, passed))
            continue
        step = _Step(row.step, row.number, passed)
        found.setdefault((row.problem, row.chain), []).append(step)
    records: list[tuple[str, int, int, bool | None]] = []
    whole: list[tuple[str, int, bool]] = []
    first: list[tuple[str, int, bool]] = []
    numbers: dict[tuple[str, int], tuple[int, ...]] = {}
    for (problem, chain), each in found.items():
        steps = sorted(each, key=lambda step: (step.step or 0, step.number))
        results = _results(steps)
        began = min(step.number for step in steps)
        records += [(problem, chain, i, passed) for i, passed in enumerate(results)]
        numbers[problem, chain] = tuple(step.number for step in steps[: len(results)])
        if results[0] is not None:
            first.append((problem, began, results[0]))
        if results[-1] is not None:
            whole.append((problem, began, results[-1]))
    if not whole:
        raise DataError(
            f"{subject.run.name}: no chain has the results of all its steps",
            expected="a result for every step up to the first pass",
            found=f"{len(found)} chains",
            hint="judge what is missing: run the same passatk evaluate command again",
        )
    return ChainedRun(
        chains=Chains.from_records(
            records, clusters=subject.families({problem for problem, _ in found})
        ),
        whole=_outcomes(whole, subject),
        first_steps=_outcomes(first, subject),
        loose=_outcomes(loose, subject) if loose else None,
        numbers=numbers,
    )


def independent_attempts(subject: Subject) -> tuple[Outcomes, tuple[Caveat, ...]]:
    """The outcomes that an estimator may take for independent, with a word where they are chains.

    Raises:
        DataError: the run has chains, and none is whole.
    """
    if not subject.seen.chained:
        return subject.seen.outcomes, ()
    found = chains_of(subject)
    words = "each chain of attempts counts as one attempt, which passed if a step of it did"
    if found.loose is not None:
        words += f"; {int(found.loose.n.sum())} attempts outside chains are left out"
    if found.chains.lost:
        excess = most_too_high(found.chains, found.chains.longest, found.whole)
        words += (
            f"; {found.chains.lost} chains lack a result before any pass and are left out, so that "
            f"chains solved early weigh more: pass@1 is at most {100 * excess:.1f} points too high"
        )
    return found.whole, (Caveat("chains", words),)


def _results(steps: list[_Step]) -> list[bool | None]:
    """The results up to the first pass, the end, or one that is missing."""
    results: list[bool | None] = []
    for place, step in enumerate(steps):
        absent = step.step is not None and step.step - (steps[0].step or 0) != place
        results.append(None if absent else step.passed)
        if absent or step.passed is not False:
            break
    return results


def _outcomes(records: list[tuple[str, int, bool]], subject: Subject) -> Outcomes:
    clusters = subject.families({problem for problem, _, _ in records})
    outcomes = Outcomes.from_records(records, clusters=clusters)
    same = bool((outcomes.n == outcomes.n[0]).all())
    return replace(outcomes, stopping="independent") if same else outcomes
