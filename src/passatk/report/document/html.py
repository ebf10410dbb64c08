"""The report as one HTML file: no network, light and dark, on paper, and without pictures.

Nothing in the file is taken from anywhere else when it is opened, and its content policy forbids
it: scripts and styles are allowed by their hashes alone. Texts of other people are escaped by the
template engine, with control and bidirectional characters as escapes; charts come as JSON that no
text in it can end.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from passatk.errors import MissingExtra
from passatk.report.document.findings import (
    HEADINGS,
    by_verdict,
    detectable_words,
    effect_words,
    p_words,
)
from passatk.report.document.model import Report
from passatk.report.document.repeating import commands
from passatk.report.document.warnings import warnings_of
from passatk.report.figures.figure import Cell
from passatk.report.figures.theme import config, css_variables
from passatk.report.visible import visible
from passatk.stats.comparison.change import p_value, points

_PAGE = Path(__file__).parent / "page"
# Longer tables make a page slow; the JSON document has every row.
_MOST_ROWS = 200
_MOST_MANIFEST = 200_000


def to_html(report: Report) -> str:
    """The whole file.

    Raises:
        MissingExtra: a library of the extra ``report`` is not installed.
    """
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise MissingExtra("passatk report", "report") from error

    def shown(value: Any) -> Any:
        return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        loader=FileSystemLoader(_PAGE),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "cell": cell,
        "effect": effect_words,
        "detectable": detectable_words,
        "p_words": p_words,
        "p_value": p_value,
        "points": points,
        "when": _when,
        "pretty": _pretty,
        "without": _without,
    }
    drawn = report.all_figures()
    style, bundle, script = _style(), _bundle(), (_PAGE / "page.js").read_text()
    charts = {name: figure.spec for name, figure in drawn if figure.spec is not None}
    return environment.get_template("page.html").render(
        report=report,
        policy=_policy(style, [bundle, script]),
        style=Markup(style),
        bundle=Markup(bundle),
        script=Markup(script),
        charts=Markup(in_script({"config": config(), "charts": charts})),
        findings=_first_findings(report),
        headings=HEADINGS,
        warnings=warnings_of(report),
        commands=commands(report),
        methods=_methods(report),
        several=len(report.runs) > 1,
        most_rows=_MOST_ROWS,
    )


def in_script(value: Any) -> str:
    """JSON that may stand inside a script element: nothing in it ends the element or a line."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def cell(value: Cell, digits: int = 3) -> str:
    """A cell of a table as text."""
    if value is None or (isinstance(value, float) and value != value):
        return "-"
    if isinstance(value, str):
        return visible(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.{digits}f}"


@cache
def _bundle() -> str:
    """Vega, Vega-Lite and their embedding as one script."""
    try:
        import vl_convert
    except ImportError as error:
        raise MissingExtra("passatk report", "report") from error
    script = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    # Neither may stand in a script element, and in a script both can only be inside a string.
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--").replace("\r", "")


def _style() -> str:
    light, dark = css_variables("light"), css_variables("dark")
    return (
        f":root {{ color-scheme: light; {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) "
        f"{{ color-scheme: dark; {dark} }} }}\n"
        f"@media screen {{ :root[data-theme=dark] {{ color-scheme: dark; {dark} }} }}\n"
    ) + (_PAGE / "page.css").read_text()


def _policy(style: str, scripts: Sequence[str]) -> str:
    """What the file may load and run: itself, by hash, and nothing else."""
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _first_findings(report: Report) -> dict[str, list[dict[str, Any]]]:
    """All findings by verdict, with the run and the section that they belong to."""
    anchors = {
        id(finding): f"run-{place}-{section.key}"
        for place, part in enumerate(report.runs, start=1)
        for section in part.sections
        for finding in section.findings
    }
    return {
        verdict: [
            {"finding": each, "run": part.run.name, "anchor": anchors[id(each)]}
            for part, each in entries
        ]
        for verdict, entries in by_verdict(report).items()
    }


def _methods(report: Report) -> str:
    """How the intervals were made, the wide ones first."""
    wide = [each.method for part in report.runs for each in part.summary.estimates]
    narrow = [each.method for part in report.runs for each in part.fixed if each is not None]
    return "; ".join(dict.fromkeys([*wide, *narrow]))


def _when(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC")


def _pretty(value: Any) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False, default=dict)
    if len(text) > _MOST_MANIFEST:
        return text[:_MOST_MANIFEST] + f"\n… {len(text) - _MOST_MANIFEST:,} characters more"
    return text


def _without(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: each for key, each in value.items() if key != name}
