"""The worker pool: hands programs to judges and collects verdicts, one process for all of it.

A worker is a pair of sandboxed processes, a judge and a zygote. Every judge has a short queue, so
that it never waits for the pool. Whatever happens to a worker (it dies, it hangs), every task gets
exactly one verdict.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from passatk.errors import UnsuitablePython
from passatk.execution import sandbox, syscalls
from passatk.execution.inside import wire
from passatk.execution.limits import Limits
from passatk.execution.sandbox import Interpreter, Isolation
from passatk.records import (
    CallTests,
    CodeTests,
    Problem,
    Status,
    StreamTests,
    Trust,
    Verdict,
)

QUEUE = 8  # tasks a judge has at hand: it does not wait while the caller stores verdicts
_PATIENCE_SECONDS = 20.0  # what the tests themselves may take beside the program's wall time
_START_SECONDS = 60.0
_LOOK_SECONDS = 1.0
_RETRIES = 1


@dataclass(frozen=True, slots=True)
class Task:
    """A program to judge. ``key`` is the caller's own and comes back with the verdict."""

    key: Any
    problem: Problem
    program: str
    limits: Limits
    trust: Trust | None = None


@dataclass(slots=True)
class _Pending:
    task: Task
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Settings:
    """How programs are run.

    ``seed`` seeds ``random`` in every program and test alike. ``warm`` are modules to import once
    instead of in every program; each makes every fork a little dearer.
    """

    python: Interpreter
    isolation: Isolation = Isolation.STRICT
    workers: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))
    seed: int = 0
    warm: tuple[str, ...] = ("typing",)


