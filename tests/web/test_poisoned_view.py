"""What models and programs wrote is text in every page, and nothing in it is obeyed."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

import passatk.web
from passatk.records import Attempt, Benchmark, CodeTests, Problem, Status, Verdict
from passatk.store import Store
from passatk.web.addresses import address

from .examples import OBEYED, POISON, POISONED_PROBLEM, POISONED_RUN
from .waiting import whole

HERE = {"run": POISONED_RUN, "problem": POISONED_PROBLEM}
PAGES = {
    "runs": address("/", q="alert"),
    "filter": address("/", q=POISON.replace("\ud800", "")),
    "run": address("/run", run=POISONED_RUN),
    "delete": address("/run/delete", run=POISONED_RUN),
    "problem": address("/problem", **HERE),
    "groups": address("/problem", **HERE, group="program"),
    "approaches": address("/problem", **HERE, group="approach"),
    "figures": address("/run/figures", run=POISONED_RUN),
    "findings": address("/run/findings", run=POISONED_RUN),
    "attempt": address("/attempt", **HERE, number=0),
    "huge": address("/attempt", **HERE, number=2),
    "long line": address("/attempt", **HERE, number=3),
    "diff": address("/diff", **HERE, a=0, b=1),
    "huge diff": address("/diff", **HERE, a=2, b=3),
    "compare": address("/compare", run=[POISONED_RUN, "weak"]),
    "not found": address("/run", run=POISON.replace("\ud800", "")),
    "bad k": address("/run", run="weak", k=POISON.replace("\ud800", "")),
}


class Elements(HTMLParser):
    """Which elements and attributes a browser sees in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: set[tuple[str, str]] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {(tag, ""), *((tag, name) for name, _ in attrs)}


@pytest.fixture(scope="module")
def ours(client: TestClient) -> set[tuple[str, str]]:
    """The elements and attributes of pages with nothing but harmless text."""
    clean = [
        "/",
        "/?q=nothing+like+it",
        "/run?run=strong",
        "/run?run=half&k=99",
        "/run/delete?run=strong",
        "/problem?run=strong&problem=task/0",
        "/problem?run=strong&problem=task/0&group=program",
        "/problem?run=strong&problem=task/0&group=approach",
        "/run/figures?run=strong",
        "/run/findings?run=strong",
        "/attempt?run=strong&problem=task/0&number=1",
        "/diff?run=strong&problem=task/3&a=0&b=1",
        "/compare?run=strong&run=weak",
        "/nowhere",
    ]
    return set().union(*(Elements(whole(client, each).text).seen for each in clean))


@pytest.mark.parametrize("page", PAGES)
def test_poison_is_text(client: TestClient, ours: set[tuple[str, str]], page: str) -> None:
    """No element, no attribute, no control character comes out of a text."""
    answer = whole(client, PAGES[page])
    assert answer.status_code in (200, 404)
    assert set() == set(OBEYED) & set(answer.text)
    assert set() == Elements(answer.text).seen - ours
    assert len(answer.content) < 1_500_000


def test_poison_is_visible(client: TestClient) -> None:
    """It is shown as escapes, in the program as in what it printed."""
    text = client.get(PAGES["attempt"]).text
    assert text.count("\\x1b[2J") >= 3
    assert "\\u202eevil" in text
    assert "\\ud800" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_poison_in_a_figure(visitor: TestClient, store: Store) -> None:
    """A picture is well-formed, and names of problems and categories are text in it."""
    poison = POISON.replace("\ud800", "")
    problems = {
        f"{poison}{number}": Problem(
            f"{poison}{number}", "", CodeTests(), category=f"{poison}{number % 2}"
        )
        for number in range(4)
    }
    judged = [
        (
            Attempt(each, number, "x", "x"),
            Verdict((Status.PASSED, Status.TIME_LIMIT_EXCEEDED)[number % 2]),
        )
        for each in problems
        for number in range(2)
    ]
    store.import_run(POISONED_RUN, {}, Benchmark(poison, problems, "abc"), judged)
    text = whole(visitor, address("/run/figures", run=POISONED_RUN)).text
    names = re.findall(r'id="figure-([a-z-]+)"', text)
    assert {"heat-map", "statuses"} <= set(names)
    addresses = [
        address(path, run=POISONED_RUN, name=name, theme=theme)
        for theme in ("light", "dark")
        for path, name in [("/run/curve", ""), *(("/run/figure", each) for each in names)]
    ]
    for each in addresses:
        answer = visitor.get(each)
        if answer.status_code == 404:  # nothing to show, as the page says
            continue
        tags = {each.tag.rpartition("}")[2] for each in ElementTree.fromstring(answer.text).iter()}
        assert tags <= {"svg", "g", "path", "text", "tspan", "rect", "line", "defs", "clipPath"}
        assert set() == set(OBEYED) & set(answer.text)


def test_a_huge_program_is_cut(client: TestClient) -> None:
    """A page shows the beginning of 10 MB and says how much is left."""
    text = client.get(PAGES["huge"]).text
    assert re.search(r"10,\d\d\d,\d+ characters more are not shown", text)
    assert "beginning of a long program" in client.get(PAGES["huge diff"]).text


def test_a_program_as_a_file(client: TestClient) -> None:
    """It comes as it is, to be kept and not to be rendered."""
    answer = client.get(address("/attempt/program", **HERE, number=1))
    assert "application/octet-stream" == answer.headers["content-type"]
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert POISON in answer.content.decode("utf-8", "surrogatepass")


def test_poison_in_the_api(client: TestClient) -> None:
    """JSON holds it exactly, in ASCII."""
    answer = client.get("/api/attempt", params={**HERE, "number": 0})
    assert answer.content.isascii()
    document = json.loads(answer.content)
    assert POISON == document["verdict"]["output"]
    assert POISONED_PROBLEM == document["problem"]


def test_templates_escape() -> None:
    """No template switches escaping off, and none holds a script or a style of its own."""
    folder = Path(passatk.web.__file__).parent / "templates"
    for path in folder.glob("*.html"):
        text = path.read_text()
        assert "safe" not in re.findall(r"\|\s*(\w+)", text), path
        assert "autoescape" not in text
        assert not re.search(r"<script(?! (type=\"module\" )?src=)|<style|\sstyle=|\son\w+=", text)
