"""The attempts at one problem, scored by every ranker, beside their results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.analysis.selection.ranking import rank_attempts
from passatk.analysis.subject import ProblemAttempts
from passatk.records import Status


@dataclass(frozen=True, slots=True)
class Part:
    """What was seen of the attempts at one problem.

    Attributes:
        name: of the problem.
        attempts: how many there are.
        passed: whether each attempt with a result of its own passed, in their order.
        scores: by ranker, the score of each of these attempts.
        places: by way of showing, the place of each in the order, from 0: ``approaches first`` is
            what ``passatk select`` does, ``best first`` takes no heed of approaches.
        source: whose tests were gone by, "generated tests" or "visible tests"; None: no tests.
        tests: how many.
    """

    name: str
    attempts: int
    passed: tuple[bool, ...]
    scores: Mapping[str, tuple[float, ...]]
    places: Mapping[str, tuple[int, ...]]
    source: str | None
    tests: int

    def to_dict(self) -> dict[str, Any]:
        """Counts as plain data for JSON; scores are left to ``passatk select``."""
        return {
            "problem": self.name,
            "attempts": self.attempts,
            "passed": sum(self.passed),
            "source": self.source,
            "tests": self.tests,
        }


APPROACHES_FIRST, BEST_FIRST = "approaches first", "best first"


def examine(attempts: ProblemAttempts) -> Part:
    """Score the attempts at one problem; their results are kept beside the scores, not in them.

    Raises:
        MissingExtra: tree-sitter is not installed.
    """
    results = [
        None if verdict is None or verdict.status is Status.JUDGE_ERROR else verdict.passed
        for _, verdict in attempts.attempts
    ]
    known = [i for i, result in enumerate(results) if result is not None]
    if not known:
        return Part(attempts.name, len(results), (), {}, {}, None, 0)
    ranked = rank_attempts(attempts)
    places = {}
    for name, order in ((APPROACHES_FIRST, ranked.order), (BEST_FIRST, ranked.plain)):
        place = np.empty(len(order), dtype=np.int64)
        place[list(order)] = np.arange(len(order))
        places[name] = tuple(place[known].tolist())
    return Part(
        name=attempts.name,
        attempts=len(results),
        passed=tuple(bool(results[i]) for i in known),
        scores={name: tuple(each[known].tolist()) for name, each in ranked.scores.items()},
        places=places,
        source=ranked.source,
        tests=ranked.tests,
    )
