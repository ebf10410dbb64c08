"""The report as a LaTeX table with intervals, to be included in a paper. Needs booktabs."""

from __future__ import annotations

from collections.abc import Iterable

from passatk.report.document.model import Report
from passatk.report.figures.figure import counted
from passatk.report.visible import visible
from passatk.stats import Estimate
from passatk.stats.comparison.change import p_value
from passatk.stats.comparison.change import points as in_points

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"{\char34}",  # \textquotedbl is not in every encoding
    "`": r"\textasciigrave{}",
}


def to_latex(report: Report) -> str:
    """Values with intervals; with two runs the change, with more the places."""
    metrics = list(dict.fromkeys(e.metric for part in report.runs for e in part.summary.estimates))
    lines = [
        f"% passatk {report.version}, {report.created:%Y-%m-%d %H:%M} UTC",
        r"% needs \usepackage{booktabs}",
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{_caption(report)}}}",
        rf"\begin{{tabular}}{{l{'r' * len(metrics)}}}",
        r"\toprule",
        _row(["", *(_metric(metric) for metric in metrics)]),
        r"\midrule",
    ]
    for part in report.runs:
        values = {each.metric: each for each in part.summary.estimates}
        lines.append(_row([text(part.run.name), *(_value(values.get(m)) for m in metrics)]))
    if report.comparisons:
        changes = {each.metric: each for each in report.comparisons}
        lines += [
            r"\midrule",
            _row(
                [
                    "change",
                    *(_points(changes[m].change) if m in changes else "" for m in metrics),
                ]
            ),
            _row(
                [
                    "$p$",
                    *(_p(changes[m].p_adjusted) if m in changes else "" for m in metrics),
                ]
            ),
        ]
    if len(report.runs) > 2:
        lines.append(r"\midrule")
        places = {
            (ranking.metric, each.run): each.places
            for ranking in report.rankings
            for each in ranking.runs
        }
        lines += [
            _row(
                [
                    f"place of {text(part.run.name)}",
                    *(places.get((m, part.run.name), "").replace("-", "--") for m in metrics),
                ]
            )
            for part in report.runs
        ]
    lines += [r"\bottomrule", r"\end{tabular}", r"\end{table}"]
    return "\n".join(lines) + "\n"


def text(value: str) -> str:
    """Text that LaTeX sets as it is, on one line."""
    plain = visible(value).replace("\n", " ").replace("\t", " ")
    escaped = "".join(_SPECIAL.get(character, character) for character in plain)
    return escaped.replace("--", "-{}-")


def _caption(report: Report) -> str:
    first = report.runs[0].summary
    on = f" on {text(first.benchmark)}" if first.benchmark else ""
    level = f"{100 * report.level:g}\\%"
    words = (
        f"pass@$k${on} ({counted(first.problems, 'problem')}), with {level} intervals for problems "
        "like these"
    )
    if report.comparisons:
        test = report.comparisons[0]
        words += f"; change in percentage points, paired over problems, $p$ by {text(test.test)}"
        if len(report.comparisons) > 1:
            words += f", adjusted for {len(report.comparisons)} values of $k$"
    if len(report.runs) > 2:
        words += "; places that hold together for all runs"
    return words + "."


def _metric(metric: str) -> str:
    return metric.replace("^", r"\textasciicircum{}")


def _value(each: Estimate | None) -> str:
    if each is None:
        return ""
    if each.low is None or each.high is None:
        return f"{each.value:.3f}"
    return f"{each.value:.3f} [{each.low:.3f}, {each.high:.3f}]"


def _points(change: Estimate) -> str:
    words = in_points(change).replace(" pp", "")
    return words.replace("-", "$-$").replace("+", "$+$")


def _p(value: float) -> str:
    words = p_value(value).removeprefix("p")
    return f"$<${words[1:]}" if words.startswith("<") else words.removeprefix("=")


def _row(cells: Iterable[str]) -> str:
    return " & ".join(cells) + r" \\"
