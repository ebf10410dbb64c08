"""What visitors change, and what they have to show for it."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from passatk.store import RunState, Store, open_store
from passatk.web.application import build

from .examples import benchmark, results


@pytest.fixture
def run(store: Store) -> int:
    """The id of a run."""
    return store.import_run("own", {}, benchmark(), results(5)).id


def token(visitor: TestClient) -> str:
    """The proof that the page of the run puts into its forms."""
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', visitor.get("/run?run=own").text)
    assert found is not None
    return found[1]


def test_notes(store: Store, visitor: TestClient, run: int) -> None:
    """Tags and note are saved, shown, and found by the filter."""
    fields = {"csrf": token(visitor), "run": "own", "tags": "a, b", "note": "<b>\nsecond"}
    answer = visitor.post("/run/annotate", data=fields)
    assert 200 == answer.status_code
    assert RunState(0, ("a", "b"), "<b>\nsecond", False) == store.state(run)
    assert "&lt;b&gt;\nsecond" in answer.text
    assert "/run?run=own" in visitor.get("/?tag=a&q=second").text
    assert "/run?run=own" not in visitor.get("/?tag=c").text


def test_archive(visitor: TestClient, store: Store, run: int) -> None:
    """An archived run leaves the list and keeps its notes; it can be restored."""
    store.annotate(store.run("own"), note="kept")
    visitor.post("/run/annotate", data={"csrf": token(visitor), "run": "own", "do": "archive"})
    assert RunState(0, (), "kept", True) == store.state(run)
    assert "/run?run=own" not in visitor.get("/").text
    assert "/run?run=own" in visitor.get("/?archived=only").text
    visitor.post("/run/annotate", data={"csrf": token(visitor), "run": "own", "do": "restore"})
    assert "/run?run=own" in visitor.get("/").text


def test_deletion(visitor: TestClient, store: Store, run: int) -> None:
    """A page asks first; the form deletes."""
    asked = visitor.get("/run/delete?run=own")
    assert "120 attempts" in asked.text
    assert ["own"] == [each.name for each in store.listed()]
    answer = visitor.post("/run/delete", data={"csrf": token(visitor), "run": "own"})
    assert 200 == answer.status_code
    assert [] == store.listed()
    assert 404 == visitor.get("/run?run=own").status_code


@pytest.mark.parametrize("path", ["/run/annotate", "/run/delete", "/attempt/replay"])
@pytest.mark.parametrize("given", ["", "0" * 64, None])
def test_without_the_proof(
    visitor: TestClient, store: Store, run: int, path: str, given: str | None
) -> None:
    """A form that does not come from a page of this view changes nothing."""
    token(visitor)
    fields = {"run": "own", "tags": "x", "problem": "task/0", "number": "0"}
    answer = visitor.post(path, data=fields if given is None else fields | {"csrf": given})
    assert 403 == answer.status_code
    assert RunState() == store.state(run)
    assert ["own"] == [each.name for each in store.listed()]


def test_the_proof_of_another_session(visitor: TestClient, store: Store, run: int) -> None:
    """A proof holds for the session that it was made for."""
    foreign = token(visitor)
    visitor.cookies.clear()
    fields = {"csrf": foreign, "run": "own"}
    assert 403 == visitor.post("/run/delete", data=fields).status_code
    token(visitor)
    assert 403 == visitor.post("/run/delete", data=fields).status_code
    assert ["own"] == [each.name for each in store.listed()]


@pytest.mark.parametrize("path", ["/run/annotate", "/attempt/replay"])
def test_getting_changes_nothing(visitor: TestClient, run: int, path: str) -> None:
    """What changes something is posted."""
    assert 405 == visitor.get(path, params={"run": "own", "tags": "x"}).status_code


def test_bad_forms(visitor: TestClient, run: int) -> None:
    """Too long, a tag that is none, a run that is none: each is an error with words."""
    good = token(visitor)
    long = visitor.post("/run/annotate", data={"csrf": good, "note": "x" * 200_000})
    assert (400, True) == (long.status_code, "longer than" in long.text)
    tag = visitor.post("/run/annotate", data={"csrf": good, "run": "own", "tags": "\x1b"})
    assert (400, True) == (tag.status_code, "not a tag" in tag.text)
    none = visitor.post("/run/delete", data={"csrf": good, "run": "none"})
    assert 404 == none.status_code
    number = {"csrf": good, "run": "own", "problem": "task/0", "number": "-1"}
    assert 400 == visitor.post("/attempt/replay", data=number).status_code


def test_a_store_for_reading_only(store: Store, run: int) -> None:
    """Nothing is offered that would write, and a form that asks for it is refused."""
    with (
        open_store(store.path, read_only=True) as opened,
        TestClient(build(opened, read_only=True), base_url="http://127.0.0.1") as visitor,
    ):
        assert "/run/annotate" not in visitor.get("/run?run=own").text
        found = re.search(
            r'name="csrf" value="([0-9a-f]+)"',
            visitor.get("/attempt?run=own&problem=task/0&number=0").text,
        )
        assert found is not None
        answer = visitor.post("/run/delete", data={"csrf": found[1], "run": "own"})
        assert 500 == answer.status_code
        assert "reading only" in answer.text


def test_replay_without_the_problems(visitor: TestClient, run: int) -> None:
    """Where the problems are not at hand, the page says what to do."""
    fields = {"csrf": token(visitor), "run": "own", "problem": "task/0", "number": "0"}
    answer = visitor.post("/attempt/replay", data=fields)
    assert 200 == answer.status_code
    assert "--problems" in answer.text
    assert "the problems it was judged on are not here" in answer.text
