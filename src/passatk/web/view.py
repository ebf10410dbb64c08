"""What all pages share: the store, what was counted, and how a page goes out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment

import passatk
from passatk.errors import DataError, PassatkError, StoreError, StoreLocked
from passatk.replay import Replay
from passatk.report.chained import summary_of
from passatk.report.summary import Summary
from passatk.store import Store
from passatk.web.background import Background
from passatk.web.following import Following
from passatk.web.forms import SESSION, Forbidden, Forms
from passatk.web.snapshots import Snapshot, Snapshots
from passatk.web.templates import environment

Made = TypeVar("Made")


class NotFound(PassatkError):
    """There is no such run, problem or attempt."""


class Kept:
    """A bounded number of results by their key, for all requests; the oldest goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        with self._lock:
            return self._kept.get(key)

    def put(self, key: Hashable, value: Any) -> None:
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def made(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What is kept under the key, or else what ``make`` gives."""
        found: Made | None = self.get(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found


@dataclass(frozen=True, slots=True)
class Replayed:
    """What judging an attempt again gave, and when; or why it could not be done."""

    at: datetime
    replay: Replay | None = None
    error: str | None = None


@dataclass(slots=True)
class View:
    """The state of a served store. ``problems`` are benchmarks for replay, names or files."""

    store: Store
    snapshots: Snapshots
    problems: tuple[str, ...] = ()
    read_only: bool = False
    forms: Forms = field(default_factory=Forms)
    environment: Environment = field(default_factory=environment)
    compared: Kept = field(default_factory=lambda: Kept(64))
    curves: Following = field(default_factory=lambda: Following(48))
    figures: Following = field(default_factory=lambda: Following(24))
    pictures: Background = field(default_factory=lambda: Background(24))
    analysed: Background = field(default_factory=lambda: Background(24))
    approaches: Background = field(default_factory=lambda: Background(48))
    replayed: Kept = field(default_factory=lambda: Kept(200))
    replaying: threading.Lock = field(default_factory=threading.Lock)

    def close(self) -> None:
        """End what is made beside the pages."""
        self.snapshots.close()
        for each in (self.curves, self.figures, self.pictures, self.analysed, self.approaches):
            each.close()

    def snapshot(self, run: str) -> tuple[Snapshot, bool]:
        """A run as it was last counted, and whether it has changed since.

        Raises:
            NotFound: no run of that name.
        """
        try:
            return self.snapshots.of(run)
        except DataError as error:
            raise NotFound(str(error)) from error

    def summary(self, snapshot: Snapshot, ks: Sequence[int]) -> Summary:
        """The estimates of a run for these k, as ``passatk show`` makes them.

        Raises:
            DataError: there are none for one of the k.
        """
        return summary_of(self.store, snapshot.run, snapshot.counts, ks)

    def page(
        self, request: Request, template: str, status: int = 200, /, **values: Any
    ) -> Response:
        """A page as an answer, with the visitor's session in a cookie."""
        session = self.forms.session(request)
        html = self.environment.get_template(template).render(
            csrf=self.forms.token(session),
            path=request.url.path,
            location=str(self.store.path),
            read_only=self.read_only,
            version=passatk.__version__,
            now=datetime.now(UTC),
            **values,
        )
        response = HTMLResponse(html, status)
        if request.cookies.get(SESSION) != session:
            response.set_cookie(SESSION, session, httponly=True, samesite="strict")
        return response


def status_of(error: PassatkError) -> int:
    """The HTTP status that an error of passatk answers with."""
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, Forbidden):
        return 403
    if isinstance(error, StoreLocked):
        return 503
    return 500 if isinstance(error, StoreError) else 400
