"""Which figures belong to the result of an analysis.

A drawer gets the result and gives its figures. Results without one are shown by their findings and
tables alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from passatk.report.figures import analyses
from passatk.report.figures.figure import Figure

Drawer = Callable[[Any], Sequence[Figure]]

DRAWERS: Mapping[str, Drawer] = MappingProxyType(
    {
        "diversity": analyses.of_diversity,
        "selection": analyses.of_selection,
        "sensitivity": analyses.of_sensitivity,
    }
)


def figures_of(
    name: str, result: Any, drawers: Mapping[str, Drawer] = DRAWERS
) -> tuple[Figure, ...]:
    """The figures for the result of an analysis; none where nobody draws it."""
    drawer = drawers.get(name)
    return () if drawer is None else tuple(drawer(result))
