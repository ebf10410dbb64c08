"""A worker: a judge and its zygote, each in a sandbox of its own, as seen from the pool."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from passatk.errors import UnsuitablePython
from passatk.execution import sandbox, syscalls
from passatk.execution.inside import wire
from passatk.execution.messages import problem_message, verdict_of
from passatk.execution.sandbox import Isolation
from passatk.execution.tasks import Settings, Task
from passatk.records import Problem, StreamTests, Verdict

HANGS = "the judge did not answer"
_PATIENCE_SECONDS = 20.0  # what the tests themselves may take beside the program's wall time
_START_SECONDS = 60.0


@dataclass(slots=True)
class Pending:
    """A task in a queue, and how many workers it has seen die."""

    task: Task
    tries: int = 0


def _is_stopped(pid: int) -> bool:
    """Whether a signal has stopped a process or one below it."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it ended in this moment
        return False
    return state == "T" or any(_is_stopped(int(child)) for child in children)


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


class Worker:
    """A judge and its zygote, as seen from the pool."""

    def __init__(self, settings: Settings, filters: syscalls.Filters, number: int) -> None:
        self.queue: deque[Pending] = deque()
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

    def enqueue(self, pending: Pending) -> None:
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
            chunk = self.socket.recv(1 << 16)  # more would be mapped and unmapped each time
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
                stopped = any(_is_stopped(process.pid) for process in self._processes)
                return "the judge was stopped by somebody else" if stopped else HANGS
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
