"""Numbers in sentences, and what several analyses say alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from passatk.analysis.finding import Finding, Verdict
from passatk.stats import Caveat, Estimate

USUAL_K = (1, 10, 100)
POWER = 0.8


def usual_k(largest: int) -> tuple[int, ...]:
    """Those of 1, 10 and 100 that there are attempts for, or 1 and the largest k."""
    known = tuple(k for k in USUAL_K if k <= largest)
    return known if len(known) > 1 or largest == 1 else (1, largest)


def units_of(clusters: object) -> str:
    """What a test over problems takes for independent, by whether problems have clusters."""
    return "problems" if clusters is None else "clusters of problems"


def share(estimate: Estimate) -> str:
    """``42.2 % [32.8, 52.2]``."""
    return f"{100 * estimate.value:.1f} %{_brackets(estimate, 100.0, '.1f')}"


def points(estimate: Estimate) -> str:
    """``+2.1 points [+0.8, +3.4]``."""
    return f"{100 * estimate.value:+.1f} points{_brackets(estimate, 100.0, '+.1f')}"


def gain(estimate: Estimate) -> str:
    """``2.1 points [0.8, 3.4]``, of what cannot well be negative."""
    return f"{100 * estimate.value:.1f} points{_brackets(estimate, 100.0, '.1f')}"


def magnitude(estimate: Estimate) -> str:
    """As :func:`gain`, without the sign of the value: the words around it say which way."""
    sign = -1.0 if estimate.value < 0 else 1.0
    text = f"{100 * abs(estimate.value):.1f} points"
    if estimate.low is None or estimate.high is None:
        return text
    low, high = sorted((sign * estimate.low, sign * estimate.high))
    return f"{text} [{100 * low:.1f}, {100 * high:.1f}]"


def number(estimate: Estimate) -> str:
    """``4.21 [3.80, 4.62]``."""
    return f"{estimate.value:.2f}{_brackets(estimate, 1.0, '.2f')}"


def cell(estimate: Estimate) -> str:
    """``0.422 [0.328, 0.522]``, for a table."""
    return f"{estimate.value:.3f}{_brackets(estimate, 1.0, '.3f')}"


def _brackets(estimate: Estimate, scale: float, form: str) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f" [{scale * estimate.low:{form}}, {scale * estimate.high:{form}}]"


def describe(
    code: str, estimate: Estimate, sentence: str, *, caveats: Sequence[Caveat] = ()
) -> Finding:
    """A number that nothing was tested about."""
    return Finding(
        code=code,
        verdict="description",
        sentence=sentence,
        effect=estimate.value,
        unit=estimate.metric,
        low=estimate.low,
        high=estimate.high,
        level=estimate.level,
        method=estimate.method,
        problems=estimate.problems,
        attempts=estimate.attempts,
        caveats=(*estimate.warnings, *caveats),
    )


def decide(
    code: str,
    estimate: Estimate,
    sentence: str,
    *,
    unit: str,
    method: str,
    p: float | None,
    p_adjusted: float | None,
    tests: int,
    correction: str,
    caveats: Sequence[Caveat] = (),
) -> Finding:
    """A number that is held against 0, as one of a family of ``tests``."""
    return replace(
        describe(code, estimate, sentence, caveats=caveats),
        verdict=verdict_of(p_adjusted, estimate.level),
        unit=unit,
        method=method,
        p=p,
        p_adjusted=p_adjusted,
        correction=correction,
        smallest_detectable=detectable(estimate.standard_error, corrected(estimate.level, tests)),
    )


def no_information(code: str, sentence: str, *, level: float) -> Finding:
    """What the data cannot tell, with the reason in the sentence."""
    return Finding(code=code, verdict="no information", sentence=sentence, level=level)


def verdict_of(p_adjusted: float | None, level: float) -> Verdict:
    """Found where p after the correction is at most 1 - level; no information without a p."""
    if p_adjusted is None:
        return "no information"
    return "found" if p_adjusted <= 1.0 - level + 1e-12 else "not found"


def holm_over(p: Mapping[str, float | None]) -> dict[str, float | None]:
    """Holm's correction over the tests that have a p; the others stay None."""
    from passatk.stats.multiplicity import holm

    known = {name: each for name, each in p.items() if each is not None}
    adjusted = dict(zip(known, holm(list(known.values())).tolist(), strict=True)) if known else {}
    return {name: adjusted.get(name) for name in p}


def holm_words(tests: int, of: str) -> str:
    """``Holm over 4 lifts``; of a single test there is nothing to correct."""
    return f"Holm over {tests} {of}" if tests > 1 else "a single test"


def detectable(standard_error: float | None, level: float) -> float | None:
    """The effect that a two-sided test at 1 - level finds 8 times in 10."""
    from passatk.stats.comparison.difference import minimum_detectable

    return None if standard_error is None else minimum_detectable(standard_error, level, POWER)


def corrected(level: float, tests: int) -> float:
    """The level that each of several tests is held to where the first of them is claimed."""
    return 1.0 - (1.0 - level) / max(tests, 1)
