"""The view as JSON, for reading: runs, problems, attempts, comparisons; described by OpenAPI."""

from __future__ import annotations

import json
import math
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from passatk.errors import DataError
from passatk.report.data import attempt_to_dict, counts_to_dict
from passatk.stats import Estimate
from passatk.store import AttemptLine
from passatk.web.addresses import Text
from passatk.web.problems import AttemptNumber
from passatk.web.run import parse_ks
from passatk.web.snapshots import Snapshot
from passatk.web.view import NotFound, View

_MOST = 1000


class Document(JSONResponse):
    """JSON in ASCII: what programs wrote may hold lone surrogates, which have no UTF-8."""

    def render(self, content: Any) -> bytes:
        return json.dumps(_finite(content), allow_nan=False).encode("ascii")


class Failure(BaseModel):
    """Why there is no answer."""

    error: str


class WarningOut(BaseModel):
    code: str
    message: str


class EstimateOut(BaseModel):
    """A value in [0, 1] with its interval."""

    metric: str
    value: float
    standard_error: float | None
    low: float | None
    high: float | None
    level: float
    method: str
    target: Literal["superpopulation", "fixed"]
    warnings: list[WarningOut]
    k: int | None
    problems: int
    attempts: int


class RunOut(BaseModel):
    """A run; counts are null while they are being made."""

    run: str
    created: str
    benchmark: str | None
    benchmark_hash: str | None
    tags: list[str]
    note: str
    archived: bool
    problems: int | None
    attempts: int | None
    judged: int | None
    statuses: dict[str, int] | None


class RunDetail(RunOut):
    """A run with its estimates; ``stale`` says that it has been written to since."""

    stale: bool
    estimates: list[EstimateOut]
    notes: list[str]
    manifest: dict[str, Any]


class ProblemOut(BaseModel):
    name: str
    category: str | None
    difficulty: str | None
    cluster: str | None
    attempts: int
    statuses: dict[str, int]


class AttemptLineOut(BaseModel):
    """An attempt in a list; equal ``program`` numbers are the same program."""

    attempt: int
    status: str | None
    program: int
    tests: str | None
    detail: str
    cpu_seconds: float | None
    trust: str | None


class VerdictOut(BaseModel):
    status: str
    trust: str
    tests: str
    detail: str
    output: str
    cpu_seconds: float | None
    wall_seconds: float | None
    peak_memory_bytes: int | None
    score: float | None
    passed: bool
    share_passed: float | None


class AttemptOut(BaseModel):
    problem: str
    attempt: int
    program: str
    text: str
    chain: int | None
    step: int | None
    extra: dict[str, Any]
    verdict: VerdictOut | None


class Problems(BaseModel):
    total: int
    problems: list[ProblemOut]


class Attempts(BaseModel):
    total: int
    attempts: list[AttemptLineOut]


_FAILURES: dict[int | str, dict[str, Any]] = {
    404: {"model": Failure, "description": "There is no such run, problem or attempt."},
    422: {"model": Failure, "description": "A parameter is not what it should be."},
}
_Offset = Annotated[int, Query(ge=0, le=10_000_000)]
_Limit = Annotated[int, Query(ge=1, le=_MOST)]
_K = Annotated[
    str,
    Query(
        pattern=r"^([1-9][0-9]{0,5}(,[1-9][0-9]{0,5}){0,7})?$",
        description="Attempts allowed, such as 1,10; empty for the usual ones.",
    ),
]


