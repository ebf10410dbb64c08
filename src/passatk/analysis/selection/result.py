"""What ways to choose attempts are worth, as one typed result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from passatk.analysis.finding import Finding
from passatk.analysis.selection.seen import Part
from passatk.stats.decisions import RankerValue


@dataclass(frozen=True, slots=True)
class Selection:
    """Rankers against random order and an oracle.

    Attributes:
        findings: in words, the most telling first.
        k: candidates that are chosen from.
        rankers: by ranker, its value at each number of submissions.
        shown: by way of showing, the value of what ``passatk select -n`` shows, at each n.
        sources: how many problems had which tests to go by.
        problems: what was seen of each problem.
    """

    findings: tuple[Finding, ...]
    k: int
    rankers: Mapping[str, Mapping[int, RankerValue]]
    shown: Mapping[str, Mapping[int, RankerValue]]
    sources: Mapping[str, int]
    problems: tuple[Part, ...]

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""

        def plain(values: Mapping[str, Mapping[int, RankerValue]]) -> dict[str, Any]:
            return {
                name: {str(n): value.to_dict() for n, value in by_n.items()}
                for name, by_n in values.items()
            }

        return {
            "findings": [each.to_dict() for each in self.findings],
            "k": self.k,
            "rankers": plain(self.rankers),
            "shown": plain(self.shown),
            "sources": dict(self.sources),
            "problems": [each.to_dict() for each in self.problems],
        }
