"""Figures, findings and approaches: what is made beside the pages."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from passatk.analysis.programs.grammars import grammar
from passatk.errors import MissingExtra, PassatkError
from passatk.records import Attempt, Status, Verdict
from passatk.store import Store
from passatk.web import figures, findings, problems, work
from passatk.web.background import Background

from .examples import PROBLEMS, benchmark, judge, results
from .waiting import wait_for, whole

FIGURES = ["curves", "precision", "heat-map", "difficulty", "statuses", "order", "hazard", "review"]
OF_COUNTS = ["curves", "precision", "difficulty", "statuses", "review"]


def drawn(text: str) -> list[str]:
    return [name for name in FIGURES if f'id="figure-{name}"' in text]


def test_the_figures_of_a_run(client: TestClient) -> None:
    """Each with its question, words, numbers, and a picture in both themes."""
    text = whole(client, "/run/figures?run=strong").text
    assert FIGURES == drawn(text)
    assert 8 == text.count("How to read it.") == text.count("The numbers: ")
    assert 16 == text.count("<img ") == text.count('loading="lazy"') == text.count(' alt="')
    assert "12 problems by up to 10 attempts" in text
    assert 'href="/run/figures?run=strong"' in client.get("/run?run=strong").text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture(client: TestClient, theme: str) -> None:
    """SVG in the colours of the theme, with the headers of every answer."""
    wide, narrow = (
        client.get(f"/run/figure?run=strong&name=curves&theme={theme}&width={width}")
        for width in ("wide", "narrow")
    )
    assert "image/svg+xml" == wide.headers["content-type"]
    assert "default-src 'none'" in wide.headers["content-security-policy"]
    colour = {"light": "#1d63b0", "dark": "#6fb0f5"}[theme]
    assert colour in wide.text
    assert 'width="860"' in wide.text
    assert 'width="352"' in narrow.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/run/figures?run=none", 404),
        ("/run/findings?run=none", 404),
        ("/run/figure?run=none&name=curves", 404),
        ("/run/figure?run=strong&name=none", 404),
        ("/run/curve?run=none", 404),
        ("/run/curve?run=strong&width=900000", 422),
        ("/run/figure?run=strong&name=curves&theme=odd", 422),
        ("/run/figure?run=strong&name=curves&width=900000", 422),
    ],
)
def test_what_is_not_there(client: TestClient, path: str, status: int) -> None:
    assert status == client.get(path).status_code


def test_a_large_run_has_the_figures_of_counts(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, visitor: TestClient, store: Store
) -> None:
    """What would need every attempt is left out, and the page says so."""
    monkeypatch.setattr(figures, "MOST_ATTEMPTS", 100)
    store.import_run("large", {}, benchmark(), results(5))
    text = whole(visitor, "/run/figures?run=large").text
    assert OF_COUNTS == drawn(text)
    assert "more than 100 attempts" in text


def test_a_run_while_it_is_judged(visitor: TestClient, store: Store) -> None:
    """Figures follow, and say from how many attempts they are; findings wait for the end."""
    run = store.begin_run("now", benchmark(), {"settings": {}}, [a for a, _ in results(0)])
    for page in ("/run", "/run/figures"):
        assert "nothing is judged yet" in whole(visitor, f"{page}?run=now").text
    assert "0 of 120 attempts are" in whole(visitor, "/run/findings?run=now").text
    judge(store, run, PROBLEMS // 2)
    for page in ("/run", "/run/figures"):
        assert "<img" in wait_for(visitor, f"{page}?run=now", "Drawn from 60 of 120 attempts")
        assert 'data-events="/events?run=now"' in visitor.get(f"{page}?run=now").text
    for page in ("/run", "/run/findings"):
        text = visitor.get(f"{page}?run=now").text
        assert "again and again while results arrive" in text
        assert "How it was found" not in text
    judge(store, run, PROBLEMS)
    for page in ("/run", "/run/figures"):
        wait_for(visitor, f"{page}?run=now", "Drawn from 120 attempts")
    assert "How it was found" in wait_for(visitor, "/run/findings?run=now", "Described")


def test_the_page_of_a_run_has_its_content(client: TestClient) -> None:
    """The first findings, the figure of pass@k with its words, and where the rest is."""
    text = whole(client, "/run?run=middle").text
    assert 2 == text.count("<img ") == text.count('data-picture="curves"')
    assert "Drawn from 120 attempts" in text
    assert "the chance that at least one of k attempts passes" in text
    sentences = re.findall('class="sentence">([^<]*)<', text)
    every = re.findall('class="sentence">([^<]*)<', whole(client, "/run/findings?run=middle").text)
    assert 0 < len(sentences) <= 3
    assert sentences == every[: len(sentences)]
    for theme in ("light", "dark"):
        answer = client.get(f"/run/curve?run=middle&theme={theme}")
        assert "image/svg+xml" == answer.headers["content-type"]
        assert 'width="480"' in answer.text


def test_a_run_that_changes_is_drawn_anew(visitor: TestClient, store: Store) -> None:
    """Figures belong to a run as it was counted."""
    for skill, words in ((10, "11 always"), (0, "12 problems never")):
        store.import_run("again", {}, benchmark(), results(skill))
        assert words in whole(visitor, "/run/figures?run=again").text
        store.delete_run("again")


def test_without_the_extra(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says what to install."""
    monkeypatch.setattr(figures, "find_spec", lambda _: None)
    text = client.get("/run/figures?run=strong").text
    assert "pip install &#39;passatk[report]&#39;" in text
    assert 400 == client.get("/run/figure?run=strong&name=curves").status_code
    assert "pip install &#39;passatk[report]&#39;" in client.get("/run?run=strong").text
    assert 400 == client.get("/run/curve?run=strong").status_code


