"""Attempts that are steps of chains: the chains themselves, and each chain as one attempt."""

from __future__ import annotations

from dataclasses import dataclass

from passatk.analysis.subject import Subject
from passatk.errors import DataError
from passatk.records import Status
from passatk.stats import Caveat, Outcomes
from passatk.stats.order import Chains


@dataclass(frozen=True, slots=True)
class ChainedRun:
    """What a run holds of chains.

    Attributes:
        chains: those whose results are known up to their pass, or to their end.
        whole: each of them as one attempt, in the order in which they began; it passed if a step
            of it did.
        first_steps: the first step of each, which saw no feedback.
        loose: attempts that belong to no chain; None where there are none.
        incomplete: chains left out for a missing step or result.
        numbers: problem, chain and attempt numbers of its steps, in order, of each chain kept.
    """

    chains: Chains
    whole: Outcomes
    first_steps: Outcomes
    loose: Outcomes | None
    incomplete: int
    numbers: dict[tuple[str, int], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Step:
    step: int | None
    number: int
    passed: bool | None


def chains_of(subject: Subject) -> ChainedRun:
    """Sort the attempts of a run into chains.

    Steps are in the order of their ``step``, or of their number where they have none. A chain with
    a missing step, or with a missing result before its first pass, says nothing certain and is left
    out; that is a fault of judging or of the file, not of the model.

    Raises:
        DataError: no chain is whole.
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
    records: list[tuple[str, int, int, bool]] = []
    whole: list[tuple[str, int, bool]] = []
    first: list[tuple[str, int, bool]] = []
    numbers: dict[tuple[str, int], tuple[int, ...]] = {}
    for (problem, chain), each in found.items():
        steps = sorted(each, key=lambda step: (step.step or 0, step.number))
        results = _results(steps)
        if results is None:
            continue
        began = min(step.number for step in steps)
        records += [(problem, chain, i, passed) for i, passed in enumerate(results)]
        whole.append((problem, began, any(results)))
        first.append((problem, began, results[0]))
        numbers[problem, chain] = tuple(step.number for step in steps[: len(results)])
    if not records:
        raise DataError(
            f"{subject.run.name}: no chain has the results of all its steps",
            expected="a result for every step up to the first pass",
            found=f"{len(found)} chains",
            hint="judge what is missing: run the same passatk evaluate command again",
        )
    return ChainedRun(
        chains=Chains.from_records(records),
        whole=_outcomes(whole),
        first_steps=_outcomes(first),
        loose=_outcomes(loose) if loose else None,
        incomplete=len(found) - len(numbers),
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
    if found.incomplete:
        words += f"; {found.incomplete} chains without all results are left out"
    return found.whole, (Caveat("chains", words),)


def _results(steps: list[_Step]) -> list[bool] | None:
    """The results up to the first pass or the end; None where something is missing before it."""
    results: list[bool] = []
    for place, step in enumerate(steps):
        missing = step.step is not None and step.step - (steps[0].step or 0) != place
        if step.passed is None or missing:
            return None
        results.append(step.passed)
        if step.passed:
            break
    return results


def _outcomes(records: list[tuple[str, int, bool]]) -> Outcomes:
    outcomes = Outcomes.from_records(records)
    same = bool((outcomes.n == outcomes.n[0]).all())
    return Outcomes.from_records(records, stopping="independent") if same else outcomes
