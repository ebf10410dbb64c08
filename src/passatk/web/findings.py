"""The page that says what the analyses found in a run."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from passatk.analysis.finding import Finding
from passatk.analysis.registry import ANALYSES
from passatk.errors import PassatkError
from passatk.report.document.findings import HEADINGS
from passatk.web import work
from passatk.web.addresses import address
from passatk.web.runs import Text
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


def router(view: View) -> APIRouter:
    pages = APIRouter(include_in_schema=False)

    @pages.get("/run/findings")
    def findings(request: Request, run: Text) -> Response:
        snapshot, _ = view.snapshot(run)
        ready = snapshot.judged > 0 and not snapshot.pending
        large = snapshot.attempts > MOST_ATTEMPTS
        analysed: work.Analysed | None = None
        trouble = None
        if ready and not large:
            try:
                analysed = _analysed(view, snapshot)
            except PassatkError as error:
                trouble = str(error)
        grouped: dict[str, list[Shown]] = {}
        for each in analysed.findings if analysed else ():
            shown = _shown(snapshot, each)
            grouped.setdefault(each.finding.verdict, []).append(shown)
        store = ["--store", str(view.store.path)]
        return view.page(
            request,
            "findings.html",
            run=snapshot.run,
            snapshot=snapshot,
            ready=ready,
            large=large,
            at_most=MOST_ATTEMPTS,
            analysed=analysed,
            trouble=trouble,
            grouped=grouped,
            headings=HEADINGS,
            command_words=shlex.join(["passatk", "analyze", run, *store]),
        )

    return pages


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
