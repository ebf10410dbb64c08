"""Rankers against random order and an oracle, paired over problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from passatk.analysis.finding import Finding, Verdict
from passatk.analysis.selection.ranking import AGREEMENT, BEHAVIOUR, COPIES, RANKERS
from passatk.analysis.selection.result import Selection
from passatk.analysis.selection.seen import APPROACHES_FIRST, BEST_FIRST, Part
from passatk.analysis.subject import Subject
from passatk.analysis.wording import holm_words, units_of
from passatk.stats import Caveat, Outcomes, pass_at_k
from passatk.stats.comparison.difference import minimum_detectable
from passatk.stats.comparison.pairing import sum_over_units
from passatk.stats.comparison.sign_flip import sign_flip
from passatk.stats.decisions import RankerValue, ranker_successes, ranker_value
from passatk.stats.multiplicity import holm
from passatk.stats.validation import FloatArray

SHOWN = (1, 3, 5, 10)
"""Numbers of attempts shown, as far as there are more to choose from."""

_WORDS = {
    AGREEMENT: "that agrees best with the {source} (CodeT)",
    BEHAVIOUR: "whose results on the {source} are the most frequent",
    COPIES: "whose program was written most often",
}
_METHODS = {
    AGREEMENT: "|tests passed| sqrt(|attempts that pass exactly those|), arXiv 2207.10397",
    BEHAVIOUR: "|attempts that pass exactly the same tests|",
    COPIES: "|attempts with the same normal form|",
}
_NOTHING = (
    "All that is known of these attempts before they are chosen is their text: the verdict and its "
    "hidden tests may not choose. Generated tests (passatk select --tests) or visible ones "
    "(--problems) would tell."
)


def conclude(
    parts: Iterable[Part], subject: Subject, *, level: float = 0.95, seed: int = 0
) -> Selection:
    """What each way to choose among the attempts is worth.

    Args:
        parts: of ``examine``, one for each problem, in any order.
        subject: the run that they were seen in.
        level: of the intervals, which are for problems like these; 1 - level is what adjusted
            p-values are held against.
        seed: of the sign-flip test.
    """
    place = {each.name: i for i, each in enumerate(subject.counts)}
    known = sorted(
        (part for part in parts if part.passed), key=lambda part: place.get(part.name, len(place))
    )
    k = min((len(part.passed) for part in known), default=0)
    if len(known) < 2 or k < 2:
        return Selection((_too_little(known, level),), k, {}, {}, {}, tuple(known))
    outcomes = Outcomes.from_records(
        (
            (part.name, number, passed)
            for part in known
            for number, passed in enumerate(part.passed)
        ),
        stopping="independent",
        clusters=subject.families({part.name for part in known}),
    )
    shown = [n for n in SHOWN if n < k]
    by_ranker = {name: scores for name in RANKERS if (scores := _scores(known, name)) is not None}
    rankers = {
        name: {n: ranker_value(outcomes, scores, k=k, submissions=n, level=level) for n in shown}
        for name, scores in by_ranker.items()
    }
    ways = {
        way: {
            n: ranker_value(
                outcomes,
                [[-float(at) for at in part.places[way]] for part in known],
                k=k,
                submissions=n,
                level=level,
            )
            for n in shown
        }
        for way in (APPROACHES_FIRST, BEST_FIRST)
    }
    p = _p_values(outcomes, by_ranker, k, seed)
    findings = [
        _ranker_finding(name, rankers[name][1], known, p[name], len(p), subject, level)
        for name in by_ranker
    ]
    if AGREEMENT not in by_ranker:
        findings += [_no_information(known, level)]
    findings.append(_shown_finding(ways, known, max(shown), level))
    return Selection(
        findings=tuple(findings),
        k=k,
        rankers=rankers,
        shown=ways,
        sources=Counter(part.source or "no tests" for part in known),
        problems=tuple(known),
    )


def _scores(parts: Sequence[Part], ranker: str) -> list[list[float]] | None:
    """Scores by problem: all alike, which is random order, where a problem gives none."""
    if not any(ranker in part.scores for part in parts):
        return None
    return [list(part.scores.get(ranker, [0.0] * len(part.passed))) for part in parts]


def _p_values(
    outcomes: Outcomes, scores: dict[str, list[list[float]]], k: int, seed: int
) -> dict[str, tuple[float, float]]:
    """The p-value of each ranker's gain at one submission, by itself and after Holm."""
    rng = np.random.default_rng(seed)
    chance = pass_at_k(outcomes.n, outcomes.c, 1)
    alone = []
    for each in scores.values():
        gain: FloatArray = ranker_successes(outcomes, each, k=k) - chance
        units = sum_over_units(gain[:, None], outcomes)
        ones = np.ones(len(units), dtype=np.int64)
        alone.append(float(sign_flip(units, ones, rng).p[0]))
    return dict(zip(scores, zip(alone, holm(alone).tolist(), strict=True), strict=True))


