"""Problems, settings and a way to sample them, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from passatk.benchmarks.fingerprint import content_hash
from passatk.generation import templates
from passatk.generation.model import Unreachable
from passatk.generation.model_settings import Settings
from passatk.generation.openai_server import OpenAIServer
from passatk.records import Attempt, Benchmark, CallCase, CallTests, Problem, Solution, Verdict
from passatk.sampling.engine import Report
from passatk.sampling.plan import Plan
from passatk.sampling.run import Asking, Sampling, sample
from passatk.store import Run, Store


def problem(name: str, **changes: Any) -> Problem:
    fields: dict[str, Any] = {
        "id": name,
        "prompt": f'def {name}(n):\n    """Twice n."""\n',
        "tests": CallTests((CallCase((3,), 6, visible=True), CallCase((4,), 8))),
        "entry_point": name,
        "references": (Solution("times", f"def {name}(n):\n    return 2 * n\n"),),
    }
    return Problem(**fields | changes)


def benchmark(*problems: Problem) -> Benchmark:
    known = problems or (problem("one"), problem("two"), problem("three"))
    return Benchmark(
        "own", MappingProxyType({each.id: each for each in known}), content_hash(known)
    )


def settings(**changes: Any) -> Settings:
    fields: dict[str, Any] = {"kind": "server", "model": "m", "template": templates.load("bare")}
    return Settings(**fields | changes)


class Silent:
    """A watcher that remembers faults."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.verdicts = 0

    def begun(self, attempts: int | None, there: int) -> None: ...

    def started(self, programs: int, attempts: int, judged: int) -> None: ...

    def judged(self, verdict: Verdict) -> None:
        self.verdicts += 1

    def sampled(self, attempts: Sequence[Attempt], spent: float) -> None: ...

    def fault(self, fault: Unreachable) -> None:
        self.faults.append(str(fault))


def sample_from(
    store: Store,
    url: str,
    n: int = 4,
    *,
    name: str = "run",
    problems: Benchmark | None = None,
    how: Settings | None = None,
    key: str | None = None,
    timeout: float = 30.0,
    extend: int | None = None,
    plan: Plan | None = None,
    watcher: Silent | None = None,
    **asking: Any,
) -> tuple[Run, Report]:
    """Sample from the server at ``url`` into the store, with retries that hardly wait."""
    chosen = how or settings()
    return sample(
        store,
        Sampling(name, problems or benchmark(), chosen, plan or Plan(n), {}, extend=extend),
        lambda attempts: OpenAIServer(
            chosen, base_url=url, key=key, timeout=timeout, connections=16
        ),
        Asking(**{"concurrency": 4, "per_request": 1} | asking),
        watcher or Silent(),
    )


def numbers(store: Store, run: Run) -> dict[str, list[int]]:
    """The numbers of the attempts that are there, by problem."""
    found: dict[str, list[int]] = {}
    for each in store.made(run):
        found.setdefault(each.problem, []).append(each.number)
    return found
