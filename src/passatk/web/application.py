"""The application: which address is answered by what, and what becomes of errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

import passatk
from passatk.errors import PassatkError
from passatk.store import Store
from passatk.web import api, changes, comparing, events, figures, findings, problems, run, runs
from passatk.web.guard import Guard
from passatk.web.snapshots import Snapshots
from passatk.web.view import View, status_of


def build(
    store: Store,
    *,
    token: str | None = None,
    names: Iterable[str] = (),
    problems_at: Iterable[str] = (),
    read_only: bool = False,
) -> FastAPI:
    """The view of a store as an application to be served.

    Args:
        token: what visitors have to show; without it only loopback addresses are answered.
        names: host names that the view goes by, beside those of loopback.
        problems_at: benchmarks for judging again, by name or file.
        read_only: offer nothing that would write to the store.
    """
    snapshots = Snapshots(store)
    view = View(store, snapshots, tuple(problems_at), read_only)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        snapshots.totals(store.listed(), patience=0.0)
        yield
        view.close()

    app = FastAPI(
        title="passatk",
        version=passatk.__version__,
        summary="The runs of a store, for reading.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # both pages would fetch their scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    for each in (runs, run, figures, findings, problems, comparing, changes, events, api):
        app.include_router(each.router(view))
    static = Path(str(resources.files("passatk.web") / "static"))
    app.mount("/static", StaticFiles(directory=static), name="static")

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        return FileResponse(static / "icon.svg")  # what browsers ask for beside JSON

    _answer_errors(app, view)
    app.add_middleware(Guard, names=tuple(names), token=token)
    return app


def _answer_errors(app: FastAPI, view: View) -> None:
    def answer(request: Request, status: int, message: str) -> Response:
        if request.url.path.startswith("/api/"):
            return api.Document({"error": message}, status)
        return view.page(request, "error.html", status, message=message, status=status)

    @app.exception_handler(PassatkError)
    async def _ours(request: Request, error: PassatkError) -> Response:
        return answer(request, status_of(error), str(error))

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        parts = [f"{each['loc'][-1]}: {each['msg']}" for each in error.errors()]
        return answer(request, 422, "the address does not say what it should\n" + "\n".join(parts))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        response = answer(request, error.status_code, str(error.detail))
        response.headers.update(error.headers or {})
        return response
