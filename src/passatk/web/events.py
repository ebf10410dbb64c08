"""Changes of the store as server-sent events, for pages that show a run while it is judged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from passatk.errors import PassatkError
from passatk.web.addresses import Text
from passatk.web.view import View

_LOOK_SECONDS = 0.7
_SIGN_OF_LIFE = 20  # looks; what stands between would close a silent connection


def router(view: View) -> APIRouter:
    streams = APIRouter(include_in_schema=False)

    @streams.get("/events")
    def events(request: Request, run: Text = "") -> StreamingResponse:
        if run:
            view.snapshot(run)  # a run that is not there is an error, not a stream

        def look() -> dict[str, Any]:
            return _run_now(view, run) if run else _store_now(view)

        stream = _stream(request, look)
        return StreamingResponse(stream, media_type="text/event-stream")

    return streams


async def _stream(request: Request, look: Callable[[], dict[str, Any]]) -> AsyncIterator[str]:
    """What is to be seen now, and then every time it is something else."""
    last: dict[str, Any] | None = None
    looks = 0
    yield "retry: 2000\n\n"
    while not await request.is_disconnected():
        try:
            now = await run_in_threadpool(look)
        except PassatkError:  # the run was deleted, or the store is being replaced
            yield "event: gone\ndata: {}\n\n"
            return
        if now != last:
            yield f"event: change\ndata: {json.dumps(now)}\n\n"
        elif looks % _SIGN_OF_LIFE == 0:
            yield ": still here\n\n"
        last = now
        looks += 1
        await asyncio.sleep(_LOOK_SECONDS)


def _run_now(view: View, name: str) -> dict[str, Any]:
    snapshot, _ = view.snapshot(name)
    return {
        "attempts": snapshot.attempts,
        "judged": snapshot.judged,
        "passed": sum(count for status, count in snapshot.statuses.items() if status == "passed"),
        "revision": snapshot.revision,
    }


def _store_now(view: View) -> dict[str, Any]:
    listed = view.store.listed()
    totals = view.snapshots.totals(listed, patience=0.0)
    judged = sum(each.judged for each in totals.values())
    return {"runs": [each.id for each in listed], "counted": len(totals), "judged": judged}
