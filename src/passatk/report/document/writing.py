"""A report into a file; the suffix of its name says what it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from passatk.errors import PassatkError
from passatk.report.document.model import Report


def _html(report: Report) -> str:
    from passatk.report.document.html import to_html

    return to_html(report)


def _markdown(report: Report) -> str:
    from passatk.report.document.markdown import to_markdown

    return to_markdown(report)


def _latex(report: Report) -> str:
    from passatk.report.document.latex import to_latex

    return to_latex(report)


def _json(report: Report) -> str:
    from passatk.report.document.plain import to_dict

    return json.dumps(to_dict(report), indent=1, allow_nan=False) + "\n"


FORMATS: Mapping[str, Callable[[Report], str]] = MappingProxyType(
    {".html": _html, ".md": _markdown, ".tex": _latex, ".json": _json}
)


def check_outputs(paths: Iterable[Path]) -> None:
    """Refuse a file of a kind that a report is not written as, before anything is done."""
    for path in paths:
        if path.suffix.lower() not in FORMATS:
            raise PassatkError(
                f"{path}: a report is not written as {path.suffix or 'a file without suffix'}\n"
                f"  expected: a name that ends with {', '.join(FORMATS)}\n"
                "  next: for example -o report.html"
            )


def write(report: Report, path: Path) -> None:
    """The report into the file, in the format of its suffix.

    Raises:
        MissingExtra: a library that the format needs is not installed.
        PassatkError: the file cannot be written.
    """
    text = FORMATS[path.suffix.lower()](report)
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise PassatkError(
            f"{path}: the report cannot be written here\n"
            f"  found: {error.strerror}\n"
            "  next: name another file with -o"
        ) from error
