"""What the charts have in common: the library, plain data for it, and the frame around a chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from passatk.errors import MissingExtra

try:
    import altair as alt
    from altair.utils.schemapi import debug_mode
except ImportError as error:
    raise MissingExtra("passatk report", "report") from error

__all__ = ["Row", "alt", "data", "finished", "series_scale", "spaced"]

HEIGHT = 300
Row = dict[str, Any]


def data(rows: Iterable[Row]) -> alt.InlineData:
    """Rows as data of a chart; numbers that are none become null."""
    values = [{key: _short(value) for key, value in row.items()} for row in rows]
    # Held against the schema row by row, thousands of rows would take longer than drawing them.
    with debug_mode(False):
        return alt.InlineData(values=values)


def finished(chart: Any, *, height: int = HEIGHT) -> dict[str, Any]:
    """The chart as a specification; its width is set where it is shown."""
    spec: dict[str, Any] = chart.properties(height=height).to_dict(validate=False)
    spec.pop("config", None)
    return spec


def series_scale(names: Sequence[str], colours: Sequence[str]) -> alt.Scale:
    """A scale that gives each name its colour."""
    return alt.Scale(domain=list(names), range=list(colours))


def spaced(largest: int, count: int = 40) -> list[int]:
    """Whole numbers from 1 to ``largest``, at most about ``count``, closer together when small.

    >>> spaced(5), spaced(1000, 6)
    ([1, 2, 3, 4, 5], [1, 4, 16, 63, 251, 1000])
    """
    if largest <= count:
        return list(range(1, largest + 1))
    return sorted({round(float(k)) for k in np.geomspace(1, largest, count)})


def _short(value: Any) -> Any:
    """Six significant digits are more than a chart shows, and half the bytes."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return float(f"{value:.6g}") if abs(value) < float("inf") else None
    return value
