"""A figure as a file of its own: SVG, PNG or PDF, drawn without a browser."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from passatk.errors import MissingExtra, PassatkError
from passatk.report.figures.figure import Figure
from passatk.report.figures.theme import Mode, config, resolved

Format = Literal["svg", "png", "pdf"]
_WIDTH = 640
_PNG_SCALE = 2.0


def picture(figure: Figure, format: Format) -> bytes:
    """The chart of a figure with its title, on white, in the light palette.

    Raises:
        MissingExtra: the library that draws is not installed.
        ValueError: the figure has nothing to show.
    """
    vl_convert = _library()
    spec = static_spec(figure)
    # No address may be fetched, whatever a chart says.
    if format == "svg":
        return bytes(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]).encode())
    if format == "png":
        return bytes(vl_convert.vegalite_to_png(spec, scale=_PNG_SCALE, allowed_base_urls=[]))
    return bytes(vl_convert.vegalite_to_pdf(spec, allowed_base_urls=[]))


def drawing(figure: Figure, mode: Mode, width: int) -> bytes:
    """The chart alone as SVG for a page that has its words: no title, no ground of its own.

    Args:
        width: of the whole drawing, in pixels; legends wrap by it.

    Raises:
        MissingExtra: the library that draws is not installed.
        ValueError: the figure has nothing to show.
    """
    vl_convert = _library()
    look = config()
    # Browsers may have a wider font than the one that texts are measured in here.
    look["legend"] |= {"columns": max(1, (width - 80) // 170), "columnPadding": 34}
    look["padding"] |= {"left": 14}
    whole = {
        **_shown(figure),
        "width": width,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": look,
    }
    svg: str = vl_convert.vegalite_to_svg(resolved(whole, mode), allowed_base_urls=[])
    return svg.encode()


def _library() -> Any:
    try:
        import vl_convert
    except ImportError as error:
        raise MissingExtra("figures", "report") from error
    return vl_convert


def _shown(figure: Figure) -> Mapping[str, Any]:
    if figure.spec is None:
        raise ValueError(f"figure {figure.name} has nothing to show")
    return figure.spec


def static_spec(figure: Figure) -> dict[str, Any]:
    """The chart with its own title, width and colours."""
    look = config() | {"background": "#ffffff"}
    title = {"text": figure.title, "subtitle": figure.question}
    whole = {**_shown(figure), "width": _WIDTH, "title": title, "config": look}
    spec: dict[str, Any] = resolved(whole, "light")
    return spec


def write_figures(figures: list[tuple[str, Figure]], folder: Path, format: Format) -> list[Path]:
    """Each figure that has something to show into a file of the folder, under its name.

    Raises:
        PassatkError: the folder cannot be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, figure in figures:
            if figure.spec is not None:
                path = folder / f"{name}.{format}"
                path.write_bytes(picture(figure, format))
                written.append(path)
    except OSError as error:
        raise PassatkError(
            f"{folder}: figures cannot be written here\n"
            f"  found: {error.strerror}\n"
            "  next: name another folder with --figures"
        ) from error
    return written
