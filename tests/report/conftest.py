"""Runs in a store, and reports on them, that several tests look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from passatk.analysis.finding import Finding
from passatk.records import Attempt, Status, Trust, Verdict
from passatk.report.document.gathering import Asked, gather
from passatk.report.document.model import Report
from passatk.stats import Caveat
from passatk.store import Store, open_store

NOW = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
# Names and texts that want to be more than text.
HOSTILE = "<script>alert(1)</script>\"'`</title>{{7*7}}\u202eevil\u2066\x1b[31m@team#1 ${x}"
ENDS = (Status.WRONG_ANSWER, Status.RUNTIME_ERROR, Status.SYNTAX_ERROR, Status.TIME_LIMIT_EXCEEDED)

# What a result may have beside its findings: rows of text, from anybody.
TABLE = SimpleNamespace(
    title="Numbers", columns=(HOSTILE, "n"), rows=((HOSTILE, "1"),), note=HOSTILE
)


@dataclass(frozen=True, slots=True)
class Told:
    """A result of an analysis that nobody draws."""

    findings: tuple[Finding, ...]
    numbers: dict[str, Any] = field(default_factory=dict)
    tables: tuple[Any, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {"findings": [each.to_dict() for each in self.findings], **self.numbers}


def add_run(store: Store, name: str, p: np.ndarray[Any, Any], n: int, seed: int) -> None:
    """A run of n attempts at problems of these pass probabilities, imported."""
    rng = np.random.default_rng(seed)

    def results() -> Iterator[tuple[Attempt, Verdict]]:
        for i, chance in enumerate(p.tolist()):
            for j in range(n):
                status = Status.PASSED if rng.random() < chance else ENDS[int(rng.integers(4))]
                yield Attempt(f"P/{i}", j, "pass", "pass"), Verdict(status, trust=Trust.IMPORTED)

    manifest = {"settings": {}, "source": {"results": f"{name}.jsonl"}}
    store.import_run(name, manifest, None, results())


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs new, old and older at 40 problems with 20 attempts each; and one that is hostile."""
    p = np.random.default_rng(0).beta(0.5, 0.8, 40)
    path = tmp_path_factory.mktemp("store") / "passatk.db"
    with open_store(path) as opened:
        add_run(opened, "new", np.clip(p + 0.15, 0, 1), 20, 1)
        add_run(opened, "old", p, 20, 2)
        add_run(opened, "older", p * 0.6, 20, 3)
        opened.import_run(
            "hostile",
            {"settings": {}, "source": {"results": HOSTILE}, "model": HOSTILE},
            None,
            [
                (
                    Attempt(f"{HOSTILE}{i}", j, HOSTILE, HOSTILE),
                    Verdict(
                        Status.PASSED if (i + j) % 3 else Status.WRONG_ANSWER,
                        trust=Trust.IMPORTED,
                        detail=HOSTILE,
                        output=HOSTILE,
                    ),
                )
                for i in range(4)
                for j in range(6)
            ],
        )
    return path


@pytest.fixture(scope="session")
def told() -> Told:
    """Findings of every verdict, the least important first."""
    return Told(
        (
            Finding("x.described", "description", "Attempts are 120 tokens long.", 120.0, "tokens"),
            Finding(
                "x.absent",
                "not found",
                "No trend was seen.",
                0.01,
                "pass@1",
                -0.02,
                0.04,
                p=0.4,
                p_adjusted=0.8,
                smallest_detectable=0.05,
            ),
            Finding("x.unknown", "no information", "The order cannot be told.", method="none"),
            Finding(
                "x.seen",
                "found",
                "Later attempts are worse.",
                -0.1,
                "pass@1",
                -0.15,
                -0.05,
                p=0.0004,
                p_adjusted=0.0012,
                correction="Holm over 3 tests",
                smallest_detectable=0.04,
                method="permutation",
                problems=40,
                attempts=800,
                caveats=(Caveat("few", "Few problems tell."),),
                evidence=("P/1#3", HOSTILE),
            ),
        )
    )


@pytest.fixture(scope="session")
def one(store: Path, told: Told) -> Report:
    with open_store(store, read_only=True) as opened:
        return gather(opened, ["new"], Asked(), now=NOW, results={"new": {"order": told}})


@pytest.fixture(scope="session")
def two(store: Path) -> Report:
    with open_store(store, read_only=True) as opened:
        return gather(opened, ["new", "old"], Asked(margin=0.02), now=NOW)


@pytest.fixture(scope="session")
def three(store: Path) -> Report:
    with open_store(store, read_only=True) as opened:
        return gather(opened, ["new", "old", "older"], Asked(k=(1, 5)), now=NOW)


@pytest.fixture(scope="session")
def poisoned(store: Path, told: Told) -> Report:
    finding = Finding("x.hostile", "found", HOSTILE, 0.1, HOSTILE, evidence=(HOSTILE,))
    with open_store(store, read_only=True) as opened:
        return gather(
            opened,
            ["hostile", "new"],
            Asked(),
            now=NOW,
            results={
                "hostile": {HOSTILE: Told((finding,), tables=(TABLE,))},
                "new": {"order": told},
            },
        )
