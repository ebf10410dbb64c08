"""Figures of an analysis for people, before anybody has decided how they look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under column names; a result may have several, as its ``tables``.

    Attributes:
        title: what the rows are, in a few words.
        columns: names, the first of what a row is about.
        rows: one text a column.
        note: what a reader has to know of them.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
