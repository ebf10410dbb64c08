"""The warm process: forks once per attempt, watches the fork, and reports how it ended.

Started by the worker pool inside the sandbox with CONTROL_FD CONFIG as its arguments. The judge
sends a mode and the limits with a fresh channel beside it; over that channel alone the fork gets
the program and talks to the judge. The zygote never reads a program, its input or what it prints,
and never runs its code: whatever it held would be in the memory of every later fork.
"""

from __future__ import annotations

import _socket
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import struct
import sys
import time
from typing import Any, NoReturn

from . import confine, control, memory, program, scratch, wire

# Where a fork finds its files; the zygote keeps these numbers free for them.
_CONFINED, _CHANNEL, _PROGRESS_FILE = 3, 4, 5
_JUDGE, _NOWHERE = 6, 7  # and where it has its own
_OTHER_FILES = _PROGRESS_FILE + 1, confine.MAX_DESCRIPTORS
_PROGRESS = struct.Struct("d")
_AFTER_FAILURE = 0.1  # share of the time for the tests that follow a failed one
_NEVER = float("inf")
_SIGKILL = int(signal.SIGKILL)
_LONGEST_NAP = 0.1  # seconds; bounds how far several threads can overrun the CPU limit


class Zygote:
    """Serves requests until the judge closes the control socket."""

    def __init__(self, judge: _socket.socket, config: dict[str, Any]) -> None:
        self.judge = judge
        self.strict: bool = config["strict"]
        candidate_filter = confine.Filter(bytes.fromhex(config["candidate_filter"]))
        self.confinement = confine.Confinement(candidate_filter, die_with_parent=not self.strict)
        self.confinement.rehearse()
        self.reaper = confine.Reaper()
        _move(os.open("/dev/null", os.O_RDONLY), _NOWHERE)
        for fd in (_CONFINED, _CHANNEL, _PROGRESS_FILE):
            os.dup2(_NOWHERE, fd, inheritable=False)
        self.confined, confined = os.pipe()
        os.set_blocking(self.confined, False)
        os.dup2(confined, _CONFINED, inheritable=False)
        os.close(confined)
        self.progress = os.memfd_create("progress")
        os.dup2(self.progress, _PROGRESS_FILE, inheritable=False)
        self.own = confine.pid_descriptor(os.getpid())
        if self.strict:
            confine.protect_devices("/dev")
        self.scratch = scratch.Scratch(config["scratch"], mounted=self.strict)
        # One socket object for every channel: in a fork, making one costs more than an attempt's
        # whole conversation. What stands behind its descriptor changes from attempt to attempt.
        os.dup2(judge.fileno(), _CHANNEL, inheritable=False)
        self.channel = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM, 0, _CHANNEL)
        os.dup2(_NOWHERE, _CHANNEL, inheritable=False)
        self.poll = select.poll()
        self.poll.register(judge, select.POLLIN)

    def serve(self) -> None:
        with contextlib.suppress(wire.Closed):
            while True:
                self._attempt(*control.receive_start(self.judge))
                self.scratch.empty()

    def _attempt(
        self,
        script: bool,
        cpu_limit: float,
        load_limit: float,
        wall_limit: float,
        memory_limit: int,
        output_limit: int,
        channel: int,
    ) -> None:
        """Run one attempt and send its report.

        What can be done before the fork or after its end is not done between: while it lives, every
        page that this process writes to has to be copied.
        """
        started = time.monotonic()
        stdout, stderr = os.memfd_create("stdout"), os.memfd_create("stderr")
        os.ftruncate(self.progress, 0)
        os.dup2(channel, _CHANNEL, inheritable=False)
        os.close(channel)
        self.confinement.prepare(memory_limit, cpu_limit + load_limit, output_limit)
        nap = 1000 * min(max(cpu_limit, load_limit), wall_limit, _LONGEST_NAP) + 1
        if self.strict:
            confine.next_child_gets_a_pid_namespace()
        pid = os.fork()
        if pid == 0:
            self._become_candidate(stdout, stderr)
        watched = confine.pid_descriptor(pid)
        limit = self._watch(pid, watched, nap, started, script, cpu_limit, load_limit, wall_limit)
        os.kill(pid, _SIGKILL)  # not yet waited for, so the number is still its own
        status, cpu_used, peak_memory = self.reaper.wait(pid)
        os.close(watched)
        if self.strict:
            confine.back_to_own_pid_namespace(self.own)
        control.send_report(
            self.judge,
            status,
            limit,
            self._was_confined(),
            (cpu_used, time.monotonic() - started, peak_memory),
            (os.lseek(stdout, 0, os.SEEK_END), os.lseek(stderr, 0, os.SEEK_END)),
            (stdout, stderr),
        )
        os.close(stdout)
        os.close(stderr)

    def _watch(
        self,
        pid: int,
        watched: int,
        nap: float | None,
        started: float,
        script: bool,
        cpu_limit: float,
        load_limit: float,
        wall_limit: float,
    ) -> bytes:
        """Wait until the fork ended, ran into a limit, or the judge has seen enough.

        Returns the limit (b"c", b"w") or b"-". For all but scripts the judge always says STOP, also
        when the fork is already gone, so that the two never disagree on whose turn it is.
        """
        alive, limit = True, b"-"
        hurried = _NEVER  # CPU seconds by which it has to end, once a test has failed
        self.poll.register(watched, select.POLLIN)
        while alive or not script:
            for fd, _event in self.poll.poll(nap):
                if fd == watched:
                    alive, nap = False, None
                    self._forget(watched)
                elif self.judge.recv(1) != control.HURRY:  # STOP, or it is gone
                    if alive:
                        self._forget(watched)
                    return limit
                elif alive:
                    hurried = cpu_seconds(pid) + cpu_limit * _AFTER_FAILURE
            if alive:
                allowed = min(self._allowance(cpu_limit, load_limit), hurried)
                cpu_left = allowed - cpu_seconds(pid)
                wall_left = wall_limit - (time.monotonic() - started)
                nap = 1000 * min(cpu_left, wall_left, _LONGEST_NAP) + 1
                if cpu_left <= 0 or wall_left <= 0:
                    limit = b"c" if cpu_left <= 0 else b"w"
                    os.kill(pid, _SIGKILL)
                    nap = None  # until its end is told
        return limit

    def _forget(self, watched: int) -> None:
        """The fork is gone, or about to be: let the judge see that nobody is on the channel."""
        self.poll.unregister(watched)
        os.dup2(_NOWHERE, _CHANNEL, inheritable=False)

    def _allowance(self, cpu_limit: float, load_limit: float) -> float:
        """CPU seconds that the fork may have used by now: for loading alone, or to the end.

        The fork itself says when its program was loaded. What a hostile one says instead can get
        it no more than an honest one may take for loading.
        """
        told = os.pread(self.progress, _PROGRESS.size, 0) if load_limit > 0 else b""
        if len(told) < _PROGRESS.size:
            return max(load_limit, cpu_limit)
        (loaded_after,) = _PROGRESS.unpack(told)
        if not 0 <= loaded_after <= load_limit:  # also where it is no number
            loaded_after = load_limit
        return float(loaded_after) + cpu_limit

    def _become_candidate(self, stdout: int, stderr: int) -> NoReturn:
        try:
            os.dup2(stdout, 1)
            os.dup2(stderr, 2)
            os.closerange(*_OTHER_FILES)
            request = wire.receive(self.channel, limit=1 << 30)
            _give_input(request.get("stdin"))
            os.setpgid(0, 0)  # signals to its process group stay its own
            self.confinement.enter()
            os.write(_CONFINED, b"c")
            os.close(_CONFINED)
            program.run(request, self.channel, report_loaded)
        finally:
            os._exit(program.EXIT_UNCAUGHT)

    def _was_confined(self) -> bool:
        try:
            return os.read(self.confined, 16) == b"c"
        except BlockingIOError:
            return False


