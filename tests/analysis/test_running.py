"""Running analyses: one pass over programs, in this process or in several."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from passatk.analysis import registry, running
from passatk.analysis.drawn import subject_of
from passatk.analysis.registry import Entry
from passatk.analysis.subject import ProblemAttempts, Subject
from passatk.errors import PassatkError
from passatk.records import Attempt
from passatk.stats import Outcomes

# A module of its own file, so that workers that start afresh can import it, too.
LENGTHS = '''
"""Looks at programs: how long are they?"""
import os
from dataclasses import dataclass
from passatk.analysis.finding import Finding

@dataclass(frozen=True)
class Part:
    name: str
    length: int
    notes: int
    process: int

@dataclass(frozen=True)
class Lengths:
    findings: tuple
    parts: tuple

    def to_dict(self):
        return {"parts": [part.name for part in self.parts]}

def examine(attempts):
    programs = [attempt.program for attempt, _ in attempts.attempts]
    if "die" in programs:
        os._exit(9)
    return Part(
        attempts.name,
        sum(map(len, programs)),
        sum(attempt.extra.get("note", 0) for attempt, _ in attempts.attempts),
        os.getpid(),
    )

def conclude(parts, subject, *, level, seed):
    finding = Finding("lengths", "description", subject.run.name, level=level)
    return Lengths((finding,), tuple(parts))
'''


@pytest.fixture
def lengths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An analysis of programs named ``lengths`` beside the others."""
    (tmp_path / "passatk_lengths.py").write_text(LENGTHS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    entry = Entry("passatk_lengths", "programs", "How long?")
    monkeypatch.setitem(registry.ANALYSES, "lengths", entry)
    yield
    sys.modules.pop("passatk_lengths", None)


def subject(problems: int = 6, program: str = "pass") -> Subject:
    outcomes = Outcomes.from_matrix(
        np.eye(problems, 4, dtype=bool) | np.eye(problems, 1, dtype=bool)
    )

    def programs() -> Iterator[ProblemAttempts]:
        for i, name in enumerate(outcomes.problems):
            extra = MappingProxyType({"note": i})
            attempt = Attempt(name, 0, program * (i + 1), "", extra=extra)
            yield ProblemAttempts(name, ((attempt, None),))

    return replace(subject_of(outcomes), programs=programs)


@pytest.mark.usefixtures("lengths")
def test_parts_come_in_the_order_of_problems_from_any_number_of_workers() -> None:
    """The same parts from this process and from two others; extra fields cross."""
    told: list[tuple[str, int, int]] = []
    one = running.analyse(subject(), ["lengths"], workers=1, progress=lambda *a: told.append(a))
    two = running.analyse(subject(), ["lengths"], workers=2)
    seen = [[(p.name, p.length, p.notes) for p in r["lengths"].parts] for r in (one, two)]
    assert [(str(i), 4 * (i + 1), i) for i in range(6)] == seen[0] == seen[1]
    own = {part.process for part in one["lengths"].parts}
    others = {part.process for part in two["lengths"].parts}
    assert len(own) == 1
    assert not own & others
    assert ("programs", 6, 6) in told


@pytest.mark.usefixtures("lengths")
def test_programs_are_read_once_and_only_where_an_analysis_looks_at_them() -> None:
    """However many analyses do."""
    passes: list[int] = []
    about = subject()

    def counted() -> Iterator[ProblemAttempts]:
        passes.append(1)
        return about.programs()

    counting = replace(about, programs=counted)
    running.analyse(counting, ["profile"], workers=1)
    assert [] == passes
    results = running.analyse(counting, ["lengths", "profile"], workers=1)
    assert [1] == passes
    assert ["profile", "lengths"] == list(results)


@pytest.mark.usefixtures("lengths")
def test_few_problems_are_in_flight() -> None:
    """The next problem is read only when there is room for it: memory does not grow with them."""
    read: list[int] = []
    about = subject(problems=12)

    def slowly() -> Iterator[ProblemAttempts]:
        for each in about.programs():
            read.append(1)
            yield each

    stream = running._in_processes(slowly(), ["passatk_lengths"], 1)
    next(stream)
    assert len(read) <= 1 + running._AHEAD
    assert 11 == len(list(stream))


@pytest.mark.usefixtures("lengths")
def test_a_worker_that_dies_is_an_error_that_says_so() -> None:
    """Not a hang, and not a traceback of the pool."""
    with pytest.raises(PassatkError, match="a worker process of the analysis died"):
        running.analyse(subject(program="die"), ["lengths"], workers=2)


def test_the_seed_decides() -> None:
    """The same seed gives the same document."""
    rng = np.random.default_rng(1)
    about = subject_of(Outcomes.from_matrix(rng.random((30, 8)) < 0.4))
    first, second = (running.analyse(about, seed=5, workers=1) for _ in range(2))
    assert [r.to_dict() for r in first.values()] == [r.to_dict() for r in second.values()]