def test_the_findings_of_a_run(client: TestClient) -> None:
    """By kind, each with its numbers and where to look."""
    text = whole(client, "/run/findings?run=strong").text
    assert '<h2 id="found">Found</h2>' in text
    assert "Described, without a test (" in text
    assert "What does the run achieve, where, and how surely?" in text
    assert "problem=task%2F" in text
    assert 'href="/run/findings?run=strong"' in client.get("/run?run=strong").text


def test_findings_wait_for_the_end(client: TestClient) -> None:
    """A run in progress is not analysed."""
    assert "60 of 120 attempts are" in client.get("/run/findings?run=half").text


def test_a_large_run_is_for_the_terminal(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page has the command."""
    monkeypatch.setattr(findings, "MOST_ATTEMPTS", 100)
    assert "passatk analyze strong --store" in client.get("/run/findings?run=strong").text


def test_the_approaches_to_a_problem(visitor: TestClient, store: Store) -> None:
    """Alike programs are together, whatever their names and comments; others are not."""
    loop = (
        "def f(n):\n    total = 0\n    for i in range(n):\n        total += i\n    return total\n"
    )
    renamed = loop.replace("total", "s").replace("i ", "j ").replace("+= i", "+= j")
    formula = "def f(n):\n    # closed\n    return n * (n - 1) // 2\n"
    programs = [loop, formula, renamed, loop, "import os\nprint(os.environ)\n"]
    passed = Verdict(Status.PASSED)
    pairs = [(Attempt("sum", i, each, each), passed) for i, each in enumerate(programs)]
    store.import_run("r", {}, None, pairs)
    text = whole(visitor, "/problem?run=r&problem=sum&group=approach").text
    assert "3 approaches" in text
    assert text.index("number=0") < text.index("number=2") < text.index("number=3")
    firsts = [f'name="a" value="{each}"' in text for each in range(5)]
    assert [True, True, False, False, True] == firsts


def test_too_many_attempts_to_cluster(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says how many there may be, and what to do instead."""
    monkeypatch.setattr(problems, "MOST_CLUSTERED", 9)
    text = client.get("/problem?run=strong&problem=task/3&group=approach").text
    assert "10 attempts: at most 9" in text
    assert "--only diversity" in text


@pytest.fixture
def without_tree_sitter(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As where the extra ``analysis`` is not installed."""
    grammar.cache_clear()
    monkeypatch.setitem(sys.modules, "tree_sitter", None)
    yield
    grammar.cache_clear()


@pytest.mark.usefixtures("without_tree_sitter")
def test_without_the_parser(filled: Path) -> None:
    """Approaches say what to install; findings too, and give what outcomes alone tell."""
    with pytest.raises(MissingExtra, match=r"passatk\[analysis\]"):
        work.approaches(str(filled), "strong", "task/3", "python")
    found = work.find(str(filled), "strong", ())
    assert "passatk[analysis]" in (found.missing or "")
    assert {"profile", "order"} <= {each.analysis for each in found.findings}
    assert "diversity" not in {each.analysis for each in found.findings}


def test_chains_have_no_figures_of_random_order(store: Store) -> None:
    """Attempts that saw the failure of another are counted, and no more, in runs of any size."""
    passed = Verdict(Status.PASSED)
    pairs = [
        (Attempt(f"p/{problem}", step, "x", "x", chain=0, step=step), passed)
        for problem in range(3)
        for step in range(4)
    ]
    store.import_run("chained", {}, None, pairs)
    for alone, expected in ((False, ["heat-map", "statuses"]), (True, ["statuses"])):
        drawn = work.figures(str(store.path), "chained", alone)
        assert expected == [each.name for section in drawn.sections for each in section.figures]
    counts = tuple(store.counts(store.run("chained")))
    curve = work.curve(str(store.path), "chained", counts, figures.CURVE_WIDTHS)
    assert curve.figure is None
    assert "saw why the ones before" in (curve.nothing or "")


def fail(words: str) -> None:
    raise PassatkError(words)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stay(path: str) -> None:
    Path(path).touch()
    signal.pause()


@pytest.fixture
def background() -> Background:
    return Background(2)


def test_errors_cross_over(background: Background) -> None:
    """What was raised there is raised here."""
    with pytest.raises(PassatkError, match="these words"):
        background.of("a", fail, "these words", patience=60)
    background.close()


def test_a_process_that_dies(background: Background) -> None:
    """It is an error that says so, and the next result is made."""
    with pytest.raises(PassatkError, match="died"):
        background.of("a", die, patience=60)
    assert 3 == background.of("b", len, "abc", patience=60)
    background.close()


def test_what_is_kept(background: Background) -> None:
    """A result is made once, as long as it is among the newest."""
    first = background.of("a", os.getpid, patience=60)
    assert first == background.of("a", os.getpid, patience=60) != os.getpid()
    background.of("b", os.getpid, patience=60)
    background.of("c", os.getpid, patience=60)
    assert first != background.of("a", os.getpid, patience=60)
    background.close()


def test_closing_ends_what_is_made(background: Background, tmp_path: Path) -> None:
    """Nothing goes on after the view."""
    started = tmp_path / "started"
    while not started.exists():
        assert background.of("a", stay, str(started), patience=0.05) is None
    background.close()
    with pytest.raises(PassatkError, match="died"):
        background.of("a", stay, str(started), patience=60)
