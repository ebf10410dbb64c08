"""Rows set aside on disk: the columns of a table are known only when all of its rows are."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any


@dataclass(frozen=True, slots=True)
class Spool:
    """Rows of plain data in a file, to be iterated over, and what is in their columns.

    Attributes:
        types: the types of the values of each column, null aside, with ``object`` for an integer
            that 64 bits do not hold; columns as they first came.
    """

    file: IO[str]
    types: dict[str, set[type]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self.file.seek(0)
        return map(json.loads, self.file)

    def add(self, row: dict[str, Any]) -> None:
        for name, value in row.items():
            types = self.types.setdefault(name, set())
            if value is not None:
                types.add(object if _is_wide(value) else type(value))
        self.file.write(json.dumps(row) + "\n")


@contextmanager
def spooled(rows: Iterable[dict[str, Any]]) -> Iterator[Spool]:
    """The rows, in a temporary file that is gone when the block ends."""
    with tempfile.TemporaryFile("w+", encoding="ascii") as file:
        spool = Spool(file)
        for row in rows:
            spool.add(row)
        yield spool


def _is_wide(value: Any) -> bool:
    return isinstance(value, int) and not -(2**63) <= value < 2**63
