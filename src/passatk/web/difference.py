"""Two programs side by side: which lines differ, and which words within them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from passatk.report.visible import visible

MOST_LINES = 2_000
"""What is compared of a program; texts that are made to slow the comparison stay bounded."""
_MOST_IN_A_LINE = 1_000
_CONTEXT = 6
_WORDS = re.compile(r"\w+|\s+|.")
_MOST_PAIRS = 2_000_000  # of words held against each other, in all lines together
_ALIKE = 0.5  # lines less alike than this are shown as wholly different

Kind = Literal["same", "changed", "left", "right", "skipped"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line; ``marked`` where it differs from the other side."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """A line of one program, numbered from 1."""

    number: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of both programs, of one of them, or so many equal lines left out."""

    kind: Kind
    left: Side | None = None
    right: Side | None = None
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """``changed`` counts rows that differ; ``cut`` says that a program was compared in part."""

    rows: tuple[Row, ...]
    changed: int
    cut: bool


def compare(left: str, right: str, *, whole: bool = False) -> Difference:
    """Compare two programs line by line.

    Args:
        whole: show all equal lines, not only those around differences.
    """
    before, cut_left = _lines(left)
    after, cut_right = _lines(right)
    rows: list[Row] = []
    left_to_do = _MOST_PAIRS
    matcher = SequenceMatcher(None, before, after)  # beyond 200 lines frequent ones are not sought
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            rows += [
                Row("same", _side(i, before[i]), _side(j, after[j]))
                for i, j in zip(range(i1, i2), range(j1, j2), strict=True)
            ]
            continue
        both = min(i2 - i1, j2 - j1)
        for d in range(both):
            words = _WORDS.findall(before[i1 + d]), _WORDS.findall(after[j1 + d])
            left_to_do -= len(words[0]) * len(words[1])
            rows.append(_pair(i1 + d, words[0], j1 + d, words[1], marking=left_to_do > 0))
        rows += [Row("left", left=_side(i, before[i])) for i in range(i1 + both, i2)]
        rows += [Row("right", right=_side(j, after[j])) for j in range(j1 + both, j2)]
    changed = sum(each.kind != "same" for each in rows)
    shown = rows if whole or not changed else list(_near_changes(rows))
    return Difference(tuple(shown), changed, cut_left or cut_right)


def _lines(program: str) -> tuple[list[str], bool]:
    # Cut before it is made visible: a hundred megabytes are not to be walked through.
    head = program[: MOST_LINES * _MOST_IN_A_LINE // 10]
    found = visible(head).split("\n")
    cut = len(head) < len(program) or len(found) > MOST_LINES
    cut = cut or any(len(each) > _MOST_IN_A_LINE for each in found)
    return [each[:_MOST_IN_A_LINE] for each in found[:MOST_LINES]], cut


def _side(place: int, text: str) -> Side:
    return Side(place + 1, (Piece(text),))


def _pair(i: int, before: list[str], j: int, after: list[str], *, marking: bool) -> Row:
    """Two lines in place of each other, with the words that differ marked."""
    matcher = SequenceMatcher(None, before, after)
    if not marking or matcher.ratio() < _ALIKE:
        whole = (Piece("".join(before), True),), (Piece("".join(after), True),)
        return Row("changed", Side(i + 1, whole[0]), Side(j + 1, whole[1]))
    lefts: list[Piece] = []
    rights: list[Piece] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        marked = tag != "equal"
        if i2 > i1:
            lefts.append(Piece("".join(before[i1:i2]), marked))
        if j2 > j1:
            rights.append(Piece("".join(after[j1:j2]), marked))
    return Row("changed", Side(i + 1, tuple(lefts)), Side(j + 1, tuple(rights)))


def _near_changes(rows: list[Row]) -> Iterator[Row]:
    """Without the equal lines that are far from every difference."""
    keep = [False] * len(rows)
    for place, row in enumerate(rows):
        if row.kind != "same":
            first, last = max(0, place - _CONTEXT), min(len(rows), place + _CONTEXT + 1)
            keep[first:last] = [True] * (last - first)
    skipped = 0
    for row, kept in zip(rows, keep, strict=True):
        if kept:
            if skipped:
                yield Row("skipped", skipped=skipped)
            skipped = 0
            yield row
        else:
            skipped += 1
    if skipped:
        yield Row("skipped", skipped=skipped)
