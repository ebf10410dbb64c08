"""The pages about runs: all of them, and one."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from passatk.errors import PassatkError
from passatk.records import Status
from passatk.stats import Estimate
from passatk.store import ListedRun, ProblemCounts
from passatk.web.addresses import Value
from passatk.web.snapshots import Snapshot, Totals
from passatk.web.statuses import PENDING
from passatk.web.tables import Column, page_of
from passatk.web.view import View

PAGE_SIZE = 100
MOST_K = 8

Text = Annotated[str, Query(max_length=1000)]
Order = Literal["", "asc", "desc"]
Number = Annotated[int, Query(ge=1, le=1_000_000)]


@dataclass(frozen=True, slots=True)
class Line:
    """A run in the list; ``totals`` is None while it is being counted."""

    run: ListedRun
    totals: Totals | None

    @property
    def pass_1(self) -> float:
        return self.totals.pass_1.value if self.totals and self.totals.pass_1 else -1.0


_RUN_COLUMNS = (
    Column[Line]("run", "Run", lambda each: each.run.name.lower()),
    Column[Line](
        "benchmark", "Benchmark", lambda each: (each.run.benchmark or "").lower(), minor=True
    ),
    Column[Line]("created", "Created (UTC)", lambda each: each.run.id, descending=True, minor=True),
    Column[Line](
        "attempts",
        "Attempts",
        lambda each: each.totals.attempts if each.totals else 0,
        descending=True,
        numeric=True,
        minor=True,
    ),
    Column[Line]("pass1", "pass@1", lambda each: each.pass_1, descending=True, numeric=True),
)


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
    Column[ProblemCounts]("rate", "pass@1", _rate, numeric=True),
)


def router(view: View) -> APIRouter:
    pages = APIRouter(include_in_schema=False)

    @pages.get("/")
    def runs(
        request: Request,
        q: Text = "",
        tag: Text = "",
        benchmark: Text = "",
        archived: Literal["", "only", "all"] = "",
        sort: Text = "created",
        order: Order = "",
        page: Number = 1,
    ) -> Response:
        everything = view.store.listed()
        words = q.lower().split()
        chosen = [
            each
            for each in everything
            if (archived == "all" or each.state.archived == (archived == "only"))
            and (not tag or tag in each.state.tags)
            and (not benchmark or each.benchmark == benchmark)
            and all(word in _searched(each) for word in words)
        ]
        totals = view.snapshots.totals(chosen)
        query: dict[str, Value] = {
            "q": q,
            "tag": tag,
            "benchmark": benchmark,
            "archived": archived,
        }
        shown = page_of(
            [Line(each, totals.get(each.id)) for each in chosen],
            _RUN_COLUMNS,
            path="/",
            query=query,
            sort=sort,
            order=order,
            page=page,
            size=PAGE_SIZE,
        )
        return view.page(
            request,
            "runs.html",
            page=shown,
            query=query,
            sort=sort,
            order=order,
            everything=len(everything),
            hidden=sum(each.state.archived for each in everything),
            tags=sorted({tag for each in everything for tag in each.state.tags}),
            benchmarks=sorted({each.benchmark for each in everything if each.benchmark}),
        )

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
        return view.page(
            request,
            "run.html",
            snapshot=snapshot,
            run=snapshot.run,
            stale=stale,
            state=view.store.state(snapshot.run.id),
            results=lines,
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


def _searched(run: ListedRun) -> str:
    words = [run.name, run.benchmark or "", *run.state.tags, run.state.note]
    return "\n".join(words).lower()


def _outcome(counts: ProblemCounts) -> str:
    rate = problem_rate(counts)
    if rate is None:
        return "none"
    return "always" if rate == 1 else "never" if rate == 0 else "sometimes"


def _has(counts: ProblemCounts, status: str) -> bool:
    if status == PENDING:
        return counts.pending > 0
    return any(known.value == status and count for known, count in counts.statuses.items())
