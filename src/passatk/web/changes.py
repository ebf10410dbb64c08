"""What a visitor may change: tags, notes, archive, deletion; and judging an attempt again."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from passatk.errors import DataError, PassatkError, StoreReadOnly
from passatk.replay import find_benchmark, replay
from passatk.store import Run
from passatk.web.addresses import address
from passatk.web.view import NotFound, Replayed, View


def router(view: View) -> APIRouter:
    posts = APIRouter(include_in_schema=False)

    @posts.post("/run/annotate")
    async def annotate(request: Request) -> Response:
        fields = await view.forms.read(request)
        _writable(view)
        run = await run_in_threadpool(_run, view, fields)
        archived = {"archive": True, "restore": False}.get(fields.get("do", ""))
        words = archived is None
        await run_in_threadpool(
            lambda: view.store.annotate(
                run,
                tags=fields.get("tags", "").split(",") if words else None,
                note=fields.get("note", "") if words else None,
                archived=archived,
            )
        )
        return RedirectResponse(address("/run", run=run.name), 303)

    @posts.post("/run/delete")
    async def delete(request: Request) -> Response:
        fields = await view.forms.read(request)
        _writable(view)
        run = await run_in_threadpool(_run, view, fields)
        await run_in_threadpool(view.store.delete_run, run.name)
        return RedirectResponse("/", 303)

    @posts.post("/attempt/replay")
    async def judge_again(request: Request) -> Response:
        fields = await view.forms.read(request)
        run = await run_in_threadpool(_run, view, fields)
        problem, text = fields.get("problem", ""), fields.get("number", "")
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise PassatkError("number: not the number of an attempt")
        number = int(text)
        outcome = await run_in_threadpool(_replayed, view, run, problem, number)
        view.replayed.put((run.id, problem, number), outcome)
        target = address("/attempt", run=run.name, problem=problem, number=number)
        return RedirectResponse(f"{target}#replay", 303)

    return posts


def _run(view: View, fields: dict[str, str]) -> Run:
    try:
        return view.store.run(fields.get("run", ""))
    except DataError as error:
        raise NotFound(str(error)) from error


def _writable(view: View) -> None:
    if view.read_only:
        raise StoreReadOnly(
            f"{view.store.path}: the store was opened for reading only\n"
            "  next: make it and its folder writable, and start passatk serve again"
        )


def _replayed(view: View, run: Run, problem: str, number: int) -> Replayed:
    """Judge again, one at a time: an attempt has all its limits to itself."""
    with view.replaying:
        try:
            benchmark = find_benchmark(run, view.problems)
            again = replay(view.store, run, problem, number, benchmark)
        except PassatkError as error:
            return Replayed(datetime.now(UTC), error=str(error))
    return Replayed(datetime.now(UTC), replay=again)
