"""The view, the report and the terminal give the same numbers for every kind of run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from passatk import stats
from passatk.records import Attempt, Benchmark, CodeTests, Problem, Status, Verdict
from passatk.report.chained import summary_of
from passatk.report.comparison import read_runs
from passatk.report.document.gathering import Asked, gather
from passatk.report.summary import Summary
from passatk.stats.comparison.change import points
from passatk.store import Store, open_store
from passatk.web.application import build

NAMES = [f"p/{number}" for number in range(9)]
KINDS = ("plain", "stopped", "families", "chains")
PLAN = {"plan": {"chains": 4, "steps": 3}}
Pairs = Iterable[tuple[Attempt, Verdict]]


def verdict(passed: bool) -> Verdict:
    return Verdict(Status.PASSED if passed else Status.WRONG_ANSWER)


def plain(turn: int) -> Iterator[tuple[Attempt, Verdict]]:
    for i, name in enumerate(NAMES):
        for j in range(10):
            yield Attempt(name, j, "x", "x"), verdict((i * 3 + j * 7 + turn) % 10 < i + turn)


def stopped(turn: int) -> Iterator[tuple[Attempt, Verdict]]:
    """Each problem was attempted until it passed, or five times."""
    for i, name in enumerate(NAMES):
        last = min((i * 2 + turn) % 7 + 1, 5)
        for j in range(last):
            yield Attempt(name, j, "x", "x"), verdict(j == last - 1 and (i * 2 + turn) % 7 < 5)


def chains(turn: int) -> Iterator[tuple[Attempt, Verdict]]:
    """Four chains of up to three steps at each problem, which end when they pass."""
    for i, name in enumerate(NAMES):
        number = 0
        for chain in range(4):
            for step in range(3):
                passed = (i + chain * 2 + step * 3 + turn) % 6 < 2
                yield Attempt(name, number, "x", "x", chain=chain, step=step), verdict(passed)
                number += 1
                if passed:
                    break


def related() -> Benchmark:
    problems = [
        Problem(name, "", CodeTests(), cluster=f"family {number // 3}")
        for number, name in enumerate(NAMES)
    ]
    return Benchmark("related", {each.id: each for each in problems}, "abc")


def add(store: Store, kind: str, name: str, turn: int) -> None:
    rows = {"stopped": stopped, "chains": chains}.get(kind, plain)
    manifest = {"stopped": {"stopping": "1/5"}, "chains": PLAN}.get(kind, {})
    store.import_run(name, manifest, related() if kind == "families" else None, rows(turn))


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of each kind."""
    path = tmp_path_factory.mktemp("kinds") / "passatk.db"
    with open_store(path) as store:
        for kind in KINDS:
            add(store, kind, kind, 3)
            add(store, kind, f"{kind} before", 1)
    return path


@pytest.fixture(scope="module")
def store(kinds: Path) -> Iterator[Store]:
    with open_store(kinds, read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def visitor(store: Store) -> Iterator[TestClient]:
    with TestClient(build(store), base_url="http://127.0.0.1:8200") as client:
        yield client


def shown(store: Store, name: str, k: tuple[int, ...] | None = None) -> Summary:
    """What ``passatk show`` prints."""
    run = store.run(name)
    return summary_of(store, run, store.counts(run), k)


@pytest.mark.parametrize("kind", KINDS)
def test_one_run(store: Store, visitor: TestClient, kind: str) -> None:
    """Values, both intervals and notes."""
    expected = shown(store, kind)
    assert expected.estimates
    assert bool(expected.fixed) == (kind in ("plain", "families"))
    (part,) = gather(store, [kind], Asked(), now=datetime.now(UTC)).runs
    assert expected == part.summary
    assert [None] * len(expected.estimates) == [*part.fixed] or expected.fixed == [*part.fixed]
    document = visitor.get("/api/run", params={"run": kind}).json()
    both = [*expected.estimates, *expected.fixed]
    assert [each.to_dict() for each in both] == document["estimates"]
    assert list(expected.notes) == document["notes"]
    text = visitor.get("/run", params={"run": kind}).text
    assert all(f"[{each.low:.3f}, {each.high:.3f}]" in text for each in both)
    assert text.count('<th scope="row" class="metric">') == len(expected.estimates)
    headline = [each for each in expected.estimates if each.k == 1][-1]
    listed = visitor.get("/", params={"q": kind}).text
    assert f"[{headline.low:.3f}, {headline.high:.3f}]" in listed
    assert (headline.metric in listed.partition("<tbody>")[2]) == (kind == "chains")


@pytest.mark.parametrize("kind", KINDS)
def test_another_k(store: Store, visitor: TestClient, kind: str) -> None:
    """It is estimated as the usual ones are."""
    expected = shown(store, kind, (2,))
    document = visitor.get("/api/run", params={"run": kind, "k": "2"}).json()
    both = [*expected.estimates, *expected.fixed]
    assert [each.to_dict() for each in both] == document["estimates"]
    text = visitor.get("/run", params={"run": kind, "k": "2"}).text
    assert all(f"[{each.low:.3f}, {each.high:.3f}]" in text for each in both)


@pytest.mark.parametrize("kind", KINDS)
def test_two_runs(store: Store, visitor: TestClient, kind: str) -> None:
    """The change, and what to know of it."""
    names = [kind, f"{kind} before"]
    runs = read_runs(store, names)
    (expected,) = stats.compare(runs.outcomes[names[0]], runs.outcomes[names[1]], (1,))
    report = gather(store, names, Asked(k=(1,)), now=datetime.now(UTC))
    assert [expected] == [*report.comparisons]
    text = visitor.get("/compare", params={"run": names, "k": "1"}).text
    assert points(expected.change) in text
    assert f"{expected.baseline.value:.3f}" in text
    if kind == "chains":
        note = "a chain of up to 3 steps counts as one attempt"
        assert note in text
        assert any(note in each for each in report.notes)


def test_a_chain_that_is_not_at_its_end(tmp_path: Path) -> None:
    """What is known of chains so far is shown as in the terminal, with what is missing."""
    with open_store(tmp_path / "own.db") as own:
        run = own.begin_run("now", related(), PLAN, [attempt for attempt, _ in chains(1)])
        first = next(iter(own.pending(run)))
        own.record(run, [(first.problem, first.program_id, verdict(True))])
        expected = shown(own, "now").estimates
        with TestClient(build(own), base_url="http://127.0.0.1:8200") as client:
            document = client.get("/api/run?run=now").json()
            text = client.get("/run?run=now").text
    assert [each.to_dict() for each in expected] == document["estimates"]
    assert any(each.warnings for each in expected)
    for each in expected:
        assert f"[{each.low:.3f}, {each.high:.3f}]" in text
        assert all(caveat.message in unescape(text) for caveat in each.warnings)
