"""The problems can be solved and can be failed, and the arena sees what it says it sees."""

from __future__ import annotations

import os
import socket
import subprocess

import pytest

from passatk.records import Status

from .harness import HONEST, HONEST_SCRIPT, MARK, SPY, Arena, descendants, traces


@pytest.mark.parametrize(
    ("kind", "program"),
    [("calls", HONEST), ("code", HONEST), ("calls", SPY), ("code", SPY), ("stream", HONEST_SCRIPT)],
)
def test_an_honest_program_passes(arena: Arena, kind: str, program: str) -> None:
    """Every attack could have passed, had it been right."""
    verdict = arena.judge(program, kind)
    assert verdict.status == Status.PASSED, verdict
    assert set(verdict.tests) == {"p"}


@pytest.mark.parametrize(
    ("kind", "program"),
    [
        ("calls", "def f(x): return x ** 7 if x < 9 else 0"),
        ("code", "def f(x): return x ** 7 if x < 9 else 0"),
        ("stream", "x = int(input())\nprint(x ** 7 if x < 9 else 0)"),
    ],
)
def test_a_wrong_program_fails(arena: Arena, kind: str, program: str) -> None:
    """The secret value is really asked for."""
    assert arena.judge(program, kind).status == Status.WRONG_ANSWER


def test_the_spy_sees_a_change(arena: Arena) -> None:
    """What the spy prints depends on files, libraries, random state and environment."""
    for change in (
        "open('/tmp/left', 'w').close()",
        "import os; os.chmod('/tmp', 0o500)",
        "import math; math.isclose = None",
        "import random; random.random()",
        "import os; os.environ['X'] = ''",
        "import socket; kept = socket.socketpair()",
        "import signal; signal.signal(signal.SIGUSR1, print)",
    ):
        verdict = arena.judge(f"{change}\n{SPY}")
        assert verdict.status == Status.PASSED, (change, verdict)
        assert verdict.output != arena.pristine, change


def test_the_arena_sees_a_visitor(arena: Arena) -> None:
    """A connection to each of the canary sockets is noticed."""
    for name, listener in arena.listeners.items():
        with socket.socket(listener.family, listener.type) as visitor:
            visitor.connect(listener.getsockname())
            if listener.type == socket.SOCK_DGRAM:
                visitor.send(b"hello")
        assert arena.visitors() == [name]


def test_the_arena_sees_a_process_and_a_file(arena: Arena) -> None:
    """A process below this one, and a file with the mark, are noticed."""
    with subprocess.Popen(["sleep", "60"]) as process:
        assert process.pid in {pid for pid, _start in descendants(os.getpid())}
        process.kill()
    left = arena.folder / f"x{MARK}"
    left.touch()
    assert traces([arena.folder]) == [left]
    left.unlink()
