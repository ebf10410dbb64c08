"""Every state of the view as an address: names in the query, where any text may stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query

Value = str | int | bool | None | list[str]

Text = Annotated[str, Query(max_length=1000)]
Order = Literal["", "asc", "desc"]
Number = Annotated[int, Query(ge=1, le=1_000_000)]


def address(path: str, /, **query: Value) -> str:
    """``/attempt?run=a&problem=HumanEval%2F0&number=3``; what is None, False or "" is left out."""
    return with_query(path, query)


def with_query(path: str, query: Mapping[str, Value]) -> str:
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        if isinstance(value, list):
            pairs += [(name, each) for each in value]
        elif value is True:
            pairs.append((name, "1"))
        elif value is not None and value is not False and value != "":
            pairs.append((name, str(value)))
    return f"{path}?{urlencode(pairs, errors='surrogatepass')}" if pairs else path
