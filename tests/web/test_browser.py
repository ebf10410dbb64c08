"""The view in a real browser: looking, finding, choosing, and a run that is judged meanwhile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browsing import NARROW, WIDE, chromium, keep, looking, violations
from passatk.store import Store, open_store
from passatk.web.addresses import address

from .examples import (
    POISONED_PROBLEM,
    POISONED_RUN,
    PROBLEMS,
    benchmark,
    judge,
    results,
)
from .served import served

POISONED = {"run": POISONED_RUN, "problem": POISONED_PROBLEM}
PAGES = {
    "runs": "/",
    "run": "/run?run=strong",
    "run in progress": "/run?run=half",
    "problem": "/problem?run=strong&problem=task/3",
    "programs": "/problem?run=strong&problem=task/3&group=program",
    "approaches": "/problem?run=strong&problem=task/3&group=approach",
    "figures": "/run/figures?run=strong",
    "findings": "/run/findings?run=strong",
    "attempt": "/attempt?run=strong&problem=task/3&number=2",
    "side by side": "/diff?run=strong&problem=task/3&a=0&b=1",
    "compare": "/compare?run=strong&run=weak&margin=0.02",
    "rank": "/compare?run=strong&run=weak&run=middle&k=1",
    "choose": "/compare",
    "delete": "/run/delete?run=strong",
    "poisoned runs": "/?q=alert",
    "poisoned run": address("/run", run=POISONED_RUN),
    "poisoned figures": address("/run/figures", run=POISONED_RUN),
    "poisoned findings": address("/run/findings", run=POISONED_RUN),
    "poisoned problem": address("/problem", **POISONED),
    "poisoned approaches": address("/problem", **POISONED, group="approach"),
    "poisoned attempt": address("/attempt", **POISONED, number=0),
    "poisoned difference": address("/diff", **POISONED, a=0, b=3),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, str]]:
    """A store that tests write to while it is served, and the address of its view."""
    path = tmp_path_factory.mktemp("own") / "own.db"
    with open_store(path) as store, served(path) as address:
        yield store, address


def made(page: Any) -> None:
    """Wait until nothing in the page is still being made."""
    page.wait_for_selector("html[data-scripts=on]")
    page.wait_for_selector("[data-waiting]", state="detached")


def see_pictures(page: Any) -> int:
    """Bring every picture of the theme into sight until it is drawn; how many there are."""
    seen = 0
    for each in page.query_selector_all("img"):
        if each.is_visible():
            each.scroll_into_view_if_needed()
            page.wait_for_function("each => each.complete && each.naturalWidth > 0", arg=each)
            seen += 1
    return seen


@pytest.mark.parametrize("name", PAGES)
def test_pages(browser: Any, at: str, name: str) -> None:
    """Each page loads without an error or a request elsewhere, fits, and is accessible, in both
    themes and on narrow screens; it is kept as a picture."""
    with looking(browser, at) as page:
        assert 200 == page.goto(PAGES[name]).status
        made(page)
        for look, theme, size in (
            ("narrow", "light", NARROW),
            ("dark", "dark", WIDE),
            ("light", "light", WIDE),
        ):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=theme)
            see_pictures(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            if not name.startswith("poisoned") or look == "light":
                keep(page, f"{name}-{look}")
        page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true; })")
        assert [] == violations(page)
        page.emulate_media(color_scheme="dark")
        assert [] == violations(page)


def test_an_error_is_accessible(browser: Any, at: str) -> None:
    """The page that says that something is not there, in both themes."""
    context = browser.new_context(base_url=at)
    page = context.new_page()
    assert 404 == page.goto("/run?run=none").status
    assert [] == violations(page)
    page.emulate_media(color_scheme="dark")
    assert [] == violations(page)
    context.close()


def test_sorting_and_filtering(browser: Any, at: str) -> None:
    """Headings sort, the filter filters, and the address alone brings all of it back."""
    with looking(browser, at) as page:
        page.goto("/run?run=strong")
        page.click("thead >> text=Share passed")
        page.wait_for_url(re.compile("order=asc"))
        first = "[data-live=problems] tbody tr:first-child th a"
        assert "task/0" == page.inner_text(first)
        page.click("[data-live=problems] thead >> text=Share passed")
        page.wait_for_url(re.compile("order=desc"))
        assert "task/0" != page.inner_text(first)
        page.select_option("select[name=category]", "graphs")
        page.wait_for_url(re.compile("category=graphs"))
        page.fill("[data-filter]", "task/1")
        page.press("[data-filter]", "Enter")
        page.wait_for_url(re.compile("q=task"))
        kept = page.url
        assert "sort=rate" in kept
        assert "status=" not in kept
        names = page.eval_on_selector_all("[data-item] th", "all => all.map(e => e.innerText)")
    with looking(browser, at) as page:
        page.goto(kept)
        again = page.eval_on_selector_all("[data-item] th", "all => all.map(e => e.innerText)")
        assert names == again == ["task/10"]
        assert "graphs" == page.input_value("select[name=category]")


def test_choosing_while_the_page_loads(browser: Any, at: str) -> None:
    """What is chosen in a filter before the scripts are there is not lost."""
    with looking(browser, at) as page:
        page.route("**/static/main.js", lambda route: None)  # it never comes
        page.goto("/run?run=strong", wait_until="commit")
        page.select_option("select[name=category]", "graphs")
        page.wait_for_url(re.compile("category=graphs"), wait_until="commit")
        assert "status=" not in page.url


def test_comparing(browser: Any, at: str) -> None:
    """From two chosen runs to their paired result, and to what lies behind it."""
    with looking(browser, at) as page:
        page.goto("/?sort=pass1")
        page.check("input[value=strong]")
        page.check("input[value=weak]")
        page.click("text=Compare the chosen runs")
        page.wait_for_url(re.compile("/compare"))
        assert "strong against weak" == page.inner_text("h1")
        assert "improved" in page.inner_text(".results")
        page.fill("input[name=k]", "1")
        page.click("form.stacked >> text=Compare")
        page.wait_for_url(re.compile("k=1"))
        page.click("text=those that differ")
        page.wait_for_url(re.compile("differing=1"))
        page.click("[data-item] th a >> nth=0")
        page.wait_for_url(re.compile("/problem"))


def test_side_by_side(browser: Any, at: str) -> None:
    """Two attempts out of the list, and back on the other side."""
    with looking(browser, at) as page:
        page.goto("/problem?run=strong&problem=task/3")
        page.check("input[name=a][value='2']")
        page.check("input[name=b][value='4']")
        page.click("text=Show the two side by side")
        page.wait_for_url(re.compile("/diff"))
        assert ["2"] == page.eval_on_selector_all(".left mark", "all => all.map(e => e.innerText)")
        assert ["4"] == page.eval_on_selector_all(".right mark", "all => all.map(e => e.innerText)")
        page.click("text=swap sides")
        page.wait_for_url(re.compile("a=4"))
        assert ["4"] == page.eval_on_selector_all(".left mark", "all => all.map(e => e.innerText)")


def test_keys(browser: Any, at: str) -> None:
    """The whole way to an attempt and back without a mouse."""
    with looking(browser, at) as page:
        page.goto("/")
        page.keyboard.press("/")
        page.keyboard.type("strong")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("q=strong"))
        page.keyboard.press("j")
        assert "strong" == page.evaluate("document.activeElement.innerText")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/run"))
        page.keyboard.press("j")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("j")
        page.keyboard.press("k")
        assert "task/1" == page.evaluate("document.activeElement.innerText")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/problem"))
        page.keyboard.press("n")
        page.wait_for_url(re.compile("task%2F2"))
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/attempt"))
        page.keyboard.press("n")
        page.wait_for_url(re.compile("number=1"))
        page.keyboard.press("u")
        page.wait_for_url(re.compile("/problem"))
        page.keyboard.press("?")
        assert page.is_visible("dialog")
        page.keyboard.press("Escape")
        assert not page.is_visible("dialog")


def test_the_skip_link(browser: Any, at: str) -> None:
    """The first stop of the Tab key leads past the header."""
    with looking(browser, at) as page:
        page.goto("/")
        page.keyboard.press("Tab")
        assert "Skip to content" == page.evaluate("document.activeElement.innerText")
        page.keyboard.press("Enter")
        assert "content" == page.evaluate("document.activeElement.id")


def test_the_theme(browser: Any, at: str) -> None:
    """The system's at first; what is chosen holds on the next page."""
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    with looking(browser, at) as page:
        page.goto("/")
        light = page.evaluate(ground)
        page.select_option("[data-theme-switch]", "dark")
        dark = page.evaluate(ground)
        assert light != dark
        page.goto("/compare")
        assert dark == page.evaluate(ground)
        page.select_option("[data-theme-switch]", "")
        assert light == page.evaluate(ground)


