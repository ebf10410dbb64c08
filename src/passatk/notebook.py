"""What notebooks show of our objects: HTML tables and text, escaped and visible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from passatk.visible import visible


def text(words: object) -> str:
    """Anything as HTML text: names of runs and problems are other people's."""
    return escape(visible(str(words)))


def table(
    rows: Iterable[Mapping[str, object]], *, caption: str = "", notes: Sequence[object] = ()
) -> str:
    """Rows with the same keys as an HTML table; the notes stand below, one a line."""
    shown = list(rows)
    heads = "".join(f"<th>{text(name)}</th>" for name in (shown[0] if shown else ()))
    body = "".join(
        "<tr>" + "".join(f"<td>{text(value)}</td>" for value in row.values()) + "</tr>"
        for row in shown
    )
    title = f"<caption>{text(caption)}</caption>" if caption else ""
    below = "".join(f"<div>{text(each)}</div>" for each in notes)
    return f"<table>{title}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{below}"


def interval(low: float | None, high: float | None, scale: float = 1.0, digits: int = 3) -> str:
    """An interval in brackets; says so where there is none."""
    if low is None or high is None:
        return "no interval"
    sign = "+" if scale != 1.0 else ""
    return f"[{scale * low:{sign}.{digits}f}, {scale * high:{sign}.{digits}f}]"
