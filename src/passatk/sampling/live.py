"""Judging programs in a thread of its own, as they come in."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from typing import Any

from passatk.execution.pool import Pool, Task
from passatk.records import Verdict

_RECORD_SECONDS = 0.5
_RECORD_VERDICTS = 200
_LEAVE_SECONDS = 2.0

Told = Callable[[Hashable, Verdict], None]


class LiveJudge:
    """A queue of programs in front of a pool.

    Args:
        record: files verdicts, in the judging thread, a batch at a time.
        told: is called with the key of every task and its verdict, in the judging thread.
        failed: is called once with what ended the thread, if anything did.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        record: Callable[[list[tuple[Any, Verdict]]], None],
        told: Told,
        failed: Callable[[BaseException], None],
    ) -> None:
        self._pool = pool
        self._record, self._told, self._failed = record, told, failed
        self._queue: deque[Task] = deque()
        self._changed = threading.Condition()
        self._closing = self._leaving = False
        self._thread = threading.Thread(target=self._run, name="judge", daemon=True)
        self._thread.start()

    @property
    def backlog(self) -> int:
        """Programs that wait."""
        return len(self._queue)

    def submit(self, task: Task) -> None:
        with self._changed:
            self._queue.append(task)
            self._changed.notify()

    def close(self, *, finish: bool) -> None:
        """End the thread: after all that was submitted, or now."""
        with self._changed:
            self._closing = True
            self._leaving = not finish
            self._changed.notify()
        self._thread.join(None if finish else _LEAVE_SECONDS)

    # The pool draws from here; it may come back after there was nothing.

    def __iter__(self) -> LiveJudge:
        return self

    def __next__(self) -> Task:
        try:
            if not self._leaving:
                return self._queue.popleft()
        except IndexError:
            pass
        raise StopIteration

    # In the thread.

    def _run(self) -> None:
        try:
            while self._wait():
                self._judge_queue()
        except BaseException as error:
            if not self._leaving:
                self._failed(error)

    def _wait(self) -> bool:
        with self._changed:
            while not self._queue and not self._closing:
                self._changed.wait()
            return bool(self._queue) and not self._leaving

    def _judge_queue(self) -> None:
        batch: list[tuple[Any, Verdict]] = []
        last = time.monotonic()
        try:
            for task, verdict in self._pool.judge(self):
                batch.append((task.key, verdict))
                if len(batch) >= _RECORD_VERDICTS or time.monotonic() - last > _RECORD_SECONDS:
                    self._record(batch)
                    batch, last = [], time.monotonic()
                self._told(task.key, verdict)
                if self._leaving:
                    return
        finally:
            if batch:
                self._record(batch)
