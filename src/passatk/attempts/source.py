"""A look at the start of a file: enough to tell its format."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from passatk.attempts.fields import Fields
from passatk.errors import DataError
from passatk.files import MAX_LINE_BYTES, open_bytes, open_text, read_json
from passatk.records import Problem

Kind = Literal["folder", "zip", "parquet", "csv", "lines", "document"]
_ZIP_MAGIC = b"PK\x03\x04"
_PARQUET_MAGIC = b"PAR1"


@dataclass(frozen=True)
class Source:
    """A file or folder, and what is asked of it.

    ``head`` is the first record of JSON Lines, the whole of a JSON document, the list of columns
    of a CSV file, and None for anything else. ``select`` names the one set of
    results that is wanted from a file with several.
    """

    path: Path
    kind: Kind
    head: Any = None
    problems: Mapping[str, Problem] | None = None
    select: str | None = None

    def head_has(self, *names: str) -> bool:
        """Whether the first record, or the document, is an object with all these fields."""
        return isinstance(self.head, dict) and all(name in self.head for name in names)

    def document(self) -> Any:
        """The one JSON document that the file is."""
        if self.kind != "document":
            raise DataError(
                "not one JSON document",
                path=self.path,
                expected="a file with one JSON value",
                found={"lines": "JSON Lines"}.get(self.kind, self.kind),
                hint="leave the format out to have it detected",
            )
        return self.head

    def object(self) -> Fields:
        """The document, which has to be an object."""
        return Fields.of(self.document(), self.path)

    def parts(self) -> Fields:
        """The items of a document that has to be a list, as the fields "[0]", "[1]", ..."""
        document = self.document()
        if not isinstance(document, list):
            raise DataError(
                "wrong type", path=self.path, expected="a list, [...]", found=repr(document)
            )
        return Fields({f"[{index}]": item for index, item in enumerate(document)}, self.path)

    def ids_in_order(self, count: int) -> Sequence[str]:
        """Ids for a file that has none: those of the problems in order, or "0", "1", ...

        Raises:
            DataError: the file has another number of problems than there are.
        """
        if self.problems is None:
            return [str(index) for index in range(count)]
        if len(self.problems) != count:
            raise DataError(
                "the file names no problems, and has another number of them",
                path=self.path,
                expected=f"{len(self.problems)} problems, in the order of the benchmark",
                found=f"{count} problems",
                hint="give the very benchmark that the file was made for",
            )
        return list(self.problems)


def look_at(path: str | Path, problems: Mapping[str, Problem] | None, select: str | None) -> Source:
    """Tell the kind of a file by its content and read its head.

    Raises:
        DataError: the file cannot be read, is empty, or is not text where it should be.
    """
    path = Path(path)
    if path.is_dir():
        return Source(path, "folder", None, problems, select)
    kind, head = _binary(path) or _text(path)
    return Source(path, kind, head, problems, select)


def _binary(path: Path) -> tuple[Kind, Any] | None:
    with open_bytes(path) as stream:
        start = stream.read(4)
    if start == _ZIP_MAGIC:
        return "zip", None
    if start == _PARQUET_MAGIC:
        return "parquet", None
    return None


def _text(path: Path) -> tuple[Kind, Any]:
    with open_text(path) as stream:
        lines = (line for line in iter(lambda: stream.readline(MAX_LINE_BYTES), "") if line.strip())
        first = next(lines, None)
        if first is None:
            raise DataError("the file is empty", path=path, expected="at least one attempt")
        if first.lstrip()[0] not in "{[":
            return "csv", _columns(first)
        record = _object(first)
        if record is not None:
            return ("lines" if any(islice(lines, 1)) else "document"), record
    return "document", read_json(path)


def _columns(line: str) -> list[str]:
    try:
        return next(csv.reader([line]))
    except csv.Error:
        return []


def _object(line: str) -> dict[str, Any] | None:
    """The object that a line is; None where it is only the start of one."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
