"""The analyses of a run, as data and as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from passatk.analysis.finding import Finding, Result
from passatk.analysis.registry import ANALYSES
from passatk.analysis.subject import Subject
from passatk.analysis.table import Table
from passatk.analysis.wording import share
from passatk.report.summary import notes_about
from passatk.report.text import print_notes
from passatk.report.visible import visible
from passatk.stats.comparison.change import p_value
from passatk.stats.result import percent

VERSION = 1
_STYLES = {"found": "bold yellow", "not found": "green", "no information": "dim"}
_SHOWN = 5
_SHORT = 8  # findings in short; the rest is below
_MARKS = {"found": "!", "not found": "-", "no information": "?", "description": " "}


@dataclass(frozen=True, slots=True)
class Page:
    """The results of analyses of a run, by name."""

    subject: Subject
    results: Mapping[str, Result]
    level: float
    seed: int

    @property
    def notes(self) -> list[str]:
        """What a reader of any of it has to know."""
        about = self.subject
        return notes_about(about.run, about.seen, about.counts)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; keys: version, run, benchmark, problems, attempts, level, seed,
        analyses (results by name, each with ``findings``), notes."""
        known = self.subject.seen.outcomes
        return {
            "version": VERSION,
            "run": self.subject.run.name,
            "benchmark": self.subject.run.benchmark,
            "problems": len(known),
            "attempts": int(known.n.sum()),
            "level": self.level,
            "seed": self.seed,
            "analyses": {name: result.to_dict() for name, result in self.results.items()},
            "notes": self.notes,
        }


def print_page(console: Console, page: Page) -> None:
    """What was found, in short; then for each analysis its question, findings and figures."""
    run, known = page.subject.run, page.subject.seen.outcomes
    on = f" on {visible(run.benchmark)}" if run.benchmark else ""
    console.print(Text.assemble((run.name, "bold"), on), highlight=False)
    console.print(f"{len(known)} problems, {int(known.n.sum())} attempts", highlight=False)
    console.print(
        f"! found, - not found, ? the data cannot tell; {percent(page.level)} intervals",
        style="dim",
        highlight=False,
    )
    told = page.results
    if len(told) > 1:
        _print_in_short(console, page)
        # What an analysis has nothing to say of is said above.
        told = {name: each for name, each in told.items() if not _silent(each)}
    for name, result in told.items():
        console.print()
        console.print(
            Text.assemble((name, "bold underline"), "  ", (ANALYSES[name].question, "italic"))
        )
        for finding in result.findings:
            _print_finding(console, finding)
        for table in getattr(result, "tables", ()):
            console.print()
            _print_table(console, table)
    print_notes(console, page.notes)


def _print_in_short(console: Console, page: Page) -> None:
    """pass@k, what was found in any analysis, and which analyses found nothing or cannot tell."""
    rows = []
    capability = getattr(page.results.get("profile"), "capability", ())
    if capability:
        rows.append(("", ", ".join(f"{each.metric} {share(each)}" for each in capability)))
    found = [
        (name, each)
        for name, result in page.results.items()
        for each in result.findings
        if each.verdict == "found"
    ]
    found.sort(key=lambda each: each[1].p_adjusted or 0.0)
    rows += [("!", f"{name}: {each.sentence}") for name, each in found[:_SHORT]]
    if len(found) > _SHORT:
        rows.append(("!", f"{len(found) - _SHORT} more below"))
    nothing = [
        name
        for name, result in page.results.items()
        if "not found" in (verdicts := {each.verdict for each in result.findings})
        and "found" not in verdicts
    ]
    if nothing:
        rows.append(("-", f"tested, and nothing found: {', '.join(nothing)}"))
    for name, result in page.results.items():
        if _silent(result):
            rows.append(("?", f"{name}: {' '.join(each.sentence for each in result.findings)}"))
    console.print()
    console.print(Text("in short", style="bold underline"))
    grid = RichTable.grid(padding=(0, 1, 0, 0))
    grid.add_column()
    grid.add_column(overflow="fold")
    styles = {mark: _STYLES.get(verdict, "") for verdict, mark in _MARKS.items()}
    for mark, words in rows:
        grid.add_row(Text(mark, style=styles.get(mark, "")), Text(visible(words)))
    console.print(grid, highlight=False)


def _silent(result: Result) -> bool:
    """Whether an analysis cannot tell anything."""
    return all(each.verdict == "no information" for each in result.findings)


def _print_finding(console: Console, finding: Finding) -> None:
    style = _STYLES.get(finding.verdict, "")
    grid = RichTable.grid(padding=(0, 1, 0, 0))
    grid.add_column()
    grid.add_column(overflow="fold")
    grid.add_row(Text(_MARKS[finding.verdict], style=style), Text(visible(finding.sentence)))
    # A description says its number and interval in the sentence.
    said = finding.verdict == "description" and "[" in finding.sentence
    more = [
        *([] if said else [numbers_of(finding)]),
        *(f"{caveat.code}: {caveat.message}" for caveat in finding.caveats),
        *(["see " + ", ".join(finding.evidence[:_SHOWN])] if finding.evidence else []),
    ]
    for line in filter(None, more):
        grid.add_row("", Text(visible(line), style="dim"))
    console.print(grid, highlight=False)


def numbers_of(finding: Finding) -> str:
    """Effect, interval, p and what could have been seen, in one line; "" without an effect."""
    parts = []
    if finding.effect is not None:
        interval = ""
        if finding.low is not None and finding.high is not None:
            interval = f" [{finding.low:.3g}, {finding.high:.3g}]"
        parts.append(f"{finding.effect:.3g}{interval} {finding.unit}".rstrip())
    if finding.p_adjusted is not None:
        parts.append(f"{p_value(finding.p_adjusted)} ({finding.correction})")
    elif finding.p is not None:
        parts.append(p_value(finding.p))
    if finding.smallest_detectable is not None:
        parts.append(f"would have seen {finding.smallest_detectable:.2g}")
    return "; ".join(parts)


def _print_table(console: Console, table: Table) -> None:
    rich = RichTable(box=None, pad_edge=False)
    for place, column in enumerate(table.columns):
        rich.add_column(Text(visible(column)), justify="right" if place else "left")
    for row in table.rows:
        rich.add_row(*(Text(visible(cell)) for cell in row))
    parts: list[RichTable | Text] = [Text(visible(table.title), style="bold"), rich]
    if table.note:
        parts.append(Text(visible(table.note), style="dim"))
    for part in parts:
        console.print(Padding(part, (0, 0, 0, 2), expand=False), highlight=False)
