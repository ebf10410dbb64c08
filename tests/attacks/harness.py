"""The arena: judges an attack, then looks at the verdict, the host and the next attempt.

An ``Attack`` says a program and how it must end. A function program is judged twice, on
input/output pairs (``calls``) and on tests written as code (``code``); a script is judged on
stdin/stdout tests (``stream``). The problem is always the same: the seventh power of a number.
One of the expected values is the secret that no output may show.
"""

from __future__ import annotations

import contextlib
import functools
import os
import socket
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from passatk.execution.limits import MIB, Limits
from passatk.execution.pool import Pool, Settings, Task
from passatk.execution.sandbox import interpreter, scratch
from passatk.records import (
    CallCase,
    CallTests,
    CodeTests,
    Problem,
    Status,
    StreamCase,
    StreamTests,
    Trust,
    Verdict,
)

SECRET = 41**7
LIMITS = Limits(cpu_seconds=0.25, wall_seconds=8.0, memory_bytes=256 * MIB, output_bytes=MIB)
"""Of an attack: little CPU time, as some use up all of it; enough time on a loaded machine."""
SLEEPERS = Limits(cpu_seconds=0.25, wall_seconds=0.75, memory_bytes=256 * MIB, output_bytes=MIB)
"""Of an attack that waits until it is stopped."""
PATIENT = Limits(cpu_seconds=2.0, wall_seconds=20.0, memory_bytes=256 * MIB, output_bytes=MIB)
"""Of all others: an honest program passes on a loaded machine too."""
MARK = "passatk-was-here"
"""Part of the name of every file that an attack leaves behind."""

WRONG = frozenset({Status.WRONG_ANSWER})
ERROR = frozenset({Status.RUNTIME_ERROR})
FAILED = WRONG | ERROR
REFUSED = FAILED | {Status.SANDBOX_VIOLATION}
VIOLATION = frozenset({Status.SANDBOX_VIOLATION})
SYNTAX = frozenset({Status.SYNTAX_ERROR})
TIME = frozenset({Status.TIME_LIMIT_EXCEEDED})
MEMORY = frozenset({Status.MEMORY_LIMIT_EXCEEDED})
OUTPUT = frozenset({Status.OUTPUT_LIMIT_EXCEEDED})
LIMIT = TIME | MEMORY | OUTPUT
HARMLESS = frozenset({Status.PASSED})
"""For programs that are right and try something on the side, which must have had no effect."""

_INPUTS = (2, 3, 41)
PROBLEMS = {
    "calls": Problem(
        "calls", "", CallTests(tuple(CallCase((x,), x**7) for x in _INPUTS)), entry_point="f"
    ),
    "code": Problem(
        "code",
        "",
        CodeTests(
            setup="import math\n"
            "def check(candidate):\n"
            + "".join(f"    assert candidate({x}) == {x**7}\n" for x in _INPUTS)
            + f"    assert math.isclose(candidate(41), {SECRET}), 'not close'\n"
            f"    assert all(a == b for a, b in zip(map(candidate, [2, 41]), [128, {SECRET}]))\n"
            f"    for x, y in ((2, 128), (41, {SECRET})):\n"
            "        assert candidate(x) == y\n",
            check="check",
        ),
        entry_point="f",
    ),
    "stream": Problem(
        "stream", "", StreamTests(tuple(StreamCase(f"{x}\n", f"{x**7}\n") for x in _INPUTS))
    ),
}
HONEST = "def f(x):\n    return x ** 7\n"
HONEST_SCRIPT = "print(int(input()) ** 7)\n"

