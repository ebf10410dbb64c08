"""Judging while the model is asked: between the engine's event loop and the judge's thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from passatk.evaluation import Evaluation
from passatk.evaluation import Watcher as JudgingWatcher
from passatk.execution.calibration import Calibration
from passatk.execution.pool import Pool, Task
from passatk.records import Attempt, Benchmark, Problem, Verdict
from passatk.sampling.chains import Chains
from passatk.sampling.chains import Key as ChainKey
from passatk.sampling.engine import Engine
from passatk.sampling.live import LiveJudge
from passatk.sampling.sources import Source
from passatk.store import Filed, Run, Store

_BACKLOG = 4096  # programs that wait in memory; more of them wait in the store alone


class Meanwhile:
    """Gives the judge what was filed, and tells the engine what it found; a context manager."""

    def __init__(
        self,
        store: Store,
        run: Run,
        benchmark: Benchmark,
        pool: Pool,
        calibrations: Mapping[str, Calibration],
        evaluation: Evaluation,
        watcher: JudgingWatcher,
    ) -> None:
        self._store, self._run, self._benchmark = store, run, benchmark
        self._pool, self._calibrations, self._watcher = pool, calibrations, watcher
        self._limits = {name: each.limits(evaluation.policy) for name, each in calibrations.items()}
        self._awaited: dict[tuple[str, int], list[int]] = {}
        self._live: LiveJudge | None = None
        self._engine: Engine | None = None
        self._source: Source | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> Meanwhile:
        self._live = LiveJudge(
            self._pool, record=self._record, told=self._told, failed=self._failed
        )
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        assert self._live is not None
        finished = False
        try:
            if error is None:
                self._live.close(finish=True)
                finished = True
        finally:
            if not finished:
                self._live.close(finish=False)

    # In the thread of the event loop.

    def connect(self, engine: Engine, source: Source) -> None:
        self._engine, self._source = engine, source
        self._loop = asyncio.get_running_loop()

    def submit(self, attempts: Sequence[Attempt], filed: Iterable[Filed]) -> None:
        assert self._live is not None
        for attempt, each in zip(attempts, filed, strict=True):
            key = each.problem, each.program_id
            if each.status is not None:
                continue
            if key in self._awaited:
                self._awaited[key].append(each.number)
            elif self._live.backlog < _BACKLOG:
                self._awaited[key] = [each.number]
                problem = self._benchmark.problems[each.problem]
                self._live.submit(self._task(key, problem, attempt.program))

    def check(self, chain: ChainKey, visible: Problem, program: str) -> None:
        assert self._live is not None
        self._live.submit(self._task(_Visible(chain), visible, program))

    def _task(self, key: Hashable, problem: Problem, program: str) -> Task:
        name = problem.id
        trust = self._calibrations[name].trust
        return Task(key, problem, program, self._limits[name], trust)

    def _settle(self, key: Any, verdict: Verdict) -> None:
        assert self._engine is not None
        if isinstance(key, _Visible):
            assert isinstance(self._source, Chains)
            self._source.checked(key.chain, verdict)
            self._engine.wake()
            return
        for number in self._awaited.pop(key, ()):
            self._engine.judged(key[0], number, verdict)

    # In the thread of the judge.

    def _record(self, batch: list[tuple[Any, Verdict]]) -> None:
        self._store.record(
            self._run,
            [(*key, verdict) for key, verdict in batch if not isinstance(key, _Visible)],
        )

    def _told(self, key: Hashable, verdict: Verdict) -> None:
        if not isinstance(key, _Visible):
            self._watcher.judged(verdict)
        self._in_loop(lambda: self._settle(key, verdict))

    def _failed(self, error: BaseException) -> None:
        self._in_loop(lambda: self._engine.fail(error) if self._engine else None)

    def _in_loop(self, call: Callable[[], None]) -> None:
        assert self._loop is not None
        # Where the loop has ended, nothing waits for verdicts any more.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call)


@dataclass(frozen=True, slots=True)
class _Visible:
    """The key of a program that is judged by visible tests, for a chain."""

    chain: ChainKey
