"""The figures of a run: all of them on a page, the first one for the page of the run, each as a
picture of its own. They follow the run while it is judged."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Literal

from fastapi import APIRouter, Request, Response

from passatk.errors import MissingExtra, PassatkError
from passatk.web import work
from passatk.web.addresses import Text
from passatk.web.following import Followed
from passatk.web.snapshots import Snapshot
from passatk.web.view import NotFound, View

Theme = Literal["light", "dark"]
Width = Literal["wide", "narrow"]

MOST_ATTEMPTS = 200_000
"""Of a larger run only the figures that come from counts are drawn."""
MOST_ROWS = 200
WIDTHS = {"wide": 860, "narrow": 352}
CURVE_WIDTHS = {"wide": 480, "narrow": 352}
_NOT_YET = "the figures of the run are still being drawn\n  next: load the page again"
_PATIENCE_SECONDS = 0.1
_PICTURE_SECONDS = 60.0  # a picture cannot ask again


def router(view: View) -> APIRouter:
    pages = APIRouter(include_in_schema=False)

    @pages.get("/run/figures")
    def figures(request: Request, run: Text) -> Response:
        snapshot, _ = view.snapshot(run)
        trouble = trouble_with(snapshot)
        drawn: Followed[work.Drawn] | None = None
        if trouble is None:
            try:
                drawn = _drawn(view, snapshot, _PATIENCE_SECONDS)
            except PassatkError as error:
                trouble = str(error)
        return view.page(
            request,
            "figures.html",
            run=snapshot.run,
            snapshot=snapshot,
            drawn=drawn,
            trouble=trouble,
            counts_alone=snapshot.attempts > MOST_ATTEMPTS,
            at_most=MOST_ATTEMPTS,
            most_rows=MOST_ROWS,
            widths=WIDTHS,
        )

    @pages.get("/run/figure")
    def figure(
        run: Text,
        name: Text,
        theme: Theme = "light",
        width: Width = "wide",
    ) -> Response:
        """The last one that was drawn; ``at`` in the address tells browsers one from the next."""
        snapshot = _to_draw(view, run)
        drawn = _drawn(view, snapshot, _PICTURE_SECONDS)
        if drawn.made is None:
            raise PassatkError(_NOT_YET)
        # Together: to start a process for one takes longer than to draw it.
        pictures = view.pictures.of(
            (*snapshot.subject, drawn.state, theme, width),
            work.pictures,
            drawn.made.sections,
            theme,
            WIDTHS[width],
            patience=_PICTURE_SECONDS,
        )
        if pictures is None:
            raise PassatkError(_NOT_YET)
        if name not in pictures:
            raise NotFound(f"{name}: the run has no such figure")
        return Response(pictures[name], media_type="image/svg+xml")

    @pages.get("/run/curve")
    def curve(
        run: Text,
        theme: Theme = "light",
        width: Width = "wide",
    ) -> Response:
        """The picture on the page of a run; ``at`` as above."""
        drawn = curve_of(view, _to_draw(view, run), _PICTURE_SECONDS).made
        if drawn is None:
            raise PassatkError(_NOT_YET)
        if drawn.figure is None:
            raise NotFound(f"the run has no such figure: {drawn.nothing}")
        return Response(drawn.pictures[theme, width], media_type="image/svg+xml")

    return pages


def installed() -> bool:
    """Whether the libraries that draw are there."""
    return all(find_spec(each) is not None for each in ("altair", "vl_convert"))


def _to_draw(view: View, run: str) -> Snapshot:
    """The run that a picture is asked of, where pictures can be drawn at all."""
    snapshot, _ = view.snapshot(run)
    if not installed():
        raise MissingExtra("figures", "report")
    return snapshot


def trouble_with(snapshot: Snapshot) -> str | None:
    """Why nothing can be drawn of a run; None where it can."""
    if not installed():
        return str(MissingExtra("figures", "report"))
    return None if snapshot.judged else "nothing is judged yet"


def curve_of(
    view: View, snapshot: Snapshot, patience: float = _PATIENCE_SECONDS
) -> Followed[work.Curve]:
    """pass@k over k as it was drawn last."""
    return view.curves.of(
        snapshot.subject,
        snapshot.state,
        work.curve,
        str(view.store.path),
        snapshot.run.name,
        snapshot.counts,
        CURVE_WIDTHS,
        patience=patience,
    )


def _drawn(view: View, snapshot: Snapshot, patience: float) -> Followed[work.Drawn]:
    return view.figures.of(
        snapshot.subject,
        snapshot.state,
        work.figures,
        str(view.store.path),
        snapshot.run.name,
        snapshot.attempts > MOST_ATTEMPTS,
        patience=patience,
    )
