"""The page of all runs."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Request, Response

from passatk.store import ListedRun
from passatk.web.addresses import Number, Order, Text, Value
from passatk.web.snapshots import Totals
from passatk.web.tables import Column, page_of
from passatk.web.view import View

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A run in the list; ``totals`` is None while it is being counted."""

    run: ListedRun
    totals: Totals | None

    @property
    def pass_1(self) -> float:
        headline = self.totals.headline if self.totals else None
        return headline.value if headline else -1.0


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
            commands=_commands(view.store.path),
            hidden=sum(each.state.archived for each in everything),
            tags=sorted({tag for each in everything for tag in each.state.tags}),
            benchmarks=sorted({each.benchmark for each in everything if each.benchmark}),
        )

    return pages


def _searched(run: ListedRun) -> str:
    words = [run.name, run.benchmark or "", *run.state.tags, run.state.note]
    return "\n".join(words).lower()


def _commands(store: Path) -> dict[str, str]:
    """What fills an empty store."""
    where = ["--store", str(store)]
    return {
        "demo": shlex.join(["passatk", "demo", *where]),
        "evaluate": shlex.join(
            ["passatk", "evaluate", "samples.jsonl", "--problems", "humaneval.jsonl", *where]
        ),
        "import_": shlex.join(["passatk", "import", "results.jsonl", *where]),
    }
