"""The report as Markdown, for a comment on a pull request: short, with the rest folded away."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from passatk.analysis.finding import Finding
from passatk.report.document.findings import HEADINGS, by_verdict, effect_words, p_words
from passatk.report.document.model import Report, RunPart
from passatk.report.document.repeating import commands
from passatk.report.document.warnings import warnings_of
from passatk.report.visible import visible
from passatk.stats import Estimate
from passatk.stats.comparison.change import p_value, points
from passatk.stats.result import percent

# Whatever Markdown takes for more than text inside a line, ...
_SPECIAL = re.compile(r"([\\`*_{}\[\]|~$])")
# ... and what a forge makes links of: people, issues, addresses. A comment parts them unseen.
_LINKS = re.compile(r"(?<!\w)@(?=\w)|#(?=\d)|:(?=//)|(?<=www)\.", re.IGNORECASE)


def to_markdown(report: Report) -> str:
    """The result lines, what was found, what to know, and how to repeat it."""
    lines = [f"### {text(report.title)}", "", *_about(report), ""]
    if report.comparisons:
        lines += [*_comparisons(report), ""]
    if report.rankings and len(report.runs) > 2:
        lines += [*_rankings(report), ""]
    lines += [*_results(report), ""]
    several = len(report.runs) > 1
    told = {
        verdict: [_finding(each, part.run.name if several else "") for part, each in entries]
        for verdict, entries in by_verdict(report).items()
    }
    if "found" in told:
        lines += ["**Findings**", "", *told.pop("found"), ""]
    warnings = warnings_of(report)
    if warnings:
        lines += ["**What to know first**", "", *(f"* {text(each)}" for each in warnings), ""]
    for verdict, entries in told.items():
        lines += _folded(HEADINGS[verdict], entries)
    lines += _folded("How to repeat it", ["```sh", *map(_code, commands(report)), "```"])
    lines.append(f"<sub>passatk {report.version}, {report.created:%Y-%m-%d %H:%M} UTC</sub>")
    return "\n".join(lines) + "\n"


def text(value: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    plain = visible(value).replace("\n", " ").replace("\t", " ")
    escaped = html.escape(_SPECIAL.sub(r"\\\1", plain), quote=False)
    return _LINKS.sub(r"\g<0><!-- -->", escaped)


def _about(report: Report) -> list[str]:
    first = report.runs[0].summary
    on = f"on {text(first.benchmark)}, " if first.benchmark else ""
    return [f"{on}{report.size}"]


def _comparisons(report: Report) -> list[str]:
    rows = [
        (
            each.metric,
            _estimate(each.value),
            _estimate(each.baseline),
            points(each.change),
            p_value(each.p_adjusted).replace("<", "&lt;"),
            f"**{each.verdict}**",
        )
        for each in report.comparisons
    ]
    names = [text(part.run.name) for part in report.runs]
    return _table(("metric", *names, "change", "p", ""), rows)


def _rankings(report: Report) -> list[str]:
    rows = [
        (ranking.metric, each.places, text(each.run), _estimate(each.value))
        for ranking in report.rankings
        for each in ranking.runs
    ]
    return _table(("metric", "place", "run", "value"), rows)


def _results(report: Report) -> list[str]:
    several = len(report.runs) > 1
    rows = [
        (
            *([text(part.run.name)] if several else []),
            each.metric,
            f"**{each.value:.3f}**",
            _interval(each),
            _interval(again),
        )
        for part in report.runs
        for each, again in _pairs(part)
    ]
    level = percent(report.level)
    head = ("metric", "value", f"{level}, problems like these", f"{level}, these problems again")
    return _table((("run",) if several else ()) + head, rows)


def _pairs(part: RunPart) -> Iterable[tuple[Estimate, Estimate | None]]:
    return zip(part.summary.estimates, part.fixed, strict=True)


def _estimate(each: Estimate) -> str:
    return f"{each.value:.3f} {_interval(each)}"


def _interval(each: Estimate | None) -> str:
    if each is None or each.low is None or each.high is None:
        return "no interval"
    return f"[{each.low:.3f}, {each.high:.3f}]"


def _finding(each: Finding, run: str) -> str:
    numbers = "; ".join(filter(None, (effect_words(each), p_words(each))))
    words = f"* {f'**{text(run)}**: ' if run else ''}{text(each.sentence)}"
    return f"{words} ({text(numbers)})" if numbers else words


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    names = list(head)
    return [
        "| " + " | ".join(names) + " |",
        "|" + " --- |" * len(names),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]


def _folded(title: str, lines: Iterable[str]) -> list[str]:
    return ["<details>", f"<summary>{title}</summary>", "", *lines, "", "</details>", ""]


def _code(line: str) -> str:
    """A line inside a fence, which it cannot end."""
    return visible(line).replace("\n", "\\n").replace("```", "` ` `")
