"""The worker pool: hands programs to judges and collects verdicts, one process for all of it.

A worker is a pair of sandboxed processes, a judge and a zygote. Every judge has a short queue, so
that it never waits for the pool. Whatever happens to a worker (it dies, it hangs), every task gets
exactly one verdict.
"""

from __future__ import annotations

import selectors
import time
from collections import deque
from collections.abc import Iterable, Iterator
from types import TracebackType

from passatk.execution import sandbox, syscalls
from passatk.execution.sandbox import Isolation
from passatk.execution.tasks import Settings, Task
from passatk.execution.worker import HANGS, Pending, Worker
from passatk.records import Status, Verdict

__all__ = ["QUEUE", "Pool", "Settings", "Task"]

QUEUE = 8  # tasks a judge has at hand: it does not wait while the caller stores verdicts
_LOOK_SECONDS = 1.0
_RETRIES = 1


class Pool:
    """Workers that judge tasks; a context manager, so that no process outlives it.

    Raises IsolationError (or a kind of it) on entry when programs cannot be confined here.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.workers < 1:
            raise ValueError(f"workers must be at least 1; got {settings.workers}")
        self._settings = settings
        self._filters = syscalls.build()
        self._workers: list[Worker] = []

    def __enter__(self) -> Pool:
        if self._settings.isolation is Isolation.STRICT:
            sandbox.check_strict(self._settings.python)
        try:
            for number in range(self._settings.workers):
                self._workers.append(Worker(self._settings, self._filters, number))
            for worker in self._workers:
                worker.wait_until_ready()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        for worker in self._workers:
            worker.close()
        self._workers.clear()

    def judge(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Verdict]]:
        """Verdicts in the order in which they come in; tasks are drawn as workers get free.

        Memory does not grow with the number of tasks. One call at a time: what is left of a call
        that was not read to its end is given up when the next begins.
        """
        source = iter(tasks)
        retries: deque[Pending] = deque()
        for index, worker in enumerate(self._workers):
            if worker.queue:
                self._replace(index)
        looked = time.monotonic()
        with selectors.DefaultSelector() as selector:
            for worker in self._workers:
                selector.register(worker.socket, selectors.EVENT_READ, worker)
            while True:
                for worker in self._workers:
                    while len(worker.queue) < QUEUE:
                        if retries:
                            pending = retries.popleft()
                        else:
                            task = next(source, None)
                            if task is None:
                                break
                            pending = Pending(task)
                        worker.enqueue(pending)
                if not any(worker.queue for worker in self._workers):
                    return
                self._watch_for_writes(selector)
                for key, events in selector.select(_LOOK_SECONDS):
                    worker = key.data
                    if events & selectors.EVENT_WRITE:
                        worker.flush()
                    if events & selectors.EVENT_READ:
                        yield from worker.collect()
                # Where this process was stopped or its caller was busy, that is nobody's delay.
                passed = min(time.monotonic() - looked, 2 * _LOOK_SECONDS)
                looked = time.monotonic()
                for index, worker in enumerate(self._workers):
                    ended = worker.ended(passed)
                    if ended is not None:
                        selector.unregister(worker.socket)
                        yield from self._bury(worker, ended, retries)
                        fresh = self._replace(index)
                        selector.register(fresh.socket, selectors.EVENT_READ, fresh)

    def _replace(self, index: int) -> Worker:
        self._workers[index].close()
        self._workers[index] = Worker(self._settings, self._filters, index)
        self._workers[index].wait_until_ready()
        return self._workers[index]

    def _watch_for_writes(self, selector: selectors.BaseSelector) -> None:
        for worker in self._workers:
            events = selectors.EVENT_READ
            if worker.has_unsent:
                events |= selectors.EVENT_WRITE
            if selector.get_key(worker.socket).events != events:
                selector.modify(worker.socket, events, worker)

    def _bury(
        self, worker: Worker, ended: str, retries: deque[Pending]
    ) -> Iterator[tuple[Task, Verdict]]:
        """Give every task of a worker that is no more another chance, or a verdict."""
        queue = list(worker.queue)
        if not queue:
            return
        first = queue[0]
        if ended == HANGS:
            # The tests wait for something that this program's answers keep from happening.
            detail = "the tests did not come to an end with what the program returned"
            yield first.task, Verdict(Status.TIME_LIMIT_EXCEEDED, tests="l", detail=detail)
        elif first.tries < _RETRIES:
            first.tries += 1
            retries.append(first)
        else:
            yield first.task, Verdict(Status.JUDGE_ERROR, detail=ended)
        retries.extend(queue[1:])