# An honest program that looks around first: what it prints has to be the same on a fresh worker
# and after any attack.
_SPY = """
import builtins, fcntl, os, random, resource, signal, socket, sys, threading, ctypes, hashlib

def attempt(action):
    try:
        return action()
    except Exception as error:
        return type(error).__name__

def named(module):
    return sorted((name, type(value).__name__, getattr(value, "__qualname__", ""))
                  for name, value in list(vars(module).items()))

library = repr([(name, named(module)) for name, module in sorted(sys.modules.items())])
libc = ctypes.CDLL(None)
state = os.stat("/tmp")
print({
    "folders": [attempt(lambda: sorted(os.listdir(folder)))
                for folder in ("/", ".", "/tmp", "/dev", "/dev/shm")],
    "scratch": (os.getcwd(), oct(state.st_mode), state.st_nlink, state.st_size),
    "environment": sorted(os.environ.items()),
    "random": (random.random(), hash("a")),
    "descriptors": [fd for fd in range(256) if attempt(lambda: bool(os.fstat(fd))) is True],
    "flags": [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in (0, 1, 2)],
    "process": (os.getpid(), os.getppid(), os.umask(0o22), threading.active_count()),
    "limits": [resource.getrlimit(r) for r in range(16)],
    "signals": [str(signal.getsignal(s)) for s in range(1, 32)],
    "timers": [signal.getitimer(t) for t in range(3)],
    "host": os.uname().nodename,
    "memory": [libc.shmget(k, 1, 0) for k in (0x5EED,)],
    "socket": attempt(lambda: socket.socket(socket.AF_UNIX).connect("\\0@ABSTRACT@")),
    "library": hashlib.sha256(library.encode()).hexdigest(),
})
"""
SPY = _SPY + HONEST


def placed(program: str) -> str:
    """The program with /tmp replaced by the scratch folder, which is elsewhere where this
    interpreter lies under /tmp itself."""
    return program.replace("/tmp", _scratch())


@functools.cache
def _scratch() -> str:
    return scratch(interpreter())


