from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra web is not installed")

from fastapi.testclient import TestClient

from passatk.store import Store, open_store
from passatk.web.application import build

from .examples import fill
from .served import served
from .waiting import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that no test changes."""
    path = tmp_path_factory.mktemp("view") / "passatk.db"
    with open_store(path) as store:
        fill(store)
    return path


@pytest.fixture(scope="session")
def at(filled: Path) -> Iterator[str]:
    """The address of the view of that store, started as people start it."""
    with served(filled) as address:
        yield address


@pytest.fixture(scope="session")
def client(filled: Path) -> Iterator[TestClient]:
    """A visitor of the view of that store."""
    with (
        open_store(filled, read_only=True) as store,
        TestClient(build(store), base_url="http://127.0.0.1:8200") as visitor,
    ):
        for each in store.listed():  # counted once, so that lists show the counts at once
            visitor.get("/api/run", params={"run": each.name})
        yield visitor


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store of the test's own."""
    with open_store(tmp_path / "own.db") as opened:
        yield opened


@pytest.fixture
def visitor(store: Store) -> Iterator[TestClient]:
    """A visitor of the view of the test's own store, with cookies."""
    with TestClient(build(store), base_url="http://127.0.0.1:8200") as client:
        yield client
