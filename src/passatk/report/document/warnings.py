"""What a reader has to know of the numbers of a report, each sentence once."""

from __future__ import annotations

from passatk.report.document.model import Report, RunPart


def warnings_of(report: Report) -> list[str]:
    """About the comparison, then about each run, then about the changes."""
    several = len(report.runs) > 1
    found = list(report.notes)
    for part in report.runs:
        before = f"{part.run.name}: " if several else ""
        found += [before + each for each in _of_run(part)]
    for each in report.comparisons:
        found += [f"{each.metric}: {caveat.message}" for caveat in each.warnings]
    return list(dict.fromkeys(found))


def _of_run(part: RunPart) -> list[str]:
    summary = part.summary
    about = [f"{e.metric}: {w.message}" for e in summary.estimates for w in e.warnings]
    return [*about, *summary.notes]