@dataclass(frozen=True, slots=True)
class Attack:
    """A program (as a function, as a script, or both) and the statuses it may end with.

    ``@FILE@``, ``@PORT@``, ``@UNIX@``, ``@ABSTRACT@`` and ``@PID@`` in a program stand for the
    arena's canaries.
    """

    name: str
    ends: frozenset[Status]
    function: str | None = None
    script: str | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One judging of an attack: the problem and the program."""

    kind: str
    program: str
    ends: frozenset[Status]


def rounds(*attacks: Attack) -> pytest.MarkDecorator:
    """Parametrise a test with every judging of these attacks.

    A function that runs into a limit costs that much time: it is judged in one way only.
    """
    found = []
    for attack in attacks:
        programs = {"calls": attack.function, "code": attack.function, "stream": attack.script}
        for kind, program in programs.items():
            if program is not None and not (kind == "code" and attack.ends & LIMIT):
                one = Round(kind, program, attack.ends)
                found.append(pytest.param(one, id=f"{attack.name}-{kind}"))
    return pytest.mark.parametrize("attack", found)


@dataclass
class Arena:
    """One worker, and canaries all around it."""

    pool: Pool
    folder: Path
    listeners: dict[str, socket.socket]
    pristine: str = ""
    processes: frozenset[tuple[int, str]] = field(default_factory=frozenset)

    def judge(
        self,
        program: str,
        problem: Problem | str = "calls",
        *,
        trust: Trust | None = None,
        limits: Limits = PATIENT,
    ) -> Verdict:
        problem = PROBLEMS[problem] if isinstance(problem, str) else problem
        for token, value in {
            "@FILE@": str(self.folder / "canary.txt"),
            "@UNIX@": str(self.folder / "canary.socket"),
            "@PORT@": str(self.listeners["tcp"].getsockname()[1]),
            "@ABSTRACT@": f"{MARK}-{os.getpid()}",
            "@PID@": str(os.getpid()),
        }.items():
            program = program.replace(token, value)
        ((_task, verdict),) = self.pool.judge([Task(None, problem, placed(program), limits, trust)])
        return verdict

    def settle(self) -> None:
        """Take the present worker, fresh and unharmed, as what later states are held against."""
        verdict = self.judge(SPY)
        assert verdict.status == Status.PASSED, verdict
        self.pristine = verdict.output
        self.processes = frozenset(descendants(os.getpid()))

    def holds(
        self, attack: Round, problem: Problem | None = None, limits: Limits = LIMITS
    ) -> Verdict:
        """Judge an attack; every wall has to have held."""
        verdict = self.judge(attack.program, problem or attack.kind, limits=limits)
        assert verdict.status in attack.ends, verdict
        self.nothing_happened(verdict, limits)
        return verdict

    def nothing_happened(self, verdict: Verdict, limits: Limits = LIMITS) -> None:
        """The verdict came on time and gives nothing away; host and worker are as before."""
        tests = max(len(verdict.tests), 1)
        assert verdict.cpu_seconds is not None
        assert verdict.wall_seconds is not None
        assert verdict.cpu_seconds <= (limits.cpu_seconds + 0.5) * tests
        assert verdict.wall_seconds <= (limits.wall_seconds + 2.0) * tests
        assert verdict.passed or str(SECRET) not in verdict.output
        verdict.output.encode()
        verdict.detail.encode()
        assert self.visitors() == []
        assert (self.folder / "canary.txt").read_text() == str(SECRET)
        assert traces([self.folder, Path.cwd(), Path.home(), Path("/tmp"), Path("/dev/shm")]) == []
        assert {p.name for p in self.folder.iterdir()} == {"canary.txt", "canary.socket"}
        assert self.processes == frozenset(descendants(os.getpid()))
        after = self.judge(SPY)
        assert (Status.PASSED, self.pristine) == (after.status, after.output), after.detail

    def visitors(self) -> list[str]:
        """The canary sockets to which someone connected or sent something."""
        found = []
        for name, listener in self.listeners.items():
            with contextlib.suppress(BlockingIOError):
                if listener.type == socket.SOCK_DGRAM:
                    listener.recv(100)
                else:
                    listener.accept()[0].close()
                found.append(name)
        return found


@contextlib.contextmanager
def arena() -> Iterator[Arena]:
    """An arena, and its end."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="canary-")))
        (folder / "canary.txt").write_text(str(SECRET))
        (folder / "canary.txt").chmod(0o666)
        folder.chmod(0o777)
        listeners = {
            "tcp": socket.create_server(("127.0.0.1", 0)),
            "udp": socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            "unix": socket.socket(socket.AF_UNIX),
            "abstract": socket.socket(socket.AF_UNIX),
            "abstract datagram": socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
        }
        for listener in listeners.values():
            stack.enter_context(listener)
        listeners["udp"].bind(listeners["tcp"].getsockname())
        listeners["unix"].bind(str(folder / "canary.socket"))
        for name in ("abstract", "abstract datagram"):  # one name can stand for both kinds
            listeners[name].bind(f"\0{MARK}-{os.getpid()}")
        (folder / "canary.socket").chmod(0o777)
        for listener in listeners.values():
            listener.setblocking(False)
            if listener.type == socket.SOCK_STREAM:
                listener.listen()
        monkeypatch = stack.enter_context(pytest.MonkeyPatch.context())
        monkeypatch.setenv("PASSATK_CANARY", str(SECRET))
        pool = stack.enter_context(Pool(Settings(interpreter(), workers=1)))
        result = Arena(pool, folder, listeners)
        result.settle()
        yield result


def descendants(ancestor: int) -> set[tuple[int, str]]:
    """Pid and start time of every process below ``ancestor``, from /proc."""
    parents: dict[int, tuple[int, str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):  # it ended in this moment
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[1]), fields[19]
    found: set[int] = {ancestor}
    while True:
        more = {pid for pid, (parent, _start) in parents.items() if parent in found} - found
        if not more:
            return {(pid, parents[pid][1]) for pid in found - {ancestor}}
        found |= more


def traces(folders: Iterable[Path]) -> list[Path]:
    """Files in these folders that bear the mark of an attack."""
    return [path for folder in set(folders) if folder.is_dir() for path in folder.glob(f"*{MARK}*")]