def _ranker_finding(
    name: str,
    value: RankerValue,
    parts: Sequence[Part],
    p: tuple[float, float],
    family: int,
    subject: Subject,
    level: float,
) -> Finding:
    gain = value.gain
    assert gain.low is not None
    assert gain.high is not None
    assert gain.standard_error is not None
    units = units_of(subject.families({part.name for part in parts}))
    certain = p[1] <= 1.0 - level and not gain.low <= 0.0 <= gain.high
    verdict: Verdict = "found" if certain else "not found"
    sources = sorted({part.source for part in parts if part.source and name != COPIES})
    which = _WORDS[name].format(source=" and ".join(sources))
    more = f"{100 * gain.value:+.1f} points, {100 * gain.low:+.1f} to {100 * gain.high:+.1f}"
    ending = (
        f"a difference of {more}."
        if certain
        else f"a difference ({more}) that chance may have made."
    )
    return Finding(
        code=f"selection.{name}",
        verdict=verdict,
        sentence=(
            f"The attempt {which} is right at {value.ranker.value:.1%} of the problems, a random "
            f"one at {value.random.value:.1%} and the best of {value.ranker.k} at "
            f"{value.oracle.value:.1%}: {ending}"
        ),
        effect=gain.value,
        low=gain.low,
        high=gain.high,
        unit=f"{value.ranker.metric} - pass@1",
        level=level,
        p=p[0],
        p_adjusted=p[1],
        correction=holm_words(family, "rankers"),
        smallest_detectable=minimum_detectable(gain.standard_error, level),
        method=f"{_METHODS[name]}; n@k, sign-flip over {units}",
        problems=len(parts),
        attempts=sum(len(part.passed) for part in parts),
        caveats=_caveats(name, parts, subject),
    )


def _caveats(name: str, parts: Sequence[Part], subject: Subject) -> tuple[Caveat, ...]:
    caveats = []
    without = sum(name not in part.scores for part in parts)
    if without:
        caveats.append(
            Caveat("no-tests", f"{without} of {len(parts)} problems have no tests to go by: random")
        )
    if len({len(part.passed) for part in parts}) > 1:
        caveats.append(
            Caveat(
                "scores-of-all",
                "problems have different numbers of attempts; scores are by all of a problem",
            )
        )
    if subject.seen.chained:
        caveats.append(
            Caveat("chained", f"{subject.seen.chained} attempts are steps of chains, not drawn")
        )
    if any(part.source == "visible tests" for part in parts) and name != COPIES:
        caveats.append(
            Caveat("part-of-verdict", "the visible tests are among those that the verdict rests on")
        )
    return tuple(caveats)


def _no_information(parts: Sequence[Part], level: float) -> Finding:
    return Finding(
        code=f"selection.{AGREEMENT}",
        verdict="no information",
        sentence=_NOTHING,
        level=level,
        problems=len(parts),
        attempts=sum(len(part.passed) for part in parts),
    )


def _shown_finding(
    ways: dict[str, dict[int, RankerValue]], parts: Sequence[Part], n: int, level: float
) -> Finding:
    first, plain = ways[APPROACHES_FIRST][n], ways[BEST_FIRST][n]
    return Finding(
        code="selection.shown",
        verdict="description",
        sentence=(
            f"The {n} attempts that passatk select -n {n} shows, one of each approach first, hold "
            f"a right one at {first.ranker.value:.1%} of the problems; the {n} best-ranked do at "
            f"{plain.ranker.value:.1%}, {n} random ones at {first.random.value:.1%}."
        ),
        effect=first.gain.value,
        low=first.gain.low,
        high=first.gain.high,
        unit=f"{first.ranker.metric} - pass@{n}",
        level=level,
        method="n@k, paired over problems, Student's t",
        problems=len(parts),
        attempts=sum(len(part.passed) for part in parts),
    )


def _too_little(parts: Sequence[Part], level: float) -> Finding:
    return Finding(
        code=f"selection.{AGREEMENT}",
        verdict="no information",
        sentence="There is nothing to select where problems do not have two judged attempts each.",
        level=level,
        problems=len(parts),
        attempts=sum(len(part.passed) for part in parts),
    )
