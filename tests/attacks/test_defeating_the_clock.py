"""Defeating the clock: running for ever without being stopped, or stopping the clock itself."""

from __future__ import annotations

from .harness import FAILED, SLEEPERS, TIME, Arena, Attack, Round, rounds

_HANDLERS_OFF = """
import faulthandler, signal
signal.alarm(0)
for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
    signal.setitimer(timer, 0)
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
faulthandler.cancel_dump_traceback_later()
"""
_SWALLOW = """
while True:
    try:
        while True: pass
    except BaseException: pass
"""


@rounds(
    Attack(
        "every-signal-ignored",
        TIME,
        function=f"{_HANDLERS_OFF}\ndef f(x):\n    while True: pass\n",
        script=f"{_HANDLERS_OFF}\nwhile True: pass\n",
    ),
    Attack("every-exception-swallowed", TIME, function=_SWALLOW, script=_SWALLOW),
    Attack(
        "one-call-into-c-that-does-not-return",
        TIME,
        function="def f(x):\n    return pow(3, 10 ** 9)\n",
        script="import re\nre.match('(a+)+$', 'a' * 60 + 'b')\n",
    ),
    Attack(
        "threads-that-burn-together",
        TIME,
        function="""
import hashlib, threading
def burn():
    while True: hashlib.pbkdf2_hmac("sha256", b"", b"", 10 ** 6)
def f(x):
    for _ in range(8): threading.Thread(target=burn).start()
    burn()
""",
    ),
    Attack(
        "limits-raised",
        TIME,
        function="""
import resource
for name in dir(resource):
    if name.startswith("RLIMIT_"):
        for limit in (resource.RLIM_INFINITY, 10 ** 9):
            try: resource.setrlimit(getattr(resource, name), (limit, limit))
            except (OSError, ValueError): pass
def f(x):
    while True: pass
""",
    ),
    Attack(
        "recursion-that-never-pays",
        TIME,
        function="def g(n): return n < 2 or g(n - 1) + g(n - 2)\ndef f(x):\n    return g(99)\n",
    ),
    Attack(
        "time-itself-replaced",
        TIME,
        script="""
import time
time.time = time.monotonic = time.perf_counter = time.process_time = lambda: 0.0
while True: pass
""",
    ),
)
def test_a_busy_program_is_stopped(arena: Arena, attack: Round) -> None:
    verdict = arena.holds(attack)
    assert verdict.tests[0] == "l"
    assert "cpu limit" in verdict.detail


@rounds(
    Attack("sleep", TIME, script="import time\ntime.sleep(10 ** 6)\n"),
    Attack(
        "pipe-that-nobody-writes-to",
        TIME,
        script="import os\nr, w = os.pipe()\nos.read(r, 1)\n",
    ),
    Attack(
        "thread-that-never-ends-after-the-answer",
        TIME,
        script="import threading\nthreading.Thread(target=threading.Event().wait).start()\n"
        "print(int(input()) ** 7)\n",
    ),
    Attack(
        "reading-the-judge's-channel",
        TIME,
        function="import os\ndef f(x):\n    os.read(4, 1)\n",
    ),
)
def test_a_sleeping_program_is_stopped(arena: Arena, attack: Round) -> None:
    verdict = arena.holds(attack, limits=SLEEPERS)
    assert verdict.tests[0] == "l"
    assert "wall limit" in verdict.detail


@rounds(
    Attack(
        "standard-input-read-for-ever",
        FAILED,
        function="import sys\ndef f(x):\n    return sys.stdin.read()\n",
        script="import sys\nsys.stdin.read()\nsys.stdin.read()\ninput()\n",
    ),
)
def test_reading_on_does_not_wait(arena: Arena, attack: Round) -> None:
    """There is nobody at the other end of standard input who could keep a program waiting."""
    arena.holds(attack)
