"""From a statistic and its distribution by chance to a finding that claims no more than it may."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.wording import holm_words
from passatk.stats.multiplicity import benjamini_hochberg, holm
from passatk.stats.validation import FloatArray

MOST_NAMED = 10
"""Problems or attempts that a finding names at most."""

_POWER = 0.8
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Answer:
    """What a detector says before the correction over detectors.

    Attributes:
        finding: as it stands if nothing is claimed.
        if_found: the sentence if something is.
        mean, sd: of the effect, in its unit, where there is nothing to find; they give the smallest
            detectable effect.
        p_of_problem: one-sided, by name, of the problems that can tell by themselves.
    """

    finding: Finding
    if_found: str
    mean: float
    sd: float
    p_of_problem: dict[str, float] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chance:
    """A statistic of each problem, and the same in draws by chance alone.

    Attributes:
        observed: shape (P,).
        expected: its mean over draws, shape (P,).
        p_of_problem: share of draws that reach the observed, shape (P,).
        total: the sum over problems in each draw, shape (B,).
    """

    observed: FloatArray
    expected: FloatArray
    p_of_problem: FloatArray
    total: FloatArray

    @property
    def p(self) -> float:
        """(1 + draws whose sum over problems reaches the observed) / (1 + draws)."""
        return exceedance(float(self.observed.sum()), self.total)


def exceedance(observed: float, drawn: FloatArray) -> float:
    """The one-sided p-value of Monte Carlo draws, never 0; ties count as reached.

    Source: Phipson and Smyth 2010, Statistical Applications in Genetics and Molecular Biology 9:39.
    """
    reached = int((drawn >= observed - _ROUNDING * max(1.0, abs(observed))).sum())
    return (1 + reached) / (1 + len(drawn))


def mean_interval(
    values: FloatArray, level: float, low: float, high: float
) -> tuple[float | None, float | None]:
    """Student's interval for a mean over problems like these, within what is possible."""
    from scipy.special import stdtrit

    count = len(values)
    if count < 2:
        return None, None
    half = float(stdtrit(count - 1, (1 + level) / 2) * values.std(ddof=1) / count**0.5)
    mean = float(values.mean())
    return max(mean - half, low), min(mean + half, high)


def fewest(excess: FloatArray, names: Sequence[str]) -> tuple[str, ...]:
    """The fewest names, at most ten, whose excess is half of all that is positive."""
    order = np.argsort(-excess, kind="stable")
    positive = np.maximum(excess[order], 0.0)
    if positive.sum() <= 0:
        return ()
    needed = int(np.searchsorted(np.cumsum(positive), positive.sum() / 2 * (1 - _ROUNDING))) + 1
    return tuple(names[i] for i in order[: min(needed, MOST_NAMED)])


def nothing(code: str, sentence: str, *, problems: int = 0, attempts: int = 0) -> Finding:
    """The data cannot tell."""
    return Finding(
        code, "no information", sentence, problems=problems, attempts=attempts, correction=""
    )


def corrected(said: Sequence[Answer | Finding], level: float) -> tuple[Finding, ...]:
    """Holm's correction over the detectors that tested something.

    The smallest detectable effect is the one found with 80 % power at the strictest level that the
    correction asks of any of them.
    """
    from scipy.special import ndtri

    alpha = 1.0 - level
    place = [i for i, each in enumerate(said) if isinstance(each, Answer)]
    adjusted = dict(zip(place, holm([_p(said[i]) for i in place]), strict=True)) if place else {}
    quantiles = float(ndtri(1.0 - alpha / max(len(place), 1)) + ndtri(_POWER))
    findings = []
    for i, each in enumerate(said):
        if isinstance(each, Finding):
            findings.append(dataclasses.replace(each, level=level))
            continue
        found = bool(adjusted[i] <= alpha + 1e-12)
        findings.append(
            dataclasses.replace(
                each.finding,
                level=level,
                verdict="found" if found else "not found",
                sentence=each.if_found if found else each.finding.sentence,
                p_adjusted=float(adjusted[i]),
                correction=holm_words(len(place), "detectors"),
                smallest_detectable=each.mean + quantiles * each.sd if each.sd > 0 else None,
                evidence=each.finding.evidence if found else (),
            )
        )
    return tuple(findings)


def _p(said: Answer | Finding) -> float:
    finding = said.finding if isinstance(said, Answer) else said
    assert finding.p is not None, finding.code
    return finding.p


def claimed(p_of_problem: dict[str, float], level: float) -> dict[str, float]:
    """Problems claimed one by one, with adjusted p: false ones are at most 1 - level of them.

    Benjamini and Hochberg over the problems of one detector.
    """
    names = list(p_of_problem)
    adjusted = benjamini_hochberg([p_of_problem[name] for name in names]).tolist()
    return {
        name: float(p)
        for name, p in sorted(zip(names, adjusted, strict=True), key=lambda pair: pair[1])
        if p <= 1.0 - level + 1e-12
    }