def _move(fd: int, number: int) -> None:
    """Have the file ``fd`` under this number alone."""
    if fd != number:
        os.dup2(fd, number, inheritable=False)
        os.close(fd)


def report_loaded() -> None:
    """In a fork: say how much CPU time loading the program took, which does not count later."""
    os.pwrite(_PROGRESS_FILE, _PROGRESS.pack(time.process_time()), 0)
    os.close(_PROGRESS_FILE)


def cpu_seconds(pid: int) -> float:
    """CPU time of a process, all its threads, as its own clock tells (clock_getcpuclockid(3))."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:  # it ended in this moment
        return 0.0


def _give_input(stdin: str | None) -> None:
    """What is opened first after standard input was closed takes its number."""
    os.close(0)
    if stdin is None:  # opened anew: a program may set flags and locks on what it shares
        os.open("/dev/null", os.O_RDONLY)
        return
    source = os.memfd_create("stdin")
    data = stdin.encode("utf-8", "surrogateescape")
    while data:
        data = data[os.write(source, data) :]
    os.lseek(source, 0, os.SEEK_SET)


def main() -> None:
    _move(int(sys.argv[1]), _JUDGE)
    judge = _socket.socket(fileno=_JUDGE)
    config = json.loads(sys.argv[2])
    sys.argv = ["solution.py"]
    for name in ("math", *config["warm"]):  # what programs import most is there, but for math
        with contextlib.suppress(ImportError):  # the program that wants it will say so
            importlib.import_module(name)
    if config["strict"]:
        confine.hide_from_debuggers()
    confine.set_standing_limits(own_user_namespace=config["strict"])
    confine.drop_bounding_set()
    program.rehearse()
    confine.Filter(bytes.fromhex(config["common_filter"])).install()  # forks inherit it
    zygote = Zygote(judge, config)
    gc.collect()
    memory.settle()
    gc.freeze()
    wire.send(judge, {"ready": True, "python": sys.version.split()[0]})
    zygote.serve()
