"""The warm process: forks once per attempt, watches the fork, and reports how it ended.

Started by the worker pool inside the sandbox as ``zygote.py CONTROL_FD CONFIG``. The judge sends a
request with a fresh channel beside it; the fork talks to the judge over that channel alone. The
zygote never reads what a candidate sends and never runs its code.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import time
from typing import Any, NoReturn

from . import confine, program, wire

# Imported once here instead of once per attempt: what programs of benchmarks import most.
WARM_MODULES = (
    *("bisect", "collections", "copy", "datetime", "decimal", "fractions", "functools", "hashlib"),
    *("heapq", "itertools", "json", "math", "operator", "random", "re", "statistics", "string"),
    "typing",
)

_LONGEST_NAP = 0.1  # seconds; bounds how far several threads can overrun the CPU limit
_TAIL = 4000  # characters of output kept for people


class Zygote:
    """Serves requests until the judge closes the control socket."""

    def __init__(self, control: socket.socket, config: dict[str, Any]) -> None:
        self.control = control
        self.scratch: str = config["scratch"]
        self.strict: bool = config["strict"]
        self.filter = confine.Filter(bytes.fromhex(config["filter"]))
        self.own = confine.pid_descriptor(os.getpid())
        self.confined_read, self.confined_write = os.pipe()
        os.set_blocking(self.confined_read, False)
        if self.strict:
            confine.mount_scratch(self.scratch, replace=False)
        else:
            os.chdir(self.scratch)

    def serve(self) -> None:
        while True:
            try:
                request, channel = wire.receive_with_fd(self.control)
            except wire.Closed:
                return
            wire.send(self.control, self._attempt(request, channel))
            self._empty_scratch()

    def _attempt(self, request: dict[str, Any], channel: int) -> dict[str, Any]:
        stdout, stderr = os.memfd_create("stdout"), os.memfd_create("stderr")
        started = time.monotonic()
        if self.strict:
            confine.next_child_gets_a_pid_namespace()
        pid = os.fork()
        if pid == 0:
            self._become_candidate(request, channel, stdout, stderr)
        if self.strict:
            confine.back_to_own_pid_namespace(self.own)
        os.close(channel)
        watched = confine.pid_descriptor(pid)
        try:
            limit = self._watch(pid, watched, request, started)
            kill(pid)
            _pid, status, usage = os.wait4(pid, 0)
        finally:
            os.close(watched)
        report = {
            "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            "limit": limit,
            "confined": self._was_confined(),
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "wall_seconds": time.monotonic() - started,
            "peak_memory_bytes": usage.ru_maxrss * 1024,
            "output_bytes": max(os.fstat(stdout).st_size, os.fstat(stderr).st_size),
            "stderr": _tail(stderr),
            "stdout": _whole(stdout) if request["mode"] == "script" else _tail(stdout),
        }
        os.close(stdout)
        os.close(stderr)
        return report

    def _watch(self, pid: int, watched: int, request: dict[str, Any], started: float) -> str | None:
        """Wait until the fork ended, ran into a limit, or the judge has seen enough.

        Returns the limit ("cpu", "wall") or None. For all modes but "script" the judge always says
        "stop", also when the fork is already gone, so that the two never disagree on whose turn
        it is.
        """
        limits = request["limits"]
        await_stop = request["mode"] != "script"
        allowance = max(limits["cpu_seconds"], limits["load_seconds"])
        alive, limit = True, None
        poll = select.poll()
        poll.register(watched, select.POLLIN)
        if await_stop:
            poll.register(self.control, select.POLLIN)
        while alive or await_stop:
            nap = None
            if alive:
                cpu_left = allowance - cpu_seconds(pid)
                wall_left = limits["wall_seconds"] - (time.monotonic() - started)
                if cpu_left <= 0 or wall_left <= 0:
                    limit = "cpu" if cpu_left <= 0 else "wall"
                    kill(pid)
                    alive = False
                    poll.unregister(watched)
                    continue
                nap = 1000 * min(cpu_left, wall_left, _LONGEST_NAP) + 1
            for fd, _event in poll.poll(nap):
                if fd == watched:
                    alive = False
                    poll.unregister(watched)
                elif "stop" in wire.receive(self.control):
                    return limit
                elif alive and limits["load_seconds"] > 0:  # the program has been loaded
                    allowance = cpu_seconds(pid) + limits["cpu_seconds"]
        return limit

    def _become_candidate(
        self, request: dict[str, Any], channel: int, stdout: int, stderr: int
    ) -> NoReturn:
        try:
            _redirect(request.get("stdin"), stdout, stderr)
            # To high numbers first: 3 and 4 may be in use by the very descriptors to be moved.
            confirmation = fcntl.fcntl(self.confined_write, fcntl.F_DUPFD_CLOEXEC, 100)
            channel = fcntl.fcntl(channel, fcntl.F_DUPFD_CLOEXEC, 100)
            os.dup2(confirmation, 3, inheritable=False)
            os.dup2(channel, 4, inheritable=False)
            os.closerange(5, 128)
            confine.set_limits(request["limits"], own_user_namespace=self.strict)
            if self.strict:
                confine.drop_capabilities()
            else:
                os.setsid()
            self.filter.install()
            os.write(3, b"c")
            os.close(3)
            gc.enable()
            program.run(request, socket.socket(fileno=4))
        finally:
            os._exit(program.EXIT_UNCAUGHT)

    def _was_confined(self) -> bool:
        try:
            return os.read(self.confined_read, 16) == b"c"
        except BlockingIOError:
            return False

    def _empty_scratch(self) -> None:
        if not os.listdir(self.scratch):
            return
        if self.strict:
            confine.mount_scratch(self.scratch, replace=True)
        else:
            os.chdir("/")
            shutil.rmtree(self.scratch)
            os.mkdir(self.scratch, 0o700)
            os.chdir(self.scratch)


def cpu_seconds(pid: int) -> float:
    """CPU time of a process, all its threads, as its own clock tells (clock_getcpuclockid(3))."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:  # it ended in this moment
        return 0.0


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)  # not yet waited for, so the number is still its own


def _redirect(stdin: str | None, stdout: int, stderr: int) -> None:
    if stdin is None:
        source = os.open("/dev/null", os.O_RDONLY)
    else:
        source = os.memfd_create("stdin")
        data = stdin.encode("utf-8", "surrogateescape")
        while data:
            data = data[os.write(source, data) :]
        os.lseek(source, 0, os.SEEK_SET)
    os.dup2(source, 0)
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)


def _whole(fd: int) -> str:
    chunks: list[bytes] = []
    offset = 0
    while True:
        chunk = os.pread(fd, 1 << 20, offset)
        if not chunk:
            return b"".join(chunks).decode("utf-8", "surrogateescape")
        chunks.append(chunk)
        offset += len(chunk)


def _tail(fd: int) -> str:
    size = os.fstat(fd).st_size
    return os.pread(fd, _TAIL, max(0, size - _TAIL)).decode("utf-8", "replace")


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    os.set_inheritable(control.fileno(), False)
    config = json.loads(sys.argv[2])
    for name in WARM_MODULES:
        importlib.import_module(name)
    if config["strict"]:
        confine.hide_from_debuggers()
    zygote = Zygote(control, config)
    gc.collect()
    gc.freeze()
    gc.disable()
    wire.send(control, {"ready": True, "python": sys.version.split()[0]})
    zygote.serve()
