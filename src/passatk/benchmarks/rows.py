"""The records of a problems file, each with where it stands, read field by field.

Every reader asks a ``Row`` for what it needs; what is missing or of the wrong type becomes a
``DataError`` that names file, line and field.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from passatk.errors import DataError
from passatk.files import open_text, read_json, read_json_lines


@dataclass(frozen=True, slots=True)
class Row:
    """One record; ``line`` counts from 1 and ``within`` leads to the record inside a document."""

    record: Mapping[str, Any]
    path: Path
    line: int | None = None
    within: str = ""

    def inside(self, field: str, record: Mapping[str, Any]) -> Row:
        """A record that stands in a field of this one."""
        return Row(record, self.path, self.line, f"{self.within}{field}.")

    def error(
        self,
        message: str,
        field: str | None = None,
        *,
        expected: str | None = None,
        found: object = None,
        hint: str | None = None,
    ) -> DataError:
        """The error that says where this record stands."""
        return DataError(
            message,
            path=self.path,
            line=self.line,
            field=(self.within + (field or "")).rstrip(".") or None,
            expected=expected,
            found=found,
            hint=hint,
        )

    def value(self, field: str, kind: type | tuple[type, ...], expected: str) -> Any:
        """The field's value, which has to be there and of this kind (``bool`` is no ``int``)."""
        if field not in self.record:
            raise self.error(
                "a field is missing", field, expected=expected, found=f"only {sorted(self.record)}"
            )
        value = self.record[field]
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise self.error(
                "a field has the wrong type", field, expected=expected, found=repr(value)
            )
        return value

    def text(self, field: str) -> str:
        """A text that is not blank."""
        text: str = self.value(field, str, "a text")
        if not text.strip():
            raise self.error("a field is blank", field, expected="a text", found=repr(text))
        return text

    def text_or_none(self, field: str) -> str | None:
        """A text, or None where the field is absent, null or blank."""
        if self.record.get(field) is None:
            return None
        text: str = self.value(field, str, "a text or null")
        return text if text.strip() else None

    def texts(self, field: str) -> list[str]:
        """A list of texts; empty where the field is absent or null."""
        if self.record.get(field) is None:
            return []
        items: list[Any] = self.value(field, list, "a list of texts")
        for position, item in enumerate(items):
            if not isinstance(item, str):
                raise self.error(
                    "an item has the wrong type",
                    f"{field}[{position}]",
                    expected="a text",
                    found=repr(item),
                )
        return items

    def identifier(self, field: str, prefix: str) -> str:
        """A problem's id: a text as it stands, a whole number as ``prefix/number``."""
        value = self.value(field, (str, int), "a text or a whole number")
        return f"{prefix}/{value}" if isinstance(value, int) else self.text(field)

    def callable_name(self, field: str) -> str:
        """The name of a function, or ``Class.method``."""
        name = self.text(field)
        if not all(part.isidentifier() for part in name.split(".")):
            raise self.error(
                "not a function's name", field, expected="function, or Class.method", found=name
            )
        return name

    def embedded(self, field: str, kind: type, expected: str) -> Any:
        """A value that stands in the record itself or as JSON in a text."""
        value = self.value(field, (str, kind), f"{expected}, or the same as JSON in a text")
        return self.parse(value, field, kind, expected) if isinstance(value, str) else value

    def python(self, code: str, field: str) -> ast.Module:
        """The syntax tree of Python source that was found in ``field``."""
        try:
            return ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise self.error(
                f"not Python: {error}", field, expected="Python source", found=code
            ) from error

    def parse(self, text: str, field: str, kind: type = object, expected: str = "JSON") -> Any:
        """The JSON value that ``text``, found in ``field``, holds."""
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self.error(
                f"a field does not hold JSON: {error}", field, expected=expected, found=text
            ) from error
        if not isinstance(value, kind):
            raise self.error("a field holds other JSON", field, expected=expected, found=text)
        return value


def read_rows(path: Path) -> Iterator[Row]:
    """The records of a JSON Lines file, or of a JSON document that is a list of objects.

    Raises:
        DataError: the file cannot be read, is neither, or has no record.
    """
    start = _first_character(path)
    if start not in ("", "{", "["):
        raise DataError(
            "not a problems file",
            path=path,
            expected="JSON Lines, a JSON list, or a .toml file",
            found=f"a file that starts with {start!r}",
        )
    if start != "[":
        for line, record in read_json_lines(path):
            yield Row(record, path, line)
        return
    document = read_json(path)
    if not document:
        raise DataError("the list is empty", path=path, expected="at least one problem")
    for position, record in enumerate(document):
        if not isinstance(record, dict):
            raise DataError(
                "not a JSON object",
                path=path,
                field=f"[{position}]",
                expected="a list of objects",
                found=repr(record),
            )
        yield Row(record, path, within=f"[{position}].")


def _first_character(path: Path) -> str:
    """The first character of a text file that is not white space; empty when there is none."""
    with open_text(path) as stream:
        while chunk := stream.read(4096):
            if text := chunk.lstrip():
                return text[0]
    return ""
