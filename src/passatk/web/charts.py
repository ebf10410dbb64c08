"""Small drawings, as SVG that needs neither scripts nor styles of its own.

The colours come from the style sheet by class. What a drawing shows always stands beside it as
text, so that it is hidden from screen readers.
"""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from passatk.records import Status
from passatk.web.statuses import look

_RECT = Markup('<rect class="{}" x="{:.3f}" width="{:.3f}" height="10"/>')
_BAR = Markup(
    '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
)
_INTERVAL = Markup(
    '<svg class="interval" viewBox="0 0 200 18" aria-hidden="true">'
    '<line class="axis" x1="0" x2="200" y1="9" y2="9"/>{}{}{}'
    '<circle class="value" cx="{:.2f}" cy="9" r="3.5"/></svg>'
)
_LINE = Markup('<line class="{}" x1="{:.2f}" x2="{:.2f}" y1="9" y2="9"/>')
_ZERO = Markup('<line class="zero" x1="100" x2="100" y1="1" y2="17"/>')


def status_bar(statuses: Mapping[Status, int], attempts: int) -> Markup:
    """How attempts ended, as shares of a bar: passed first, what is not judged last."""
    if attempts <= 0:
        return Markup("")
    pieces = []
    at = 0.0
    for each in (*Status, None):
        judged = sum(statuses.values())
        count = attempts - judged if each is None else statuses.get(each, 0)
        if count > 0:
            width = 100 * count / attempts
            pieces.append(_RECT.format(look(each).css, at, width))
            at += width
    return _BAR.format(Markup("").join(pieces))


def interval(
    value: float,
    wide: tuple[float | None, float | None],
    narrow: tuple[float | None, float | None] = (None, None),
    *,
    reach: float = 0.0,
) -> Markup:
    """A value with one or two intervals on a line from 0 to 1, or around 0 where ``reach`` is
    how far the line goes to both sides."""

    def place(number: float) -> float:
        share = (number + reach) / (2 * reach) if reach else number
        return 4 + 192 * min(max(share, 0.0), 1.0)

    def line(css: str, ends: tuple[float | None, float | None]) -> Markup:
        low, high = ends
        if low is None or high is None:
            return Markup("")
        return _LINE.format(css, place(low), place(high))

    zero = _ZERO if reach else Markup("")
    return _INTERVAL.format(zero, line("wide", wide), line("narrow", narrow), place(value))
