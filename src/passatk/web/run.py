"""The page of one run: its numbers, what they show, and its problems; live while it is judged."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request, Response

from passatk.errors import PassatkError
from passatk.records import Status
from passatk.stats import Estimate
from passatk.store import ProblemCounts
from passatk.web import work
from passatk.web.addresses import Number, Order, Text, Value
from passatk.web.figures import CURVE_WIDTHS, curve_of, trouble_with
from passatk.web.findings import outlook
from passatk.web.following import Followed
from passatk.web.snapshots import Snapshot
from passatk.web.statuses import PENDING
from passatk.web.tables import Column, page_of
from passatk.web.view import View

PAGE_SIZE = 100
MOST_K = 8
TOP_FINDINGS = 3


def problem_rate(counts: ProblemCounts) -> float | None:
    """The share of results at a problem that passed; None where there is none."""
    results = sum(counts.statuses.values()) - counts.statuses.get(Status.JUDGE_ERROR, 0)
    return counts.statuses.get(Status.PASSED, 0) / results if results else None


def _rate(counts: ProblemCounts) -> float:
    rate = problem_rate(counts)
    return -1.0 if rate is None else rate


_PROBLEM_COLUMNS = (
    Column[ProblemCounts]("problem", "Problem", lambda each: each.name.lower()),
    Column[ProblemCounts](
        "category", "Category", lambda each: (each.category or "").lower(), minor=True
    ),
    Column[ProblemCounts](
        "difficulty", "Difficulty", lambda each: each.difficulty or "", minor=True
    ),
    Column[ProblemCounts](
        "attempts",
        "Attempts",
        lambda each: each.attempts,
        descending=True,
        numeric=True,
        minor=True,
    ),
    Column[ProblemCounts](
        "passed",
        "Passed",
        lambda each: each.statuses.get(Status.PASSED, 0),
        descending=True,
        numeric=True,
    ),
    Column[ProblemCounts]("rate", "Share passed", _rate, numeric=True),
)


def router(view: View) -> APIRouter:
    pages = APIRouter(include_in_schema=False)

    @pages.get("/run")
    def run(
        request: Request,
        run: Text,
        k: Text = "",
        q: Text = "",
        category: Text = "",
        outcome: Literal["", "always", "sometimes", "never"] = "",
        status: Text = "",
        sort: Text = "",
        order: Order = "",
        page: Number = 1,
    ) -> Response:
        snapshot, stale = view.snapshot(run)
        lines, asked = _results(view, snapshot, k)
        query: dict[str, Value] = {
            "run": run,
            "k": k,
            "q": q,
            "category": category,
            "outcome": outcome,
            "status": status,
        }
        words = q.lower().split()
        chosen = [
            each
            for each in snapshot.counts
            if (not category or each.category == category)
            and (not outcome or _outcome(each) == outcome)
            and (not status or _has(each, status))
            and all(word in each.name.lower() for word in words)
        ]
        shown = page_of(
            chosen,
            _PROBLEM_COLUMNS,
            path="/run",
            query=query,
            sort=sort,
            order=order,
            page=page,
            size=PAGE_SIZE,
        )
        manifest = snapshot.run.manifest
        curve, no_curve = _curve(view, snapshot)
        return view.page(
            request,
            "run.html",
            snapshot=snapshot,
            run=snapshot.run,
            stale=stale,
            state=view.store.state(snapshot.run.id),
            results=lines,
            curve=curve,
            no_curve=no_curve,
            curve_widths=CURVE_WIDTHS,
            outlook=outlook(view, snapshot),
            top=TOP_FINDINGS,
            asked=asked,
            page=shown,
            rate=problem_rate,
            query=query,
            sort=sort,
            order=order,
            categories=sorted({each.category for each in snapshot.counts if each.category}),
            show_command=shlex.join(["passatk", "show", run, "--store", str(view.store.path)]),
            settings=manifest.get("settings", {}),
            source=manifest.get("source", {}),
            versions=manifest.get("versions", {}),
        )

    @pages.get("/run/delete")
    def confirm(request: Request, run: Text) -> Response:
        snapshot, _ = view.snapshot(run)
        return view.page(request, "delete.html", snapshot=snapshot, run=snapshot.run)

    return pages


def parse_ks(text: str) -> tuple[int, ...]:
    """``1,10`` as numbers of attempts; PassatkError where it is something else."""
    parts = [each.strip() for each in text.split(",") if each.strip()]
    if len(parts) > MOST_K or not all(p.isascii() and p.isdigit() and len(p) < 10 for p in parts):
        raise PassatkError(
            f"k: {text!r} is not a list of attempts\n"
            f"  expected: whole numbers from 1 on, such as 1,10, at most {MOST_K} of them"
        )
    return tuple(dict.fromkeys(max(1, int(each)) for each in parts))


@dataclass(frozen=True, slots=True)
class Result:
    """A result line: an estimate for problems like these, and for these problems."""

    wide: Estimate
    narrow: Estimate | None


def _results(view: View, snapshot: Snapshot, k: str) -> tuple[list[Result], str | None]:
    """The usual result lines, or those for other k; and what is wrong with the k, if anything."""
    summary = snapshot.summary
    trouble = None
    if k and summary is not None:
        try:
            summary = view.summary(snapshot, parse_ks(k))
        except PassatkError as error:
            trouble = str(error)
    if summary is None:
        return [], trouble
    narrow = {each.metric: each for each in summary.fixed}
    return [Result(each, narrow.get(each.metric)) for each in summary.estimates], trouble


def _curve(view: View, snapshot: Snapshot) -> tuple[Followed[work.Curve] | None, str | None]:
    """The figure of pass@k; and why there is none, if so."""
    trouble = trouble_with(snapshot)
    if trouble is not None:
        return None, trouble
    try:
        return curve_of(view, snapshot), None
    except PassatkError as error:
        return None, str(error)


def _outcome(counts: ProblemCounts) -> str:
    rate = problem_rate(counts)
    if rate is None:
        return "none"
    return "always" if rate == 1 else "never" if rate == 0 else "sometimes"


def _has(counts: ProblemCounts, status: str) -> bool:
    if status == PENDING:
        return counts.pending > 0
    return any(known.value == status and count for known, count in counts.statuses.items())