def router(view: View) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["runs"])

    @routes.get("/runs", response_model=list[RunOut])
    def runs() -> Response:
        """All runs, oldest first."""
        listed = view.store.listed()
        totals = view.snapshots.totals(listed)
        documents = []
        for each in listed:
            known = totals.get(each.id)
            documents.append(
                {
                    "run": each.name,
                    "created": each.created.isoformat(),
                    "benchmark": each.benchmark,
                    "benchmark_hash": each.benchmark_hash,
                    "tags": list(each.state.tags),
                    "note": each.state.note,
                    "archived": each.state.archived,
                    "problems": None if known is None else known.problems,
                    "attempts": None if known is None else known.attempts,
                    "judged": None if known is None else known.judged,
                    "statuses": None if known is None else dict(known.statuses),
                }
            )
        return Document(documents)

    @routes.get("/run", response_model=RunDetail, responses=_FAILURES)
    def run(run: Text, k: _K = "") -> Response:
        """One run with its estimates, for problems like these and for these problems."""
        snapshot, stale = view.snapshot(run)
        return Document(_run_document(view, snapshot, stale, k))

    @routes.get("/problems", response_model=Problems, responses=_FAILURES)
    def problems(run: Text, offset: _Offset = 0, limit: _Limit = 100) -> Response:
        """How the attempts at each problem of a run ended, in benchmark order."""
        snapshot, _ = view.snapshot(run)
        page = snapshot.counts[offset : offset + limit]
        total = len(snapshot.counts)
        return Document({"total": total, "problems": [counts_to_dict(each) for each in page]})

    @routes.get("/attempts", response_model=Attempts, responses=_FAILURES)
    def attempts(run: Text, problem: Text, offset: _Offset = 0, limit: _Limit = 100) -> Response:
        """The attempts at a problem, by number, without their programs."""
        snapshot, _ = view.snapshot(run)
        if problem not in snapshot.by_name:
            raise NotFound(f"the run has no problem {problem}")
        lines = view.store.attempt_lines(snapshot.run, problem, offset=offset, limit=limit)
        total = snapshot.by_name[problem].attempts
        return Document({"total": total, "attempts": [_line(each) for each in lines]})

    @routes.get("/attempt", response_model=AttemptOut, responses=_FAILURES)
    def attempt(run: Text, problem: Text, number: AttemptNumber) -> Response:
        """One attempt with its program and its verdict."""
        try:
            found = view.store.run(run)
            return Document(attempt_to_dict(view.store.attempt(found, problem, number)))
        except DataError as error:
            raise NotFound(str(error)) from error

    return routes


def _run_document(view: View, snapshot: Snapshot, stale: bool, k: str) -> dict[str, Any]:
    run, state = snapshot.run, view.store.state(snapshot.run.id)
    estimates: list[Estimate] = []
    notes: list[str] = []
    if (summary := snapshot.summary) is not None:
        estimates, notes = [*summary.estimates, *summary.fixed], list(summary.notes)
        if k:
            estimates, refused = _estimates(view, snapshot, parse_ks(k))
            notes += refused
    elif snapshot.judged and snapshot.trouble:
        notes = [snapshot.trouble]
    return {
        "run": run.name,
        "created": run.created.isoformat(),
        "benchmark": run.benchmark,
        "benchmark_hash": run.benchmark_hash,
        "tags": list(state.tags),
        "note": state.note,
        "archived": state.archived,
        "problems": len(snapshot.counts),
        "attempts": snapshot.attempts,
        "judged": snapshot.judged,
        "statuses": dict(snapshot.statuses),
        "stale": stale,
        "estimates": [each.to_dict() for each in estimates],
        "notes": notes,
        "manifest": dict(run.manifest),
    }


def _estimates(
    view: View, snapshot: Snapshot, ks: tuple[int, ...]
) -> tuple[list[Estimate], list[str]]:
    """The estimates for these k, first of one target and then of the other; and why some are not
    there."""
    wide: list[Estimate] = []
    narrow: list[Estimate] = []
    refused = []
    for k in ks:
        try:
            summary = view.summary(snapshot, [k])
        except DataError as error:
            refused.append(f"k={k} left out: {str(error).splitlines()[0]}")
        else:
            wide += summary.estimates
            narrow += summary.fixed
    return [*wide, *narrow], refused


def _line(line: AttemptLine) -> dict[str, Any]:
    document = line._asdict()
    return {
        "attempt": document.pop("number"),
        "program": document.pop("program_id"),
        **document,
    }


def _finite(value: Any) -> Any:
    """JSON has no infinities; graded results may be."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return value
