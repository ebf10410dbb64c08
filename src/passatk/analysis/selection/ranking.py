"""The rankers, and the order in which attempts are shown: one of each approach first.

What is shown first is the best-ranked attempt, and next the best-ranked one of another approach
that also does something else on the tests at hand: two attempts that pass the same tests are mostly
right or wrong together. (CodeT, too, takes one of each set with the same behaviour.)

copies      how many attempts have the same normal form: what a model writes again and again
behaviour   how many attempts pass exactly the same tests: behaviour majority
agreement   |tests passed| sqrt(|attempts that pass exactly those|): CodeT, arXiv 2207.10397
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from passatk.analysis.programs import APPROACH, NORMAL, cluster_programs
from passatk.analysis.programs.clusters import Labels
from passatk.analysis.selection.signals import Signals, Source, find_signals
from passatk.analysis.subject import ProblemAttempts
from passatk.stats.decisions import agreement_scores, code_t_scores
from passatk.stats.validation import FloatArray

COPIES, BEHAVIOUR, AGREEMENT = "copies", "behaviour", "agreement"
RANKERS = (AGREEMENT, BEHAVIOUR, COPIES)
"""From the one with most to go by to the one with least."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The attempts at one problem as rankers see them.

    Attributes:
        scores: by ranker, the score of each of a attempts, higher is shown earlier; rankers that
            have nothing to go by are left out.
        source: whose tests behaviour and agreement go by; None where there are none.
        tests: how many.
        approaches: the approach of each attempt.
        order: positions of the attempts in the order in which they are shown.
        plain: the same by rank alone.
    """

    scores: Mapping[str, FloatArray]
    source: Source | None
    tests: int
    approaches: Labels
    order: tuple[int, ...]
    plain: tuple[int, ...]

    @property
    def ranker(self) -> str:
        """The ranker that the order goes by."""
        return next(name for name in RANKERS if name in self.scores)


@dataclass(frozen=True, slots=True)
class Choice:
    """An attempt that was chosen to be shown.

    Attributes:
        problem, attempt: which it is.
        rank: from 1.
        ranker, score: what it was chosen by.
        approach: number of its approach at this problem; ``approach_size`` attempts have it.
    """

    problem: str
    attempt: int
    rank: int
    ranker: str
    score: float
    approach: int
    approach_size: int


def rank_attempts(attempts: ProblemAttempts) -> Ranked:
    """Score at least one attempt at a problem by every ranker that has something to go by."""
    programs = [each.program for each, _ in attempts.attempts]
    clusters = cluster_programs(programs, attempts.language)
    copies = agreement_scores(clusters.labels[NORMAL].tolist())
    signals = find_signals(attempts)
    scores = {COPIES: copies}
    if signals is not None:
        scores[AGREEMENT] = code_t_scores(signals.passed)
        scores[BEHAVIOUR] = _majority(signals)
    best = next(scores[name] for name in RANKERS if name in scores)
    approaches = clusters.labels[APPROACH]
    # Equal scores: what is written more often comes first, then what was written earlier.
    plain = np.lexsort((np.arange(len(best)), -copies, -best))
    place = np.empty_like(plain)
    place[plain] = np.arange(len(plain))
    apart = [approaches] if signals is None else [approaches, signals.behaviours]
    order = np.lexsort((place, _rounds(apart, plain)))
    return Ranked(
        scores=scores,
        source=None if signals is None else signals.source,
        tests=0 if signals is None else signals.passed.shape[1],
        approaches=approaches,
        order=tuple(order.tolist()),
        plain=tuple(plain.tolist()),
    )


def choose(attempts: ProblemAttempts, count: int) -> list[Choice]:
    """The attempts to show, the first ``count`` of them: one of each approach, the best first.

    They come in rounds: in each an approach is shown once at most, and so is a behaviour on the
    tests at hand, if there are any. Empty where there are no attempts.
    """
    if not attempts.attempts:
        return []
    ranked = rank_attempts(attempts)
    sizes = np.bincount(ranked.approaches)
    score = ranked.scores[ranked.ranker]
    return [
        Choice(
            problem=attempts.name,
            attempt=attempts.attempts[position][0].number,
            rank=rank,
            ranker=ranked.ranker,
            score=float(score[position]),
            approach=int(ranked.approaches[position]),
            approach_size=int(sizes[ranked.approaches[position]]),
        )
        for rank, position in enumerate(ranked.order[:count], start=1)
    ]


def _majority(signals: Signals) -> FloatArray:
    """Attempts that pass the same tests; programs that never gave an answer agree in nothing."""
    scores = agreement_scores(signals.behaviours.tolist())
    return np.where(signals.answered, scores, 0.0)


def _rounds(apart: Sequence[Labels], order: Labels) -> Labels:
    """In which round each attempt is shown: no round shows two with one label of any kind.

    The attempts are gone through in order, and each goes into the first round that has none of its
    labels yet.
    """
    rounds = np.empty_like(order)
    taken: list[dict[int, set[int]]] = [{} for _ in apart]
    full: list[dict[int, int]] = [{} for _ in apart]  # all rounds before this one are taken
    for position in order.tolist():
        labels = [int(each[position]) for each in apart]
        used = [known.setdefault(label, set()) for known, label in zip(taken, labels, strict=True)]
        place = max(known.get(label, 0) for known, label in zip(full, labels, strict=True))
        while any(place in each for each in used):
            place += 1
        rounds[position] = place
        for each, known, label in zip(used, full, labels, strict=True):
            each.add(place)
            while known.setdefault(label, 0) in each:
                known[label] += 1
    return rounds
