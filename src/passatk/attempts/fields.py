"""One record of a file together with where it stands, so that every fault in it can say so."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from passatk.errors import DataError


class Fields:
    """Typed access to a record's fields; whatever is not as expected becomes a ``DataError``.

    Args:
        values: the record.
        path: the file it comes from.
        line: its 1-based line number, where the file has lines.
        within: where it stands in a document, such as ``eval.HumanEval/0[3]``.
    """

    __slots__ = ("line", "path", "values", "within")

    def __init__(
        self, values: Mapping[str, Any], path: Path, line: int | None = None, within: str = ""
    ) -> None:
        self.values = values
        self.path = path
        self.line = line
        self.within = within

    @classmethod
    def of(cls, value: Any, path: Path, within: str = "") -> Fields:
        """The record that a value of a JSON document has to be."""
        if not isinstance(value, dict):
            raise DataError(
                "wrong type",
                path=path,
                field=within or None,
                expected="an object, {...}",
                found=repr(value),
            )
        return cls(value, path, None, within)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        value = self._get(name, "a string")
        if not isinstance(value, str):
            raise self._wrong_type(name, "a string", value)
        return value

    def identifier(self, name: str) -> str:
        """A string, or an integer as a string: some benchmarks number their problems."""
        value = self._get(name, "a string or an integer")
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self._wrong_type(name, "a string or an integer", value)
        return str(value)

    def count(self, name: str) -> int:
        """An integer from 0 that a store can hold."""
        value = self._get(name, "an integer from 0")
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
            raise self._wrong_type(name, "an integer from 0", value)
        return value

    def optional_count(self, name: str) -> int | None:
        return self.count(name) if self.has(name) else None

    def number(self, name: str) -> float:
        value = self._get(name, "a finite number")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong_type(name, "a finite number", value)
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise self._wrong_type(name, "a finite number", value)
        return number

    def flag(self, name: str) -> bool:
        """A boolean, or 0 or 1."""
        value = self._get(name, "true or false, 1 or 0")
        if not isinstance(value, bool | int | float) or value not in (0, 1):
            raise self._wrong_type(name, "true or false, 1 or 0", value)
        return bool(value)

    def texts(self, name: str) -> list[str]:
        value = self.items(name)
        for index, item in enumerate(value):
            if not isinstance(item, str):
                raise self._wrong_type(f"{name}[{index}]", "a string", item)
        return value

    def items(self, name: str) -> list[Any]:
        value = self._get(name, "a list")
        if not isinstance(value, list):
            raise self._wrong_type(name, "a list", value)
        return value

    def records(self, name: str) -> Iterator[Fields]:
        """The records of a list field."""
        for index, item in enumerate(self.items(name)):
            yield Fields.of(item, self.path, self._place(f"{name}[{index}]"))

    def inner(self, name: str) -> Fields:
        """The record that an object field is."""
        return Fields.of(self._get(name, "an object, {...}"), self.path, self._place(name))

    def rest(self, *used: str, dropped: tuple[str, ...] = ()) -> dict[str, Any]:
        """The fields that are neither ``used`` nor ``dropped``, in the order of the record.

        Where the used fields are not the first ones, in the order given, they keep their places
        with None, so that an export can restore the order.
        """
        kept = {name: value for name, value in self.values.items() if name not in dropped}
        if [*kept][: len(used)] == [*used]:
            return {name: value for name, value in kept.items() if name not in used}
        return {name: None if name in used else value for name, value in kept.items()}

    def error(
        self,
        message: str,
        field: str | None = None,
        *,
        expected: str | None = None,
        found: object = None,
        hint: str | None = None,
    ) -> DataError:
        return DataError(
            message,
            path=self.path,
            line=self.line,
            field=self._place(field) if field else self.within or None,
            expected=expected,
            found=found,
            hint=hint,
        )

    def _place(self, name: str) -> str:
        return f"{self.within}.{name}" if self.within else name

    def _get(self, name: str, expected: str) -> Any:
        if name in self.values:
            return self.values[name]
        raise self.error(
            "a field is missing",
            name,
            expected=expected,
            found="only " + (", ".join(map(str, self.values)) or "an empty record"),
            hint="every record of a file has to have the same format",
        )

    def _wrong_type(self, name: str, expected: str, value: Any) -> DataError:
        return self.error("wrong type or value", name, expected=expected, found=repr(value))
