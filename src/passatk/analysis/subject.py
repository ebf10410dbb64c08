"""What is analysed: a run's outcomes in generation order, and its programs problem by problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from passatk.outcomes import RunOutcomes, from_rows, stopping_of
from passatk.records import Attempt, Benchmark, Problem, Verdict
from passatk.store import ProblemCounts, Run, Store


@dataclass(frozen=True, slots=True)
class ProblemAttempts:
    """The attempts at one problem, by number, each with its verdict (None: not judged).

    ``problem`` has tests and references; it is None where the benchmark is not at hand.
    """

    name: str
    attempts: tuple[tuple[Attempt, Verdict | None], ...]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A run as analyses see it.

    ``counts`` is in benchmark order and has category, difficulty and cluster of each problem.
    ``programs()`` goes through the attempts anew at each call and holds one problem at a time.
    """

    run: Run
    counts: tuple[ProblemCounts, ...]
    seen: RunOutcomes
    programs: Callable[[], Iterator[ProblemAttempts]]
    benchmark: Benchmark | None = None

    @property
    def strata(self) -> Mapping[str, tuple[str | None, str | None, str | None]]:
        """Category, difficulty and cluster by the name of the problem."""
        return {each.name: (each.category, each.difficulty, each.cluster) for each in self.counts}


def read_subject(
    store: Store, name: str, *, benchmark: Benchmark | None = None, stopping: str | None = None
) -> Subject:
    """A run of a store, ready for analysis.

    Args:
        benchmark: the problems that the run was judged on, where tests and references are at hand.
        stopping: what ended the attempts, as for :func:`passatk.outcomes.parse_stopping`.

    Raises:
        DataError: no run of that name, or nothing judged in it.
    """
    run = store.run(name)
    counts = tuple(store.counts(run))
    known = benchmark.problems if benchmark is not None else {}

    def programs() -> Iterator[ProblemAttempts]:
        for each in counts:
            judged = tuple((a, v) for a, v in store.attempts(run, each.name))
            yield ProblemAttempts(each.name, judged, known.get(each.name))

    return Subject(
        run, counts, from_rows(store.outcomes(run), stopping_of(run, stopping)), programs, benchmark
    )
