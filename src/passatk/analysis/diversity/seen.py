"""The attempts at one problem, clustered at every level: all that is kept of their programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.analysis.diversity.behaviour import signature
from passatk.analysis.programs import NORMAL, Clusters, cluster_programs, similarities
from passatk.analysis.subject import ProblemAttempts
from passatk.records import Status
from passatk.stats.diversity import vendi_score

VENDI_ATTEMPTS = 100
"""Vendi is computed of so many attempts at most, as it grows with their number and its cost with
their cube; of more, it is the mean over ``_SUBSETS`` random subsets of this size."""
_SUBSETS = 5
_SEED = 22_100_241

BEHAVIOUR = "behaviour"


@dataclass(frozen=True, slots=True)
class Part:
    """What was seen of the attempts at one problem.

    Attributes:
        name: of the problem.
        attempts: how many there are.
        judged: how many have a result of their own, ``judge_error`` left out.
        passed: how many of them passed.
        sizes: by level, how many attempts each cluster has, in order of first appearance. The
            level "behaviour" has the judged attempts whose tests are known; it may be missing.
        results: by level (without behaviour), judged attempts and passes of each cluster.
        vendi: the Vendi score of ``vendi_attempts`` of the attempts.
        readings: how many programs could be read how; see ``passatk.analysis.programs.Reading``.
        empty: how many programs are empty or white space.
        copied: numbers of attempts with the most frequent normal form, the first few.
    """

    name: str
    attempts: int
    judged: int
    passed: int
    sizes: Mapping[str, tuple[int, ...]]
    results: Mapping[str, tuple[tuple[int, int], ...]]
    vendi: float
    vendi_attempts: int
    readings: Mapping[str, int]
    empty: int
    copied: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "problem": self.name,
            "attempts": self.attempts,
            "judged": self.judged,
            "passed": self.passed,
            "distinct": {level: len(sizes) for level, sizes in self.sizes.items()},
            "sizes": {level: list(sizes) for level, sizes in self.sizes.items()},
            "vendi": self.vendi,
            "vendi_attempts": self.vendi_attempts,
            "readings": dict(self.readings),
            "empty": self.empty,
            "copied": list(self.copied),
        }


def examine(attempts: ProblemAttempts) -> Part:
    """Cluster the attempts at one problem at every level; nothing of them is run.

    Raises:
        MissingExtra: tree-sitter is not installed.
    """
    if not attempts.attempts:  # a problem that was not attempted
        return Part(attempts.name, 0, 0, 0, {}, {}, 0.0, 0, {}, 0, ())
    programs = [attempt.program for attempt, _ in attempts.attempts]
    verdicts = [verdict for _, verdict in attempts.attempts]
    judged = np.array([v is not None and v.status is not Status.JUDGE_ERROR for v in verdicts])
    passed = np.array([v is not None and v.passed for v in verdicts])
    clusters = cluster_programs(programs, attempts.language)
    sizes = {level: _counts(labels) for level, labels in clusters.labels.items()}
    behaviours = [found for v in verdicts if v is not None and (found := signature(v)) is not None]
    if behaviours:
        sizes[BEHAVIOUR] = _counts(_codes(behaviours))
    results = {}
    for level, labels in clusters.labels.items():
        n = np.bincount(labels[judged])
        c = np.bincount(labels[judged & passed], minlength=len(n))
        results[level] = tuple((a, b) for a, b in zip(n.tolist(), c.tolist(), strict=True) if a)
    most = int(np.bincount(clusters.labels[NORMAL]).argmax())
    numbers = [attempt.number for attempt, _ in attempts.attempts]
    copied = [numbers[i] for i in np.flatnonzero(clusters.labels[NORMAL] == most)[:3]]
    return Part(
        name=attempts.name,
        attempts=len(programs),
        judged=int(judged.sum()),
        passed=int((judged & passed).sum()),
        sizes=sizes,
        results=results,
        vendi=_vendi(clusters),
        vendi_attempts=min(len(programs), VENDI_ATTEMPTS),
        readings=clusters.readings,
        empty=sum(not each.strip() for each in programs),
        copied=tuple(copied),
    )


def _counts(labels: np.ndarray[Any, np.dtype[np.int64]]) -> tuple[int, ...]:
    return tuple(np.bincount(labels).tolist())


def _codes(values: Sequence[object]) -> np.ndarray[Any, np.dtype[np.int64]]:
    codes: dict[object, int] = {}
    return np.array([codes.setdefault(each, len(codes)) for each in values], dtype=np.int64)


def _vendi(clusters: Clusters) -> float:
    """Of distinct normal forms with their numbers; similarity by fingerprints."""
    labels = clusters.labels[NORMAL]
    if len(labels) <= VENDI_ATTEMPTS:
        subsets = [labels]
    else:
        rng = np.random.default_rng(_SEED)
        subsets = [
            rng.choice(labels, VENDI_ATTEMPTS, replace=False, shuffle=False)
            for _ in range(_SUBSETS)
        ]
    scores = []
    for subset in subsets:
        forms, times = np.unique(subset, return_counts=True)
        scores.append(vendi_score(similarities([clusters.forms[i].prints for i in forms]), times))
    return float(np.mean(scores))
