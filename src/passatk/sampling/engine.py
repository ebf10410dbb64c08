"""Asking a model for what a source wants, with every completion committed as it arrives.

What is guaranteed: a completion is committed before anything else is done with it, and whoever
asked for it asks for nothing more until then. So a process that is killed at any moment loses at
most the answers to the requests that were under way, ``concurrency`` of them, and whatever is in
the store is never asked for again.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from passatk.errors import BudgetSpent, DataError, ModelError
from passatk.generation.model import Completion, Model, OneByOne, Request, Unreachable
from passatk.generation.model_settings import Settings
from passatk.generation.patience import GivenUp, Pace, Patience, ask_patiently
from passatk.generation.prices import Budget
from passatk.records import Attempt, Verdict
from passatk.sampling.attempts import attempt_of
from passatk.sampling.sources import Source
from passatk.store import Filed

_GIVEN_UP_IN_A_ROW = 3


class Watcher(Protocol):
    """What wants to know how sampling goes; all methods are cheap."""

    def sampled(self, attempts: Sequence[Attempt], spent: float) -> None: ...

    def fault(self, fault: Unreachable) -> None: ...


@dataclass(slots=True)
class Report:
    """How sampling went. ``ended_by`` is what ended it early; ``lost`` counts given up requests."""

    attempts: int = 0
    requests: int = 0
    faults: int = 0
    surplus: int = 0
    lost: int = 0
    last_fault: str | None = None
    ended_by: BudgetSpent | ModelError | None = None
    marks: dict[str, int] = field(default_factory=dict)


class Engine:
    """One pass over a source.

    Args:
        file: commits attempts, and tells what became of each.
        to_judge: is given what was filed, after every commit.
        concurrency: requests under way at most.
        clock: seconds, for latencies.
    """

    def __init__(
        self,
        model: Model,
        settings: Settings,
        source: Source,
        *,
        file: Callable[[Sequence[Attempt]], list[Filed]],
        to_judge: Callable[[Sequence[Attempt], Sequence[Filed]], None],
        budget: Budget,
        patience: Patience,
        pace: Pace,
        concurrency: int,
        watcher: Watcher,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._model, self._settings, self._source = model, settings, source
        self._file, self._to_judge = file, to_judge
        self._budget, self._patience, self._pace = budget, patience, pace
        self._concurrency = concurrency
        self._watcher, self._clock = watcher, clock
        self.report = Report()
        self._inbox: list[tuple[list[Attempt], asyncio.Future[list[Filed]]]] = []
        self._news, self._ending = asyncio.Event(), asyncio.Event()
        self._busy = 0
        self._lost_in_a_row = 0
        self._error: BaseException | None = None

    async def run(self) -> Report:
        """Ask until the source has nothing more, or something ends it early.

        Raises:
            StoreError: the store cannot be used any more.
        """
        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(self._concurrency):
                    workers.create_task(self._work())
        except BaseExceptionGroup as errors:
            raise _first(errors) from errors
        finally:
            self._commit()  # answers that came in the moment in which this was interrupted
        if self._error is not None:
            raise self._error
        return self.report

    def judged(self, problem: str, number: int, verdict: Verdict) -> None:
        """A verdict is there; to be called in the thread of the event loop."""
        self._source.judged(problem, number, verdict)
        self.wake()

    def wake(self) -> None:
        """Let those who wait for requests look again."""
        self._news.set()

    def fail(self, error: BaseException) -> None:
        """End with an error that came up elsewhere."""
        self._error = self._error or error
        self._ending.set()
        self.wake()

    async def _work(self) -> None:
        while self._error is None and self.report.ended_by is None:
            request = self._source.take()
            if request is not None:
                self._busy += 1
                try:
                    await self._serve(request)
                finally:
                    self._busy -= 1
                    self.wake()
            elif self._busy == 0 and not self._source.waiting:
                self.wake()
                return
            else:
                self._news.clear()
                await self._news.wait()

    async def _serve(self, request: Request) -> None:
        """Ask for what is in a request, and see it committed."""
        try:
            amount = await self._reserve(request)
            started = self._clock()
            try:
                completions = await self._ask(request)
            finally:
                self._budget.release(amount)
        except OneByOne:
            self._source.again(request)
            return
        except GivenUp as fault:
            self._give_up(request, fault)
            return
        except (BudgetSpent, ModelError) as error:
            self._end(error)
            self._source.lost(request)
            return
        await self._keep(request, completions, self._clock() - started)

    async def _reserve(self, request: Request) -> float:
        while (amount := self._budget.reserve(request)) is None:
            self._news.clear()
            await self._news.wait()
            if self.report.ended_by is not None:
                raise self.report.ended_by
        return amount

    async def _ask(self, request: Request) -> list[Completion]:
        return await ask_patiently(
            self._model,
            request,
            self._patience,
            self._pace,
            sending=self._sending,
            failed=self._fault,
            sleep=self._sleep,
        )

    async def _sleep(self, seconds: float) -> None:
        """Wait, but not beyond the end."""
        if self.report.ended_by is None and self._error is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), seconds)

    def _end(self, error: BudgetSpent | ModelError) -> None:
        self.report.ended_by = self.report.ended_by or error
        self._ending.set()
        self.wake()

    def _sending(self) -> None:
        if self.report.ended_by is not None:
            raise self.report.ended_by
        if self._error is not None:
            raise self._error
        self._budget.count_request()
        self.report.requests += 1

    def _fault(self, fault: Unreachable) -> None:
        self.report.faults += 1
        self.report.last_fault = str(fault)
        self._watcher.fault(fault)

    def _give_up(self, request: Request, fault: GivenUp) -> None:
        self.report.lost += 1
        self.report.last_fault = str(fault)
        self._source.lost(request)
        self._lost_in_a_row += 1
        if self._lost_in_a_row >= _GIVEN_UP_IN_A_ROW:
            self._end(ModelError(f"the model does not answer: {fault}"))

    async def _keep(self, request: Request, completions: list[Completion], seconds: float) -> None:
        self._lost_in_a_row = 0
        self.report.surplus += max(len(completions) - request.count, 0)
        completions = completions[: request.count]
        attempts = []
        for place, completion in enumerate(completions):
            cost = self._budget.pay(completion)
            attempts.append(
                attempt_of(self._settings, request, place, completion, cost=cost, seconds=seconds)
            )
        filed = await self._filed(attempts)
        missing = request.count - len(completions)
        if missing:
            self._source.again(
                replace(request, number=request.number + len(completions), count=missing)
            )
        self.report.attempts += len(attempts)
        for completion in completions:
            if completion.mark is not None:
                mark = str(completion.mark)
                self.report.marks[mark] = self.report.marks.get(mark, 0) + 1
        self._source.filed(request, attempts, filed)
        self._to_judge(attempts, filed)
        self._watcher.sampled(attempts, self._budget.spent)
        if self._budget.needs_usage and any(each.extra.get("cost") is None for each in attempts):
            self._without_usage(attempts)

    def _without_usage(self, attempts: Sequence[Attempt]) -> None:
        delivered = [each for each in attempts if each.extra.get("mark") != "refused"]
        if delivered:
            self.fail(
                DataError(
                    "--max-cost: the server does not report the tokens it used",
                    field="usage",
                    expected="prompt_tokens and completion_tokens in every response",
                    hint="--max-requests limits the number of requests instead",
                )
            )

    async def _filed(self, attempts: list[Attempt]) -> list[Filed]:
        """Commit attempts, together with those that came in the same moment."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[list[Filed]] = loop.create_future()
        if not self._inbox:
            loop.call_soon(self._commit)
        self._inbox.append((attempts, done))
        return await done

    def _commit(self) -> None:
        inbox, self._inbox = self._inbox, []
        if not inbox:
            return
        try:
            filed = iter(self._file([each for attempts, _ in inbox for each in attempts]))
        except BaseException as error:
            for _, done in inbox:
                if not done.done():
                    done.set_exception(error)
            return
        for attempts, done in inbox:
            result = [next(filed) for _ in attempts]
            if not done.done():
                done.set_result(result)


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """One of the errors of several workers, which all met the same."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
