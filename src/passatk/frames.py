"""Columns as a data frame of the library that is installed: Polars, pandas or PyArrow."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from passatk.errors import MissingExtra, PassatkError

Backend = Literal["polars", "pandas", "pyarrow"]
BACKENDS: tuple[Backend, ...] = get_args(Backend)


def frame(columns: Mapping[str, Sequence[Any]], backend: str | None = None) -> Any:
    """A data frame with these columns.

    Args:
        backend: ``"polars"``, ``"pandas"`` or ``"pyarrow"``; by default the first that is there.

    Raises:
        MissingExtra: narwhals or every backend is missing; the message names what to install.
        PassatkError: an unknown backend.
    """
    if backend is not None and backend not in BACKENDS:
        raise PassatkError(
            f"backend: {backend!r} makes no data frames\n  expected: {', '.join(BACKENDS)}"
        )
    wanted = [each for each in BACKENDS if backend in (None, each)]
    found = next((each for each in wanted if importlib.util.find_spec(each)), None)
    if found is None or importlib.util.find_spec("narwhals") is None:
        raise MissingExtra("to_frame()" if backend is None else f"to_frame({backend!r})", "frames")
    import narwhals

    return narwhals.from_dict(dict(columns), backend=found).to_native()
