"""The API keeps to its own description, whatever it is asked."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings

from passatk.store import open_store
from passatk.web.application import build

from .examples import POISONED_PROBLEM, POISONED_RUN, PROBLEMS

schemathesis = pytest.importorskip("schemathesis")


def test_a_run(client: TestClient) -> None:
    """Estimates for both targets, with the k that was asked for."""
    document = client.get("/api/run?run=strong&k=2").json()
    assert ["superpopulation", "fixed"] == [each["target"] for each in document["estimates"]]
    assert {"pass@2"} == {each["metric"] for each in document["estimates"]}
    assert ["july", "tuned"] == document["tags"]
    assert document["attempts"] == document["judged"] == sum(document["statuses"].values())


def test_lists(client: TestClient) -> None:
    """Pages of problems and attempts, with their totals."""
    document = client.get("/api/problems?run=weak&offset=10&limit=5").json()
    assert PROBLEMS == document["total"]
    assert ["task/10", "task/11"] == [each["name"] for each in document["problems"]]
    attempts = client.get("/api/attempts?run=weak&problem=task/3&limit=6").json()
    assert 10 == attempts["total"]
    assert [0, 1, 2, 3, 4, 5] == [each["attempt"] for each in attempts["attempts"]]
    assert attempts["attempts"][0]["program"] == attempts["attempts"][5]["program"]


def test_every_k_is_answered(client: TestClient) -> None:
    """A k that the run is too small for is left out, and a note says so."""
    document = client.get("/api/run?run=weak&k=1,500").json()
    assert {"pass@1"} == {each["metric"] for each in document["estimates"]}
    assert any("k=500 left out" in note for note in document["notes"])


ENDPOINTS = ("/api/runs", "/api/run", "/api/problems", "/api/attempts", "/api/attempt")


@pytest.fixture(scope="module")
def app(filled: Path) -> Iterator[FastAPI]:
    with open_store(filled, read_only=True) as store:
        yield build(store, names=["testserver"])


def description(app: FastAPI, *, known: bool) -> dict[str, Any]:
    """The API's description of itself; with ``known``, of names that are there."""
    document = copy.deepcopy(app.openapi())
    names = {
        "run": ["strong", "half", POISONED_RUN],
        "problem": ["task/0", "task/11", POISONED_PROBLEM],
    }
    for path in document["paths"].values():
        for parameter in path["get"].get("parameters", ()):
            if known and parameter["name"] in names:
                parameter["schema"] = {"type": "string", "enum": names[parameter["name"]]}
            if known and parameter["name"] == "number":
                parameter["schema"]["maximum"] = 12
    return document


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_it_does_as_it_says(app: FastAPI, endpoint: str, known: bool) -> None:
    """Drawn requests, valid and not, are answered with a described status and document."""
    schema = schemathesis.openapi.from_dict(description(app, known=known))
    schema.app = app
    valid = schema[endpoint]["GET"].as_strategy()
    invalid = schema[endpoint]["GET"].as_strategy(
        generation_mode=schemathesis.GenerationMode.NEGATIVE
    )
    drawn = valid | invalid if schema[endpoint]["GET"].query else valid

    @settings(
        max_examples=30,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=drawn)
    def answers(case: Any) -> None:
        case.call_and_validate()

    answers()


def test_all_of_it_is_described(app: FastAPI) -> None:
    """The endpoints that are fuzzed are all there are, and they only read."""
    paths = app.openapi()["paths"]
    assert set(ENDPOINTS) == paths.keys()
    assert {"get"} == {method for each in paths.values() for method in each}
