"""Programs with highlighted syntax: escaped, made visible, bounded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType
from pygments.util import ClassNotFound

from passatk.report.visible import visible

MOST_CHARACTERS = 200_000
MOST_LINES = 5_000
"""What a page shows of a text; the rest can be had as a file."""
_MOST_HIGHLIGHTED = 40_000  # lexers are regular expressions, and the text may be made to slow them
_MOST_IN_A_LINE = 1_000
_SPAN = Markup('<span class="{}">{}</span>')


@dataclass(frozen=True, slots=True)
class Shown:
    """A text for a page: one piece of markup a line, and how much was left out."""

    lines: list[Markup]
    left_out: int


def cut(text: str) -> tuple[str, int]:
    """The beginning of a text that is too long to show, and how many characters are left out."""
    shown = "\n".join(text[:MOST_CHARACTERS].split("\n", MOST_LINES)[:MOST_LINES])
    return shown, len(text) - len(shown)


def plain(text: str) -> Shown:
    """A text as lines without highlighting."""
    shown, left_out = cut(text)
    lines = visible(shown).removesuffix("\n").split("\n")
    return Shown([escape(each) for each in lines], left_out)


def highlighted(program: str, language: str | None) -> Shown:
    """A program as lines with ``<span class="...">`` around its tokens."""
    shown, left_out = cut(program)
    safe = visible(shown).removesuffix("\n")
    lines = safe.split("\n")
    if len(safe) > _MOST_HIGHLIGHTED or max(map(len, lines)) > _MOST_IN_A_LINE:
        return plain(program)
    try:
        lexer = get_lexer_by_name(language or "python", stripnl=False, ensurenl=False)
    except ClassNotFound:
        return plain(program)
    return Shown(_lines(lexer.get_tokens(safe)), left_out)


def _lines(tokens: Iterable[tuple[_TokenType, str]]) -> list[Markup]:
    lines: list[list[Markup]] = [[]]
    for kind, value in tokens:
        name = _class(kind)
        for place, part in enumerate(value.split("\n")):
            if place:
                lines.append([])
            if part:
                lines[-1].append(_SPAN.format(name, part) if name else escape(part))
    return [Markup("").join(each) for each in lines]


def _class(kind: _TokenType) -> str:
    """Pygments' short name of a token's type, or of the nearest that has one."""
    while kind not in STANDARD_TYPES and kind.parent is not None:
        kind = kind.parent
    return STANDARD_TYPES.get(kind, "")
