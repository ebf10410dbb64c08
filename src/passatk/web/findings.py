"""The page that says what the analyses found in a run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from passatk.analysis.finding import Finding, Verdict
from passatk.analysis.registry import ANALYSES
from passatk.errors import PassatkError
from passatk.report.document.findings import HEADINGS
from passatk.web import work
from passatk.web.addresses import Text, address
from passatk.web.snapshots import Snapshot
from passatk.web.view import View

MOST_ATTEMPTS = 200_000
"""A larger run takes minutes: that is for a terminal."""
_PATIENCE_SECONDS = 0.1
_EVIDENCE = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with the question that it answers, and where to look: names with addresses."""

    finding: Finding
    question: str
    evidence: tuple[tuple[str, str | None], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can be said of the findings of a run now.

    Attributes:
        ready: the run is judged to its end. Before that, what is tested again and again while
            results arrive would be found by chance sooner or later.
        large: it has too many attempts to be analysed here.
        trouble: why it cannot be analysed.
        missing: what could not be asked, and why.
        grouped: the findings by verdict, the most important first; None while they are made, or
            where one of the above says why there are none.
    """

    ready: bool
    large: bool
    trouble: str | None = None
    missing: str | None = None
    grouped: Mapping[Verdict, list[Shown]] | None = None

    @property
    def waiting(self) -> bool:
        return self.ready and not self.large and not self.trouble and self.grouped is None

    def count(self, verdict: Verdict) -> int:
        return len((self.grouped or {}).get(verdict, ()))


def router(view: View) -> APIRouter:
    pages = APIRouter(include_in_schema=False)

    @pages.get("/run/findings")
    def findings(request: Request, run: Text) -> Response:
        snapshot, _ = view.snapshot(run)
        store = ["--store", str(view.store.path)]
        return view.page(
            request,
            "findings.html",
            run=snapshot.run,
            snapshot=snapshot,
            outlook=outlook(view, snapshot),
            at_most=MOST_ATTEMPTS,
            headings=HEADINGS,
            command_words=shlex.join(["passatk", "analyze", run, *store]),
        )

    return pages


def outlook(view: View, snapshot: Snapshot) -> Outlook:
    """The findings of a run as far as they are made; where they are not, that is begun."""
    ready = snapshot.judged > 0 and not snapshot.pending
    large = snapshot.attempts > MOST_ATTEMPTS
    if not ready or large:
        return Outlook(ready, large)
    try:
        analysed = _analysed(view, snapshot)
    except PassatkError as error:
        return Outlook(ready, large, trouble=str(error))
    if analysed is None:
        return Outlook(ready, large)
    grouped: dict[Verdict, list[Shown]] = {}
    for each in analysed.findings:
        grouped.setdefault(each.finding.verdict, []).append(_shown(snapshot, each))
    return Outlook(ready, large, missing=analysed.missing, grouped=grouped)


def _analysed(view: View, snapshot: Snapshot) -> work.Analysed | None:
    return view.analysed.of(
        snapshot.key,
        work.find,
        str(view.store.path),
        snapshot.run.name,
        view.problems,
        patience=_PATIENCE_SECONDS,
    )


def _shown(snapshot: Snapshot, found: work.Found) -> Shown:
    names = found.finding.evidence
    return Shown(
        found.finding,
        ANALYSES[found.analysis].question,
        tuple((name, _place(snapshot, name)) for name in names[:_EVIDENCE]),
        len(names[_EVIDENCE:]),
    )


def _place(snapshot: Snapshot, name: str) -> str | None:
    """The address of a problem, or of an attempt as ``"p/1#3"``; None where it is neither."""
    run = snapshot.run.name
    if name in snapshot.by_name:
        return address("/problem", run=run, problem=name)
    problem, _, number = name.rpartition("#")
    if problem in snapshot.by_name and number.isascii() and number.isdigit() and len(number) < 19:
        return address("/attempt", run=run, problem=problem, number=int(number))
    return None
