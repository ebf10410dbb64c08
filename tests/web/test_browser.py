"""The view in a real browser: looking, finding, choosing, and a run that is judged meanwhile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from passatk.store import open_store
from passatk.web.addresses import address

from .browser import AXE, MODES, SCREENSHOTS, chromium, looking, served
from .examples import (
    POISONED_PROBLEM,
    POISONED_RUN,
    PROBLEMS,
    benchmark,
    fill,
    judge,
    results,
)

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
def at(filled: Path, browser: Any) -> Iterator[str]:
    """The address of the view of the filled store."""
    with served(filled) as address:
        yield address


def see_pictures(page: Any) -> int:
    """Bring every picture of the theme into sight until it is drawn; how many there are."""
    seen = 0
    for each in page.query_selector_all("img"):
        if each.is_visible():
            each.scroll_into_view_if_needed()
            page.wait_for_function("each => each.complete && each.naturalWidth > 0", arg=each)
            seen += 1
    return seen


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", PAGES)
def test_pages(browser: Any, at: str, name: str, mode: str) -> None:
    """Each page loads without an error or a request elsewhere, fits, and is kept as a picture."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with looking(browser, at, mode) as page:
        assert 200 == page.goto(PAGES[name]).status
        page.wait_for_selector("html[data-scripts=on]")
        page.wait_for_selector("[data-waiting]", state="detached")
        see_pictures(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= MODES[mode]["viewport"]["width"]
        page.screenshot(path=SCREENSHOTS / f"{name}-{mode}.png".replace(" ", "-"), full_page=True)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", [*PAGES, "an error"])
def test_accessibility(browser: Any, at: str, name: str, mode: str) -> None:
    """axe finds nothing to complain of."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: .ci/browser installs it")
    context = browser.new_context(base_url=at, **MODES[mode])
    page = context.new_page()
    page.goto(PAGES.get(name, "/run?run=none"))
    page.wait_for_selector("[data-waiting]", state="detached")
    for each in page.query_selector_all("details"):
        each.evaluate("each => each.open = true")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    context.close()
    assert [] == [(each["id"], [node["html"] for node in each["nodes"][:3]]) for each in found]


def test_sorting_and_filtering(browser: Any, at: str) -> None:
    """Headings sort, the filter filters, and the address alone brings all of it back."""
    with looking(browser, at) as page:
        page.goto("/run?run=strong")
        page.click("thead >> text=pass@1")
        page.wait_for_url(re.compile("order=asc"))
        first = "[data-live=problems] tbody tr:first-child th a"
        assert "task/0" == page.inner_text(first)
        page.click("[data-live=problems] thead >> text=pass@1")
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
    with looking(browser, at, "light") as page:
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
    with looking(browser, at, "light") as page:
        page.goto("/run?run=strong")
        page.click(".views >> text=Figures")
        page.wait_for_selector("figure")
        count = see_pictures(page)
        assert 8 == count
        assert all(
            "theme=light&width=wide" in each for each in page.eval_on_selector_all("img", used)
        )
        page.select_option("[data-theme-switch]", "dark")
        assert count == see_pictures(page)
        assert all("theme=dark" in each for each in page.eval_on_selector_all("img", used))
    with looking(browser, at, "narrow", color_scheme="dark") as page:
        page.goto("/run/figures?run=strong")
        page.wait_for_selector("figure")
        assert count == see_pictures(page)
        sources = page.eval_on_selector_all("img", used)
        assert all("theme=dark&width=narrow" in each for each in sources)


def test_from_a_finding_to_its_evidence(browser: Any, at: str) -> None:
    """Findings appear by themselves, unfold, and lead to problems and attempts."""
    with looking(browser, at) as page:
        page.goto("/run?run=middle")
        page.click(".views >> text=Findings")
        page.wait_for_selector(".finding", state="attached")
        for each in page.query_selector_all("details"):
            each.evaluate("each => each.open = true")
        page.click(".finding dd a >> nth=0")
        page.wait_for_url(re.compile("/(problem|attempt)"))


def test_findings_without_scripts(browser: Any, at: str) -> None:
    """The page that waits loads itself again."""
    with looking(browser, at, java_script_enabled=False) as page:
        page.goto("/run/findings?run=weak")
        page.wait_for_selector(".finding", state="attached")


def test_without_scripts(browser: Any, at: str) -> None:
    """Everything but live progress and keys is there."""
    with looking(browser, at, java_script_enabled=False) as page:
        page.goto("/")
        page.fill("[data-filter]", "strong")
        page.click("text=Apply")
        page.click("[data-item] th a")
        page.click("thead >> text=pass@1")
        page.click("[data-item] th a >> nth=0")
        page.wait_for_url(re.compile("/problem"))
        assert "task/0" == page.inner_text("h1")


def test_a_run_while_it_is_judged(browser: Any, tmp_path: Path) -> None:
    """Progress, statuses and estimates move by themselves; the focus stays where it is."""
    path = tmp_path / "live.db"
    with open_store(path) as store:
        attempts = [attempt for attempt, _ in results(0)]
        run = store.begin_run("live", benchmark(), {"settings": {}}, attempts)
        with served(path) as at, looking(browser, at) as page:
            page.goto("/run?run=live")
            page.evaluate("window.stayed = true")
            page.wait_for_selector("text=0 of 120 attempts judged")
            page.focus("[data-item] th a >> nth=2")
            judge(store, run, PROBLEMS // 2)
            page.wait_for_selector("text=60 of 120 attempts judged")
            page.wait_for_selector("[data-live=results] >> text=pass@1")
            assert "task/2" == page.evaluate("document.activeElement.innerText")
            judge(store, run, PROBLEMS)
            page.wait_for_selector("progress", state="detached")
            assert page.evaluate("window.stayed")
            page.goto("/")
            page.wait_for_selector("text=live")
            store.import_run("another", {}, None, list(results(3)))
            page.wait_for_selector("[data-item] >> text=another")


def test_changing_a_run(browser: Any, tmp_path: Path) -> None:
    """Tags, note and archive; and deletion, which asks first."""
    path = tmp_path / "changed.db"
    with open_store(path) as store:
        fill(store)
        with served(path) as at, looking(browser, at) as page:
            page.goto("/run?run=weak")
            page.fill("input[name=tags]", "first, second")
            page.fill("textarea", "A note.")
            page.click("text=Save")
            page.click(".title >> text=first")
            page.wait_for_url(re.compile("/[?]tag=first"))
            page.click("[data-item] th a")
            page.click("button >> text=Archive")
            page.wait_for_selector(".title >> text=archived")
            page.click("text=Delete this run")
            page.click("text=Keep it")
            page.click("text=Delete this run")
            page.click("text=Delete for good")
            page.wait_for_url(at)
        assert "weak" not in [each.name for each in store.listed()]


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
