"""What a report holds, independent of format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from passatk.analysis.finding import Finding, Result
from passatk.report.figures.figure import Figure, counted
from passatk.report.summary import Summary
from passatk.stats import Estimate, Outcomes
from passatk.stats.comparison import Comparison, Ranking
from passatk.store import Run


@dataclass(frozen=True, slots=True)
class Section:
    """Figures and analyses that answer one question.

    Attributes:
        key: stable, an anchor of the page.
        title: a few words.
        figures: in reading order.
        results: of analyses, by name.
    """

    key: str
    title: str
    figures: tuple[Figure, ...] = ()
    results: Mapping[str, Result] = field(default_factory=dict)

    @property
    def findings(self) -> list[Finding]:
        return [finding for result in self.results.values() for finding in result.findings]


@dataclass(frozen=True, slots=True)
class RunPart:
    """What a report says about one run.

    Attributes:
        run: as stored, with its manifest.
        summary: result lines and statuses.
        fixed: for each estimate of the summary the one for these problems attempted again; None
            where there is none.
        outcomes: what the statistics saw.
        sections: in reading order.
    """

    run: Run
    summary: Summary
    fixed: tuple[Estimate | None, ...]
    outcomes: Outcomes
    sections: tuple[Section, ...]

    @property
    def results(self) -> dict[str, Result]:
        """Every analysis of the run, by name."""
        return {name: each for part in self.sections for name, each in part.results.items()}

    @property
    def findings(self) -> list[Finding]:
        return [finding for section in self.sections for finding in section.findings]


@dataclass(frozen=True, slots=True)
class Report:
    """One run or several, and what they show against each other.

    Attributes:
        created: when the report was made, in UTC.
        version: of passatk.
        level: confidence level of its intervals.
        runs: in the order asked; the first is the one to judge, the second its baseline.
        comparisons: the first run against the second, for each k; empty unless there are two.
        rankings: for each k, where there are more than two.
        figures: of runs against each other.
        notes: what a reader of the comparison has to know.
    """

    created: datetime
    version: str
    level: float
    runs: tuple[RunPart, ...]
    comparisons: tuple[Comparison, ...] = ()
    rankings: tuple[Ranking, ...] = ()
    figures: tuple[Figure, ...] = ()
    notes: Sequence[str] = ()

    @property
    def title(self) -> str:
        names = [part.run.name for part in self.runs]
        return (" against " if len(names) == 2 else ", ").join(names)

    @property
    def size(self) -> str:
        """``"164 problems, 32,800 attempts"``; a range where the runs have different problems."""
        problems = sorted({part.summary.problems for part in self.runs})
        if len(problems) == 1:
            words = counted(problems[0], "problem")
        else:
            words = f"{problems[0]:,} to {counted(problems[-1], 'problem')}"
        return f"{words}, {counted(sum(p.summary.attempts for p in self.runs), 'attempt')}"

    def all_figures(self) -> list[tuple[str, Figure]]:
        """Every figure under a name of its own; with several runs, their place comes first."""
        found = [(figure.name, figure) for figure in self.figures]
        for place, part in enumerate(self.runs, start=1):
            before = f"run-{place}-" if len(self.runs) > 1 else ""
            for section in part.sections:
                found += [(before + figure.name, figure) for figure in section.figures]
        return found
