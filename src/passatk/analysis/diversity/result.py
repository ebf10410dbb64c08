"""What the programs of a run look like, as one typed result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from passatk.analysis.diversity.seen import Part
from passatk.analysis.finding import Finding
from passatk.stats import Estimate
from passatk.stats.diversity import VariantGain


@dataclass(frozen=True, slots=True)
class Level:
    """Attempts clustered at one level, averaged over problems.

    Attributes:
        distinct: clusters over attempts, in (0, 1]: 1 where no two attempts are in one.
        hill_1, hill_2: effective numbers of clusters, at least 1.
        rarefied: mean number of clusters among k attempts, by k; k up to the fewest attempts at
            any problem, so that it can be compared between runs of different n.
        gains: what variants contribute to pass@k, one for each k; none for behaviours.
    """

    distinct: Estimate
    hill_1: Estimate
    hill_2: Estimate
    rarefied: Mapping[int, Estimate]
    gains: tuple[VariantGain, ...]

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "distinct": self.distinct.to_dict(),
            "hill_1": self.hill_1.to_dict(),
            "hill_2": self.hill_2.to_dict(),
            "rarefied": {str(k): each.to_dict() for k, each in self.rarefied.items()},
            "gains": [each.to_dict() for each in self.gains],
        }


@dataclass(frozen=True, slots=True)
class Diversity:
    """How different the attempts of a run are.

    Attributes:
        findings: in words, the most telling first.
        levels: by level, from the strictest (text) to the loosest, then behaviour. Empty where
            there are no programs.
        vendi: effective number of different programs among ``vendi_attempts`` of a problem.
        by_category: rarefied number of approaches in each category, at one k for all.
        readings: how many programs could be read how.
        empty: how many programs are empty.
        problems: what was seen of each problem that has programs.
    """

    findings: tuple[Finding, ...]
    levels: Mapping[str, Level]
    vendi: Estimate | None
    vendi_attempts: int
    by_category: Mapping[str, Estimate]
    readings: Mapping[str, int]
    empty: int
    problems: tuple[Part, ...]

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "findings": [each.to_dict() for each in self.findings],
            "levels": {name: each.to_dict() for name, each in self.levels.items()},
            "vendi": None if self.vendi is None else self.vendi.to_dict(),
            "vendi_attempts": self.vendi_attempts,
            "by_category": {name: each.to_dict() for name, each in self.by_category.items()},
            "readings": dict(self.readings),
            "empty": self.empty,
            "problems": [each.to_dict() for each in self.problems],
        }
