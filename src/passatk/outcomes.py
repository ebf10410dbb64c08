"""From verdicts to outcomes: the one place that decides what a missing result means.

A ``judge_error`` is a fault of the judge, never of the program: the attempt counts as missing, not
as failed. So does an attempt that has not been judged yet. Both make n smaller for their problem,
which has nothing to do with what the attempts would have given; every caller is told how many there
are. Where problems had different numbers of attempts to begin with, the user has to say why; the
run remembers what was said. Problems that belong together by the benchmark are clusters.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from passatk.errors import DataError, PassatkError
from passatk.records import Status

if TYPE_CHECKING:
    from passatk.stats import Outcomes, Stopping
    from passatk.store import Outcome, ProblemCounts, Run

DEFAULT_STORE = "sqlite:///passatk.db"
"""Where runs are, unless told otherwise."""

STOPPING = "stopping"
"""Where the manifest of a run says what ended its attempts, in the words of ``--stopping``."""


@dataclass(frozen=True, slots=True)
class RunOutcomes:
    """What statistics see of a run, and what they do not see.

    ``left_out`` names problems without a single result; ``judge_errors`` and ``pending`` count
    attempts that are missing from ``outcomes``. ``chained`` counts attempts that are steps of a
    chain, which depend on each other; only rows tell of them.
    """

    outcomes: Outcomes
    judge_errors: int
    pending: int
    left_out: tuple[str, ...]
    chained: int = 0

    @property
    def unexplained(self) -> bool:
        """Whether problems have different numbers of attempts, and nothing says why."""
        n = self.outcomes.n
        return self.outcomes.stopping is None and bool((n != n[0]).any())


def parse_stopping(text: str | None) -> Stopping | None:
    """``independent``, or ``R/CAP`` for attempts that ended with the R-th pass or at CAP."""
    from passatk.stats import StopAtSuccess

    if text is None:
        return None
    if text == "independent":
        return "independent"
    successes, _, cap = text.partition("/")
    if not (successes.isdecimal() and cap.isdecimal()):
        raise PassatkError(
            f"--stopping: {text!r} is not a stopping rule\n"
            "  expected: independent, or R/CAP such as 1/50: the first pass, or 50 attempts"
        )
    return StopAtSuccess(int(successes), int(cap))


def stopping_of(run: Run, given: str | None = None) -> str | None:
    """What ended the attempts of a run: what is given now, or what was recorded with it."""
    return run.manifest.get(STOPPING) if given is None else given


def families(clusters: Mapping[str, str | None]) -> dict[str, str] | None:
    """The cluster of each problem where problems share clusters, and there are two at least.

    A problem without a cluster is one of its own. None where all problems are independent, or where
    all belong together, so that nothing is known of others.
    """
    labels = {
        problem: f"{problem} (alone)" if cluster is None else cluster
        for problem, cluster in clusters.items()
    }
    return labels if 2 <= len(set(labels.values())) < len(labels) else None


def from_counts(counts: Sequence[ProblemCounts], stopping: str | None = None) -> RunOutcomes:
    """The outcomes in the counts of a store.

    Args:
        stopping: what ended the attempts, as for :func:`parse_stopping`. None asserts that missing
            results are independent of what they would have been, and nothing about different
            numbers of attempts, from which no estimate will then be made.

    Raises:
        DataError: no attempt has a result yet, or the counts cannot come from the stopping rule.
    """
    from passatk.stats import Outcomes

    rule = parse_stopping(stopping)
    errors = [each.statuses.get(Status.JUDGE_ERROR, 0) for each in counts]
    n = [sum(each.statuses.values()) - wrong for each, wrong in zip(counts, errors, strict=True)]
    known = [i for i, each in enumerate(n) if each > 0]
    if not known:
        raise _nothing(sum(each.attempts for each in counts), sum(errors))
    if rule is None and len({counts[i].attempts for i in known}) == 1:
        rule = "independent"
    return RunOutcomes(
        Outcomes.from_counts(
            [n[i] for i in known],
            [counts[i].statuses.get(Status.PASSED, 0) for i in known],
            problems=[counts[i].name for i in known],
            stopping=rule,
            clusters=families({counts[i].name: counts[i].cluster for i in known}),
        ),
        judge_errors=sum(errors),
        pending=sum(each.pending for each in counts),
        left_out=tuple(each.name for each, judged in zip(counts, n, strict=True) if not judged),
    )


def from_rows(
    rows: Iterable[Outcome],
    stopping: str | None = None,
    clusters: Mapping[str, str | None] | None = None,
) -> RunOutcomes:
    """The outcomes of single attempts in generation order; where one is missing, they close up.

    Args:
        clusters: the cluster of each problem or None, where the benchmark has clusters.

    Otherwise as :func:`from_counts`.
    """
    from passatk.stats import Outcomes

    rule = parse_stopping(stopping)
    results: dict[str, list[tuple[str, int, bool]]] = {}
    made: Counter[str] = Counter()
    judge_errors = pending = chained = 0
    for row in rows:
        made[row.problem] += 1
        known = results.setdefault(row.problem, [])
        chained += row.chain is not None
        if row.status is None:
            pending += 1
        elif row.status is Status.JUDGE_ERROR:
            judge_errors += 1
        else:
            known.append((row.problem, row.number, row.status is Status.PASSED))
    if not any(results.values()):
        raise _nothing(made.total(), judge_errors)
    left_out = tuple(problem for problem, known in results.items() if not known)
    judged = [problem for problem, known in results.items() if known]
    if rule is None and len({made[name] for name in judged}) == 1:
        rule = "independent"
    return RunOutcomes(
        Outcomes.from_records(
            (result for known in results.values() for result in known),
            stopping=rule,
            clusters=families({name: (clusters or {}).get(name) for name in judged}),
        ),
        judge_errors=judge_errors,
        pending=pending,
        left_out=left_out,
        chained=chained,
    )


def load(run: str, store: str | None = None) -> Outcomes:
    """The outcomes of a run in a store, attempts in generation order.

    Judge errors and attempts without a verdict are missing from them.

    Args:
        run: its name.
        store: a path or ``sqlite:///path``; None takes what ``PASSATK_STORE`` says, or else
            ``passatk.db`` in the working directory, as the commands do.

    Raises:
        DataError: no run of that name, or nothing judged in it.
        StoreError: there is no store, or it cannot be read.
    """
    from passatk.store import open_store

    location = store or os.environ.get("PASSATK_STORE") or DEFAULT_STORE
    with open_store(location, read_only=True) as opened:
        found = opened.run(run)
        clusters = {each.name: each.cluster for each in opened.counts(found)}
        return from_rows(opened.outcomes(found), stopping_of(found), clusters).outcomes


def _nothing(attempts: int, errors: int) -> DataError:
    return DataError(
        "no attempt of this run has a result",
        expected="at least one judged attempt",
        found=f"{attempts} attempts, {errors} judge errors",
        hint="judge it: run the same passatk evaluate command again",
    )