def test_figures_follow_the_theme(browser: Any, at: str) -> None:
    """One picture of each is loaded; the switch changes it, as the system's theme does."""
    used = "all => all.filter(e => e.checkVisibility()).map(e => e.currentSrc)"
    with looking(browser, at) as page:
        page.goto("/run?run=strong")
        made(page)
        assert 1 == see_pictures(page)
        page.click(".views >> text=Figures")
        page.wait_for_url(re.compile("/run/figures"))
        made(page)
        assert 8 == see_pictures(page)
        assert all(
            "theme=light&width=wide" in each for each in page.eval_on_selector_all("img", used)
        )
        page.select_option("[data-theme-switch]", "dark")
        assert 8 == see_pictures(page)
        assert all("theme=dark" in each for each in page.eval_on_selector_all("img", used))
    with looking(browser, at, theme="dark", size=NARROW) as page:
        page.goto("/run/figures?run=strong")
        made(page)
        assert 8 == see_pictures(page)
        sources = page.eval_on_selector_all("img", used)
        assert all("theme=dark&width=narrow" in each for each in sources)


def test_from_a_finding_to_its_evidence(browser: Any, at: str) -> None:
    """The first findings stand on the page of the run; all of them unfold, and lead to problems
    and attempts."""
    with looking(browser, at) as page:
        page.goto("/run?run=middle")
        made(page)
        assert page.is_visible("[data-live=findings] .finding")
        page.click(".views >> text=Findings")
        page.wait_for_url(re.compile("/run/findings"))
        made(page)
        page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true; })")
        page.click(".finding dd a >> nth=0")
        page.wait_for_url(re.compile("/(problem|attempt)"))


