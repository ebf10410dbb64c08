"""Findings: which come first, and how their numbers are worded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from passatk.analysis.finding import Finding, Verdict
from passatk.stats.comparison.change import p_value

if TYPE_CHECKING:
    from passatk.report.document.model import Report, RunPart

# In the order in which they are read, with how each kind is headed.
HEADINGS: Mapping[Verdict, str] = MappingProxyType(
    {
        "found": "Found",
        "not found": "Looked for and not found",
        "description": "Described, without a test",
        "no information": "What the data cannot tell",
    }
)

# What is left where two numbers are alike but for rounding.
_NOTHING = 1e-6


def by_importance(findings: Iterable[Finding]) -> list[Finding]:
    """In the order in which they are read; ties keep their order."""
    order = list(HEADINGS)
    return sorted(findings, key=lambda each: (order.index(each.verdict), _strength(each)))


def by_verdict(report: Report) -> dict[Verdict, list[tuple[RunPart, Finding]]]:
    """All findings of a report, each with its run, by verdict in the order in which they are read.

    Within a verdict the strongest evidence comes first; ties keep their order.
    """
    every = [(part, finding) for part in report.runs for finding in part.findings]
    every.sort(key=lambda each: _strength(each[1]))
    found = {
        verdict: [each for each in every if each[1].verdict == verdict] for verdict in HEADINGS
    }
    return {verdict: entries for verdict, entries in found.items() if entries}


def effect_words(finding: Finding) -> str:
    """``"+0.021 [+0.008, +0.034] pass@1"``; empty without an effect."""
    if finding.effect is None:
        return ""
    words = number(finding.effect)
    if finding.low is not None and finding.high is not None:
        words += f" [{number(finding.low)}, {number(finding.high)}]"
    return f"{words} {finding.unit}".rstrip()


def p_words(finding: Finding) -> str:
    """``"p=0.012 (by itself 0.004)"``; empty without a test."""
    if finding.p_adjusted is None:
        return "" if finding.p is None else p_value(finding.p)
    words = p_value(finding.p_adjusted)
    if finding.p is not None and finding.p != finding.p_adjusted:
        words += f" (by itself {p_value(finding.p).removeprefix('p').removeprefix('=')})"
    return words


def detectable_words(finding: Finding) -> str:
    """What would have been found 8 times in 10; empty where it is not known."""
    if finding.smallest_detectable is None:
        return ""
    return f"{number(finding.smallest_detectable)} {finding.unit}".rstrip()


def number(value: float) -> str:
    """Three decimals, or three significant digits where that would show nothing.

    >>> number(0.1234), number(0.00042), number(120.0), number(12345.6), number(0.0)
    ('0.123', '0.00042', '120.0', '12,346', '0.000')
    """
    size = abs(value)
    if size < _NOTHING:
        return "0.000"
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 100:
        return f"{value:.1f}"
    if size >= 0.01:
        return f"{value:.3f}"
    return f"{value:.3g}"


def _strength(finding: Finding) -> float:
    p = finding.p if finding.p_adjusted is None else finding.p_adjusted
    return 2.0 if p is None else p
