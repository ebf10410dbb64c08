"""Which figures and results belong together, and in which order they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from passatk.analysis.finding import Result
from passatk.report.document.model import Section
from passatk.report.figures.figure import Figure
from passatk.report.figures.registry import DRAWERS, Drawer, figures_of

# Key, title, the figures that are always there, and the analyses whose results join them.
_PLAN: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("attempts-allowed", "What k attempts achieve", ("curves", "precision"), ("profile",)),
    ("problems", "Problem by problem", ("heat-map", "difficulty", "statuses"), ()),
    ("order", "Order of the attempts", ("order", "hazard"), ("order",)),
    ("chains", "Chains of attempts", (), ("chains",)),
    ("diversity", "Different programs", (), ("diversity",)),
    ("integrity", "Is it solving the problems?", (), ("integrity",)),
    ("selection", "Which attempts to show", ("review",), ("selection",)),
    ("sensitivity", "How the numbers move", (), ("sensitivity",)),
)


def sections(
    figures: Sequence[Figure],
    results: Mapping[str, Result],
    drawers: Mapping[str, Drawer] = DRAWERS,
) -> tuple[Section, ...]:
    """Sections that have something in them; an analysis without a place gets its own at the end.

    A figure that an analysis draws takes the place of one of the same name.
    """
    left = dict(results)
    drawn = {name: figures_of(name, result, drawers) for name, result in results.items()}
    replaced = {figure.name for those in drawn.values() for figure in those}
    found = []
    for key, title, own, names in _PLAN:
        here = {name: left.pop(name) for name in names if name in left}
        of_results = [figure for name in here for figure in drawn[name]]
        kept = [f for f in figures if f.name in own and f.name not in replaced]
        every = (*sorted(kept, key=lambda f: own.index(f.name)), *of_results)
        if every or here:
            found.append(Section(key, title, every, here))
    for name, result in left.items():
        title = name.replace("_", " ").replace("-", " ").capitalize()
        found.append(Section(f"analysis-{len(found)}", title, drawn[name], {name: result}))
    return tuple(found)