def test_findings_without_scripts(browser: Any, at: str) -> None:
    """The page that waits loads itself again."""
    with looking(browser, at, scripts=False) as page:
        page.goto("/run/findings?run=weak")
        page.wait_for_selector(".finding", state="attached")


def test_without_scripts(browser: Any, at: str) -> None:
    """Everything but live progress and keys is there."""
    with looking(browser, at, scripts=False) as page:
        page.goto("/")
        page.fill("[data-filter]", "strong")
        page.click("text=Apply")
        page.wait_for_url(re.compile("q=strong"))
        page.click("[data-item] th a")
        page.wait_for_url(re.compile("/run"))
        page.click("thead >> text=Share passed")
        page.wait_for_url(re.compile("order=asc"))
        page.click("[data-item] th a >> nth=0")
        page.wait_for_url(re.compile("/problem"))
        assert "task/0" == page.inner_text("h1")


def test_a_run_while_it_is_judged(browser: Any, own: tuple[Store, str]) -> None:
    """Progress, estimates and the figure move by themselves; the focus stays where it is, and
    findings come at the end."""
    store, at = own
    attempts = [attempt for attempt, _ in results(0)]
    run = store.begin_run("live", benchmark(), {"settings": {}}, attempts)
    with looking(browser, at) as page:
        page.goto("/run?run=live")
        page.evaluate("window.stayed = true")
        page.wait_for_selector("text=0 of 120 attempts judged")
        assert "nothing is judged yet" in page.inner_text("[data-live=curve]")
        page.focus("[data-item] th a >> nth=2")
        judge(store, run, PROBLEMS // 2)
        page.wait_for_selector("text=60 of 120 attempts judged")
        page.wait_for_selector("[data-live=results] >> text=pass@1")
        page.wait_for_selector("[data-live=results] >> text=Preliminary")
        page.wait_for_selector("[data-live=curve] >> text=Drawn from 60 of 120 attempts")
        page.wait_for_function(
            "() => [...document.querySelectorAll('[data-live=curve] img')]"
            ".some(each => each.checkVisibility() && each.naturalWidth > 0)"
        )
        first = page.get_attribute("[data-live=curve] img", "src")
        assert "judged to its end" in page.inner_text("[data-live=findings]")
        assert "task/2" == page.evaluate("document.activeElement.innerText")
        # From now on a look at the figure that finds none, even for a moment, is remembered.
        page.evaluate(
            "window.gone = 0; new MutationObserver(() => {"
            " const seen = [...document.querySelectorAll('[data-live=curve] img')]"
            ".some(each => each.checkVisibility() && each.complete && each.naturalWidth > 0);"
            " if (!seen) window.gone += 1;"
            "}).observe(document.querySelector('[data-live=curve]'), {childList: true})"
        )
        judge(store, run, PROBLEMS)
        page.wait_for_selector("progress", state="detached")
        page.wait_for_selector("[data-live=curve] >> text=Drawn from 120 attempts")
        page.wait_for_selector("[data-live=findings] .finding")
        assert first != page.get_attribute("[data-live=curve] img", "src")
        assert page.evaluate("window.stayed")
        assert 0 == page.evaluate("window.gone")
        page.goto("/")
        page.wait_for_selector("text=live")
        store.import_run("another", {}, None, list(results(3)))
        page.wait_for_selector("[data-item] >> text=another")


def test_changing_a_run(browser: Any, own: tuple[Store, str]) -> None:
    """Tags, note and archive; and deletion, which asks first."""
    store, at = own
    store.import_run("changed", {}, benchmark(), results(3))
    with looking(browser, at) as page:
        page.goto("/run?run=changed")
        page.fill("input[name=tags]", "first, second")
        page.fill("textarea", "A note.")
        page.click("text=Save")
        page.click(".title >> text=first")
        page.wait_for_url(re.compile("/[?]tag=first"))
        page.click("[data-item] th a")
        page.wait_for_url(re.compile("/run"))
        page.click("button >> text=Archive")
        page.wait_for_selector(".title >> text=archived")
        page.click("text=Delete this run")
        page.click("text=Keep it")
        page.click("text=Delete this run")
        page.click("text=Delete for good")
        page.wait_for_url(at)
    assert "changed" not in [each.name for each in store.listed()]


def test_a_token(browser: Any, filled: Path) -> None:
    """It is shown once; after that the address is without it."""
    token = "a-token-that-nobody-guesses"
    with served(filled, PASSATK_TOKEN=token) as at:
        with looking(browser, at) as page:
            page.goto(f"/run?run=strong&token={token}")
            assert page.url.endswith("/run?run=strong")
            page.click("text=Runs >> nth=0")
            page.wait_for_selector("h1 >> text=Runs")
        context = browser.new_context(base_url=at)
        assert 401 == context.new_page().goto("/").status
        context.close()


def test_what_the_api_says(browser: Any, at: str) -> None:
    """The browser's own reader of JSON takes it."""
    with looking(browser, at) as page:
        page.goto("/api/runs")
        names = [each["run"] for each in json.loads(page.inner_text("body"))]
        assert POISONED_RUN in names
