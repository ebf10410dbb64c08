"""The report in a browser: drawn, in both themes, narrow, on paper, and read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from browsing import AXE, NARROW, WIDE, chromium, keep, looking, violations
from passatk.report.document.html import to_html
from passatk.report.document.model import Report

from .conftest import HOSTILE

NAMES = ("one", "two", "three", "poisoned")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def files(
    tmp_path_factory: pytest.TempPathFactory,
    one: Report,
    two: Report,
    three: Report,
    poisoned: Report,
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for name, report in zip(NAMES, (one, two, three, poisoned), strict=True):
        found[name] = folder / f"{name}.html"
        found[name].write_text(to_html(report), encoding="utf-8")
    return found


@contextmanager
def opened(
    browser: Any, path: Path, *, theme: str = "light", size: dict[str, int] = WIDE
) -> Iterator[Any]:
    """A file opened from disk, with every figure drawn. Nothing but the file may be asked for."""
    with looking(browser, path.as_uri(), theme=theme, size=size) as page:
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-figures=drawn]")
        yield page


@pytest.mark.parametrize("name", NAMES)
def test_opens_from_disk(browser: Any, files: dict[str, Path], name: str) -> None:
    """Nothing to complain of, every figure drawn, in both themes; axe-core finds no fault."""
    with opened(browser, files[name]) as page:
        figures = page.locator("[data-figure]").count()
        assert figures >= 8
        assert figures == page.locator("[data-figure][data-drawn] svg").count()
        empty = "e => e.querySelectorAll('svg path, svg line').length < 5"
        assert [] == page.eval_on_selector_all(
            "[data-figure]", f"all => all.filter({empty}).map(e => e.dataset.figure)"
        )
        keep(page, f"report {name}-light")
        assert [] == violations(page)
        page.emulate_media(color_scheme="dark")
        keep(page, f"report {name}-dark")
        assert [] == violations(page)


def test_axe_is_there() -> None:
    """Where it is not, the others say nothing of accessibility."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: .ci/browser installs it")


@pytest.mark.parametrize("name", NAMES)
def test_narrow(browser: Any, files: dict[str, Path], name: str) -> None:
    """At 400 px nothing sticks out, and every chart fits."""
    with opened(browser, files[name], size=NARROW) as page:
        assert 400 == page.evaluate("document.documentElement.scrollWidth")
        widest = "all => Math.max(...all.map(e => e.getBoundingClientRect().right))"
        assert page.eval_on_selector_all("[data-figure] svg", widest) <= 400
        keep(page, f"report {name}-narrow")


def test_theme_switch(browser: Any, files: dict[str, Path]) -> None:
    """The button turns page and charts, and says where it leads."""
    colours = (
        "() => [document.body, document.querySelector('[data-figure] svg .mark-text text')]"
        ".map(e => getComputedStyle(e).color + getComputedStyle(e).fill)"
    )
    with opened(browser, files["one"], theme="light") as page:
        button = page.get_by_role("button")
        assert "Dark theme" == button.inner_text()
        light = page.evaluate(colours)
        button.click()
        assert "Light theme" == button.inner_text()
        dark = page.evaluate(colours)
        assert all(before != after for before, after in zip(light, dark, strict=True))
        button.click()
        assert light == page.evaluate(colours)


def test_on_paper(browser: Any, files: dict[str, Path], tmp_path: Path) -> None:
    """Printed from the dark theme it is dark on white, and no chart is wider than the paper."""
    with opened(browser, files["two"], theme="dark") as page:
        page.set_viewport_size({"width": 700, "height": 900})
        page.emulate_media(media="print")
        background = "getComputedStyle(document.documentElement).backgroundColor"
        assert "rgb(255, 255, 255)" == page.evaluate(background)
        page.wait_for_function(  # charts follow a moment later
            "[...document.querySelectorAll('[data-figure] svg')]"
            ".every(e => e.getBoundingClientRect().right <= 700)"
        )
        assert page.pdf(format="A4").startswith(b"%PDF")
        keep(page, "report two-print")


def test_every_figure_has_words_and_numbers(browser: Any, files: dict[str, Path]) -> None:
    """A label that says what it shows, and a table that opens."""
    with opened(browser, files["two"]) as page:
        for figure in page.locator("figure.figure").all():
            label = figure.get_by_role("img").get_attribute("aria-label")
            assert label
            assert len(label) > 40
            figure.locator("summary").click()
            assert figure.locator("table tbody tr").first.is_visible()


def test_hostile_text_is_text(browser: Any, files: dict[str, Path]) -> None:
    """It is shown, with its control characters as escapes, and nothing of it runs."""
    with opened(browser, files["poisoned"]) as page:
        shown = page.inner_text("body")
        assert "<script>alert(1)</script>" in shown
        assert "{{7*7}}" in shown
        assert "\\u202eevil\\u2066\\x1b[31m" in shown
        assert not {"\u202e", "\u2066", "\x1b"} & set(page.content())
        assert 3 == page.locator("script").count()
        assert HOSTILE not in page.content()


def test_tooltip(browser: Any, files: dict[str, Path]) -> None:
    """Pointing at a mark tells its numbers; leaving it does not leave them behind."""
    with opened(browser, files["one"]) as page:
        mark = page.locator("[data-figure=heat-map] .mark-rect path").first
        mark.scroll_into_view_if_needed()
        mark.hover()
        tip = page.locator("#tip")
        tip.wait_for(state="visible")
        assert "status" in tip.inner_text()
        page.mouse.move(5, 5)
        tip.wait_for(state="hidden")
