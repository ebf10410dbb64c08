"""What is analysed: a run's outcomes in generation order, and its programs problem by problem."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from passatk.analysis.generated import find_companion, generated_letters
from passatk.outcomes import RunOutcomes, families, from_rows, stopping_of
from passatk.records import Attempt, Benchmark, Problem, Verdict
from passatk.store import Measured, Outcome, ProblemCounts, Run, Store

_ALIASES = {"py": "python", "js": "javascript", "rs": "rust", "c++": "cpp", "go_test.go": "go"}


def _nothing() -> Iterator[Any]:
    return iter(())


@dataclass(frozen=True, slots=True)
class ProblemAttempts:
    """The attempts at one problem, by number, each with its verdict (None: not judged).

    ``problem`` has tests and references; it is None where the benchmark is not at hand.
    ``generated`` has a letter for each test that a model wrote, by number of the attempt; it is
    None where the run was not judged by such tests (``passatk select --tests``).
    """

    name: str
    attempts: tuple[tuple[Attempt, Verdict | None], ...]
    problem: Problem | None = None
    generated: Mapping[int, str] | None = None

    @property
    def language(self) -> str:
        """Of the problem, or what the samples say (MultiPL-E); Python where nobody does."""
        if self.problem is not None:
            return self.problem.language
        said = self.attempts[0][0].extra.get("language") if self.attempts else None
        name = said.lower() if isinstance(said, str) else "python"
        return _ALIASES.get(name, name)


@dataclass(frozen=True, slots=True)
class Subject:
    """A run as analyses see it.

    ``counts`` is in benchmark order and has category, difficulty and cluster of each problem.
    ``programs()`` goes through the attempts anew at each call and holds one problem at a time;
    ``rows()`` and ``measured()`` go through them without their programs. ``control`` is a run of
    independent attempts that chains are held against, ``others`` are runs of the same problems:
    the same model and settings once more, or one of them changed. ``cutoff`` is the last day from
    which the model's training data may be.
    """

    run: Run
    counts: tuple[ProblemCounts, ...]
    seen: RunOutcomes
    programs: Callable[[], Iterator[ProblemAttempts]]
    benchmark: Benchmark | None = None
    rows: Callable[[], Iterator[Outcome]] = _nothing
    measured: Callable[[], Iterator[Measured]] = _nothing
    control: Subject | None = None
    others: tuple[Subject, ...] = ()
    cutoff: date | None = None

    @property
    def strata(self) -> Mapping[str, tuple[str | None, str | None, str | None]]:
        """Category, difficulty and cluster by the name of the problem."""
        return {each.name: (each.category, each.difficulty, each.cluster) for each in self.counts}

    def families(self, problems: Container[str]) -> dict[str, str] | None:
        """The clusters of some of the problems, as :func:`passatk.outcomes.families` has them."""
        return families({e.name: e.cluster for e in self.counts if e.name in problems})


def read_subject(
    store: Store, name: str, *, benchmark: Benchmark | None = None, stopping: str | None = None
) -> Subject:
    """A run of a store, ready for analysis.

    Args:
        benchmark: the problems that the run was judged on, where tests and references are at hand.
        stopping: what ended the attempts, as for :func:`passatk.outcomes.parse_stopping`; None
            takes what was recorded with the run.

    Raises:
        DataError: no run of that name, or nothing judged in it.
    """
    run = store.run(name)
    counts = tuple(store.counts(run))
    known = benchmark.problems if benchmark is not None else {}
    companion = find_companion(store, run)
    tested = {each.name for each in store.counts(companion)} if companion is not None else set()

    def programs() -> Iterator[ProblemAttempts]:
        for each in counts:
            judged = tuple((a, v) for a, v in store.attempts(run, each.name))
            letters = None
            if companion is not None and each.name in tested:
                letters = generated_letters(store, companion, each.name)
            yield ProblemAttempts(each.name, judged, known.get(each.name), letters)

    return Subject(
        run,
        counts,
        from_rows(
            store.outcomes(run),
            stopping_of(run, stopping),
            {each.name: each.cluster for each in counts},
        ),
        programs,
        benchmark,
        rows=lambda: store.outcomes(run),
        measured=lambda: store.measured(run),
    )
