"""What the view has done in processes of its own: figures, findings, and approaches.

Each function opens the store by its path and gives plain data that can cross to another process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from passatk.errors import DataError, MissingExtra, PassatkError
from passatk.outcomes import from_counts, stopping_of
from passatk.records import Benchmark, Status
from passatk.store import Run, open_store

if TYPE_CHECKING:
    from passatk.analysis.finding import Finding
    from passatk.report.document.model import Section
    from passatk.report.figures.figure import Figure
    from passatk.report.figures.theme import Mode
    from passatk.store import ProblemCounts, Store

MODES: tuple[Mode, ...] = ("light", "dark")
_LOOKED_AT = 1000  # attempts, of which one in a chain tells that there are chains


@dataclass(frozen=True, slots=True)
class Drawn:
    """The figures of a run by section; ``judged`` attempts were judged when they were drawn."""

    sections: tuple[Section, ...]
    judged: int


@dataclass(frozen=True, slots=True)
class Curve:
    """The figure of pass@k over k, as SVG by theme and width; None where ``nothing`` says why.

    ``judged`` attempts were judged when it was drawn.
    """

    figure: Figure | None
    nothing: str | None
    pictures: Mapping[tuple[Mode, str], bytes]
    judged: int


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with the analysis that it comes from."""

    analysis: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Analysed:
    """The findings of a run, the most important first; ``missing`` says what could not be asked."""

    findings: tuple[Found, ...]
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Approach:
    """Attempts whose programs are alike.

    Attributes:
        numbers: of the attempts, ascending.
        statuses: how they ended; attempts that are not judged are in none.
        programs: how many different texts there are among them.
    """

    numbers: tuple[int, ...]
    statuses: Mapping[Status, int]
    programs: int

    @property
    def first(self) -> int:
        return self.numbers[0]


def figures(location: str, name: str, counts_alone: bool) -> Drawn:
    """The figures of a run by section.

    Args:
        counts_alone: leave out the figures that need every single attempt.

    Raises:
        MissingExtra: the extra ``report`` is not installed.
        DataError: nothing is judged in the run.
    """
    from passatk.report.document.gathering import read_attempts, run_figures
    from passatk.report.document.sections import sections

    with open_store(location, read_only=True) as store:
        run = store.run(name)
        counts = store.counts(run)
        if counts_alone:
            seen = from_counts(counts, stopping_of(run))
            seen, grid = replace(seen, chained=int(_has_chains(store, run))), None
        else:
            seen, grid = read_attempts(store, run, counts)
    judged = sum(sum(each.statuses.values()) for each in counts)
    return Drawn(sections(run_figures(run, seen, counts, grid), {}), judged)


def curve(
    location: str, name: str, counts: tuple[ProblemCounts, ...], widths: Mapping[str, int]
) -> Curve:
    """The figure of pass@k over k, drawn for both themes.

    Args:
        counts: of the run; the figure is of what they say.
        widths: in pixels, by name.

    Raises:
        MissingExtra: the extra ``report`` is not installed.
        DataError: nothing is judged in the run.
    """
    from passatk.report.figures.curves import draw_curve
    from passatk.report.figures.static import drawing

    with open_store(location, read_only=True) as store:
        run = store.run(name)
        chained = _has_chains(store, run)
    judged = sum(sum(each.statuses.values()) for each in counts)
    if chained:
        return Curve(
            None, "attempts saw why the ones before them failed, and are not alike", {}, judged
        )
    seen = from_counts(counts, stopping_of(run)).outcomes
    try:
        figure = draw_curve(name, seen)
    except DataError as error:
        return Curve(None, str(error).partition("\n")[0], {}, judged)
    pictures: dict[tuple[Mode, str], bytes] = {
        (mode, width): drawing(figure, mode, pixels)
        for mode in MODES
        for width, pixels in widths.items()
    }
    return Curve(figure, None, pictures, judged)


def pictures(drawn: tuple[Section, ...], theme: Mode, width: int) -> dict[str, bytes]:
    """The figures that have something to show as SVG, by name."""
    from passatk.report.figures.static import drawing

    every = (each for section in drawn for each in section.figures)
    return {each.name: drawing(each, theme, width) for each in every if each.spec is not None}


def find(location: str, name: str, sources: tuple[str, ...]) -> Analysed:
    """What all analyses say of a run, as ``passatk analyze`` does.

    Args:
        sources: benchmarks where its problems may be, by name or file.

    Raises:
        DataError: nothing is judged in the run.
    """
    from passatk.analysis.registry import ANALYSES
    from passatk.analysis.running import analyse
    from passatk.analysis.subject import read_subject
    from passatk.report.document.findings import by_importance

    with open_store(location, read_only=True) as store:
        subject = read_subject(store, name, benchmark=_benchmark(store.run(name), sources))
        missing = None
        try:
            results = analyse(subject, workers=1)
        except MissingExtra as error:
            missing = str(error)
            asked = [each for each, entry in ANALYSES.items() if entry.of == "outcomes"]
            results = analyse(subject, asked, workers=1)
    origin = {id(each): name for name, result in results.items() for each in result.findings}
    every = by_importance(each for result in results.values() for each in result.findings)
    return Analysed(tuple(Found(origin[id(each)], each) for each in every), missing)


def approaches(location: str, name: str, problem: str, language: str) -> tuple[Approach, ...]:
    """The attempts at a problem by approach, the most frequent first.

    Raises:
        MissingExtra: the extra ``analysis`` is not installed.
    """
    from passatk.analysis.programs import APPROACH, cluster_programs

    with open_store(location, read_only=True) as store:
        judged = list(store.attempts(store.run(name), problem))
    if not judged:
        return ()
    labels = cluster_programs([each.program for each, _ in judged], language).labels[APPROACH]
    groups: dict[int, list[int]] = {}
    for place, label in enumerate(labels.tolist()):
        groups.setdefault(label, []).append(place)
    found = [
        Approach(
            tuple(sorted(judged[i][0].number for i in places)),
            Counter(verdict.status for i in places if (verdict := judged[i][1]) is not None),
            len({judged[i][0].program for i in places}),
        )
        for places in groups.values()
    ]
    return tuple(sorted(found, key=lambda each: (-len(each.numbers), each.first)))


def _has_chains(store: Store, run: Run) -> bool:
    return any(each.chain is not None for each in islice(store.outcomes(run), _LOOKED_AT))


def _benchmark(run: Run, sources: tuple[str, ...]) -> Benchmark | None:
    """The problems with tests and references, where they are at hand and surely the same."""
    from passatk.replay import find_benchmark

    if run.benchmark_hash is None:
        return None
    try:
        return find_benchmark(run, sources)
    except PassatkError:
        return None