class Pool:
    """Workers that judge tasks; a context manager, so that no process outlives it.

    Raises IsolationError (or a kind of it) on entry when programs cannot be confined here.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.workers < 1:
            raise ValueError(f"workers must be at least 1; got {settings.workers}")
        self._settings = settings
        self._filters = syscalls.build()
        self._workers: list[_Worker] = []

    def __enter__(self) -> Pool:
        if self._settings.isolation is Isolation.STRICT:
            sandbox.check_strict(self._settings.python)
        try:
            for number in range(self._settings.workers):
                self._workers.append(_Worker(self._settings, self._filters, number))
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
        retries: deque[_Pending] = deque()
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
                            pending = _Pending(task)
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

    def _replace(self, index: int) -> _Worker:
        self._workers[index].close()
        self._workers[index] = _Worker(self._settings, self._filters, index)
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
        self, worker: _Worker, ended: str, retries: deque[_Pending]
    ) -> Iterator[tuple[Task, Verdict]]:
        """Give every task of a worker that is no more another chance, or a verdict."""
        queue = list(worker.queue)
        if not queue:
            return
        first = queue[0]
        if ended == _HANGS:
            # The tests wait for something that this program's answers keep from happening.
            detail = "the tests did not come to an end with what the program returned"
            yield first.task, Verdict(Status.TIME_LIMIT_EXCEEDED, tests="l", detail=detail)
        elif first.tries < _RETRIES:
            first.tries += 1
            retries.append(first)
        else:
            yield first.task, Verdict(Status.JUDGE_ERROR, detail=ended)
        retries.extend(queue[1:])


_HANGS = "the judge did not answer"


@contextlib.contextmanager
def _on_one_processor(number: int) -> Iterator[None]:
    """Keep what is started meanwhile on one processor, a different one for each number.

    Judge, zygote and program take turns. On one processor each wakes the next without a signal to
    another one, and the memory of a fork was never seen by another one that would have to be told
    of every page it copies. Where processors are shared, this is most of what judging costs.
    """
    allowed = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {allowed[number % len(allowed)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


class _Worker:
    """A judge and its zygote, as seen from the pool."""

    def __init__(self, settings: Settings, filters: syscalls.Filters, number: int) -> None:
        self.queue: deque[_Pending] = deque()
        self._seed = settings.seed
        self._known: dict[int, Problem] = {}  # by the key that the judge knows it under
        self._unsent = bytearray()
        self._received = bytearray()
        self._gone = False
        self._waited = 0.0  # seconds for the verdict on the first task in the queue
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
        self._scratch: str | None = None
        strict = settings.isolation is Isolation.STRICT
        if strict:
            scratch = sandbox.scratch(settings.python)
        else:
            self._scratch = tempfile.mkdtemp(prefix="passatk-")
            scratch = os.path.join(self._scratch, "scratch")
            os.mkdir(scratch, 0o700)
        self._environment = sandbox.environment(scratch)
        config = json.dumps(
            {
                "strict": strict,
                "scratch": scratch,
                "common_filter": filters.common.hex(),
                "judge_filter": filters.judge.hex(),
                "candidate_filter": filters.candidate.hex(),
                "warm": settings.warm,
            }
        )
        control_judge, control_zygote = socket.socketpair()
        self.socket, pool_judge = socket.socketpair()
        with _on_one_processor(number):
            self._processes = [
                self._start(settings, "zygote", [control_zygote], config, admin=True),
                self._start(settings, "judge", [pool_judge, control_judge], config, admin=False),
            ]
        for theirs in (control_judge, control_zygote, pool_judge):
            theirs.close()

    def _start(
        self,
        settings: Settings,
        module: str,
        sockets: list[socket.socket],
        config: str,
        *,
        admin: bool,
    ) -> subprocess.Popen[bytes]:
        fds = [sock.fileno() for sock in sockets]
        arguments = [*map(str, fds), config]
        line = sandbox.command(settings.python, settings.isolation, module, arguments, admin=admin)
        return subprocess.Popen(
            line,
            pass_fds=fds,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._stderr,
            env=self._environment,
            start_new_session=True,  # a Ctrl-C in the terminal is the pool's to handle
        )

    def wait_until_ready(self) -> None:
        """Raises IsolationError when the pair does not start."""
        self.socket.settimeout(_START_SECONDS)
        try:
            wire.receive(self.socket)
        except (wire.WireError, OSError) as error:
            raise UnsuitablePython(
                "the judge did not start inside the sandbox\n"
                f"  found: {self._said() or error}\n"
                "  next: passatk doctor"
            ) from error
        self.socket.setblocking(False)

    def enqueue(self, pending: _Pending) -> None:
        task = pending.task
        if not self.queue:
            self._waited = 0.0
        self.queue.append(pending)
        key = id(task.problem)  # two problems may have one name
        if key not in self._known:
            self._send({"key": key, "problem": problem_message(task.problem)})
            self._known[key] = task.problem
            if len(self._known) > wire.RECENT_PROBLEMS:
                del self._known[next(iter(self._known))]
        job = {
            "problem_key": key,
            "program": task.program,
            "limits": task.limits.to_dict(),
            "seed": self._seed,
        }
        if task.trust is not None:
            job["trust"] = str(task.trust)
        self._send(job)
        self.flush()

    @property
    def has_unsent(self) -> bool:
        return bool(self._unsent)

    def _send(self, message: dict[str, Any]) -> None:
        self._unsent += wire.frame(message)

    def flush(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: self.socket.send(self._unsent)]
        except BlockingIOError:
            pass
        except OSError:
            self._gone = True

    def collect(self) -> Iterator[tuple[Task, Verdict]]:
        """Verdicts that have come in."""
        try:
            chunk = self.socket.recv(1 << 18)
            self._gone = self._gone or not chunk
            self._received += chunk
        except BlockingIOError:
            return
        except OSError:
            self._gone = True
        while (message := wire.take_frame(self._received)) is not None:
            pending = self.queue.popleft()
            self._waited = 0.0
            yield pending.task, verdict_of(message)

    def ended(self, passed: float) -> str | None:
        """Why this worker can judge no more, or None while it can; ``passed`` are the seconds since
        this was last asked."""
        if self._gone:
            return f"the judge ended unexpectedly: {self._said() or 'it said nothing'}"
        if self.queue:
            task = self.queue[0].task
            cases = (
                len(task.problem.tests.cases) if isinstance(task.problem.tests, StreamTests) else 1
            )
            allowed = task.limits.wall_seconds * max(cases, 1) + _PATIENCE_SECONDS
            self._waited += passed
            if self._waited > allowed:
                return _HANGS
        return None

    def _said(self) -> str:
        self._stderr.seek(0)
        return " ".join(self._stderr.read().decode("utf-8", "replace").split())[-500:]

    def close(self) -> None:
        self.socket.close()
        for process in self._processes:
            process.send_signal(signal.SIGKILL)  # bubblewrap takes its sandbox down with it
        for process in self._processes:
            process.wait()
        self._stderr.close()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)


def problem_message(problem: Problem) -> dict[str, Any]:
    """A problem as the judge takes it; raises wire.Unportable for cases that are not plain data."""
    message: dict[str, Any] = {
        "entry_point": problem.entry_point,
        "prompt": problem.prompt,
        "preamble": problem.preamble,
        "trust": str(problem.trust),
    }
    tests = problem.tests
    if isinstance(tests, CodeTests):
        cases: list[Any] = [case.code for case in tests.cases]
        return {
            **message,
            "kind": "code",
            "setup": tests.setup,
            "check": tests.check,
            "cases": cases,
        }
    comparison = tests.comparison
    message["comparison"] = {
        "kind": comparison.kind,
        "relative": comparison.relative,
        "absolute": comparison.absolute,
        "code": comparison.code,
        "sequences_alike": comparison.sequences_alike,
    }
    if isinstance(tests, CallTests):
        cases = [
            [wire.to_text(list(case.args)), wire.to_text(case.expected)] for case in tests.cases
        ]
        return {**message, "kind": "calls", "cases": cases}
    return {
        **message,
        "kind": "stream",
        "cases": [[case.stdin, case.stdout] for case in tests.cases],
    }


def verdict_of(message: dict[str, Any]) -> Verdict:
    """The verdict in a judge's answer."""
    if "judge_error" in message:
        return Verdict(Status.JUDGE_ERROR, detail=message["judge_error"])
    return Verdict(
        status=Status(message["status"]),
        trust=Trust(message["trust"]),
        tests=message["tests"],
        detail=message["detail"],
        output=message["output"],
        cpu_seconds=message["cpu_seconds"],
        wall_seconds=message["wall_seconds"],
        peak_memory_bytes=message["peak_memory_bytes"],
    )
