"""Resource bombs: using up memory, threads, descriptors, output or disk."""

from __future__ import annotations

import pytest

from .harness import (
    ERROR,
    FAILED,
    LIMIT,
    LIMITS,
    MEMORY,
    OUTPUT,
    SLEEPERS,
    TIME,
    Arena,
    Attack,
    Round,
    rounds,
)

_BOMBS = ERROR | MEMORY | TIME


@rounds(
    Attack(
        "long-text",
        MEMORY,
        function="def f(x):\n    return 'x' * 10 ** 10\n",
        script="print('x' * 10 ** 10)\n",
    ),
    Attack(
        "long-list",
        MEMORY,
        function="def f(x):\n    return [0] * 10 ** 9\n",
        script="[0] * 10 ** 9\n",
    ),
    Attack(
        "list-that-grows",
        MEMORY | TIME,
        function="def f(x):\n    a = []\n    while True: a.append(bytearray(1 << 20))\n",
        script="a = []\nwhile True: a.append(bytearray(1 << 20))\n",
    ),
    Attack(
        "memory-error-swallowed",
        FAILED | MEMORY | TIME,
        function="""
kept = []
def f(x):
    for _ in range(3):
        try:
            while True: kept.append(bytearray(1 << 24))
        except MemoryError: pass
    return 0
""",
    ),
    Attack(
        "memory-beside-the-interpreter",
        _BOMBS,
        function="""
import mmap, os
kept = []
def f(x):
    while True:
        kept.append(mmap.mmap(-1, 1 << 26))
        kept[-1].madvise(mmap.MADV_POPULATE_WRITE if hasattr(mmap, "MADV_POPULATE_WRITE") else 23)
""",
    ),
    Attack(
        "memory-in-files-without-a-name",
        ERROR,
        function="""
import os
def f(x):
    kept = []
    while True:
        kept.append(os.memfd_create("x"))
        os.write(kept[-1], bytes(1 << 20))
""",
    ),
    Attack(
        "number-that-grows",
        MEMORY | TIME,
        function="def f(x):\n    n = 10\n    while True: n *= n\n",
        script="n = 10\nwhile True: n *= n\n",
    ),
)
def test_memory_is_bounded(arena: Arena, attack: Round) -> None:
    verdict = arena.holds(attack)
    assert verdict.peak_memory_bytes is not None
    assert verdict.peak_memory_bytes < LIMITS.memory_bytes + (192 << 20)


@rounds(
    Attack(
        "fork-bomb",
        ERROR,
        function="import os\ndef f(x):\n    while True: os.fork()\n",
        script="import os\nwhile True: os.fork()\n",
    ),
    Attack(
        "thread-bomb",
        _BOMBS | FAILED,
        function="""
import threading, time
def f(x):
    threading.stack_size(1 << 15)
    while True: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
""",
        script="""
import threading, time
threading.stack_size(1 << 15)
while True: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
""",
    ),
    Attack(
        "descriptors",
        ERROR,
        function="def f(x):\n    a = []\n    while True: a.append(open('/dev/null'))\n",
        script="import os\nwhile True: os.pipe()\n",
    ),
    Attack(
        "timers-of-the-kernel",
        ERROR,
        function="""
import ctypes
libc, timer = ctypes.CDLL(None), ctypes.c_void_p()
def f(x):
    for _ in range(1000):
        if libc.timer_create(0, None, ctypes.byref(timer)) != 0: raise BlockingIOError
    return x ** 7
""",
    ),
    Attack(
        "descriptors-sent-to-itself",
        ERROR,
        function="""
import array, socket
def f(x):
    a, b = socket.socketpair()
    while True:
        c, d = socket.socketpair()
        for fd in (c, d):
            a.sendmsg([b"x"], [(1, socket.SCM_RIGHTS, array.array("i", [fd.fileno()]))])
            fd.close()
""",
    ),
    Attack(
        "pipes-filled-to-the-brim",
        ERROR | TIME,
        function="""
import fcntl, os
def f(x):
    kept = []
    while True:
        kept.append(os.pipe())
        os.set_blocking(kept[-1][1], False)
        fcntl.fcntl(kept[-1][1], 1031, 1 << 20)
        try:
            while True: os.write(kept[-1][1], bytes(1 << 20))
        except BlockingIOError: pass
""",
    ),
)
def test_the_kernels_tables_are_not_filled(arena: Arena, attack: Round) -> None:
    arena.holds(attack, limits=SLEEPERS)


@rounds(
    Attack(
        "output-without-end",
        OUTPUT | ERROR,
        function="def f(x):\n    while True: print('x' * 10 ** 6)\n",
        script="while True: print('x' * 10 ** 6)\n",
    ),
    Attack(
        "errors-without-end",
        OUTPUT | ERROR,
        script="import os\nwhile True: os.write(2, b'x' * 10 ** 6)\n",
    ),
    Attack(
        "output-that-swallows-its-error",
        OUTPUT,
        script="""
for _ in range(9):
    try: print('x' * 10 ** 6, flush=True)
    except OSError: pass
""",
    ),
    Attack("huge-output-file", OUTPUT, script="import os\nos.truncate(1, 1 << 20)\n"),
    Attack("huger-output-file", OUTPUT | ERROR, script="import os\nos.truncate(1, 1 << 40)\n"),
    Attack(
        "huge-file",
        ERROR,
        function="def f(x):\n    open('/tmp/x', 'wb').truncate(1 << 40)\n",
        script="with open('/tmp/x', 'wb') as x:\n    while True: x.write(bytes(1 << 20))\n",
    ),
    Attack(
        "disk-full",
        ERROR,
        function="""
def f(x):
    for n in range(10 ** 6):
        with open(f"/tmp/{n}", "wb") as file: file.write(bytes(1 << 20))
    return x ** 7
""",
    ),
    Attack(
        "files-without-number",
        ERROR | TIME,
        function="def f(x):\n    for n in range(10 ** 6): open(f'/tmp/{n}', 'w').close()\n",
        script="import os\nfor n in range(10 ** 6): os.mkdir('/tmp/%d' % n)\n",
    ),
)
def test_output_and_disk_are_bounded(arena: Arena, attack: Round) -> None:
    arena.holds(attack)


@rounds(
    Attack(
        "huge-result",
        OUTPUT | MEMORY,
        function="def f(x):\n    return 'x' * (20 << 20)\n",
    ),
    Attack(
        "huge-result-of-many-parts",
        OUTPUT | MEMORY | TIME,
        function="def f(x):\n    return list(range(10 ** 6, 3 * 10 ** 6))\n",
    ),
    Attack(
        "deep-result",
        FAILED,
        function="def f(x):\n    a = []\n    for _ in range(10 ** 5): a = [a]\n    return a\n",
    ),
    Attack(
        "result-that-holds-itself",
        FAILED,
        function="def f(x):\n    a = []\n    a.append(a)\n    return {x: a}\n",
    ),
    Attack(
        "result-that-holds-itself-often",
        FAILED | LIMIT,
        function="def f(x):\n    a = []\n    for _ in range(60): a = [a, a]\n    return a\n",
    ),
    Attack(
        "huge-number",
        FAILED,
        function="def f(x):\n    return 1 << 10 ** 6\n",
    ),
    Attack(
        "huge-exception",
        FAILED | LIMIT,
        function="def f(x):\n    raise ValueError('x' * (30 << 20))\n",
        script="raise ValueError('x' * (30 << 20))\n",
    ),
    Attack(
        "exception-with-a-long-history",
        FAILED | LIMIT,
        function="""
def f(x):
    error = None
    for n in range(10 ** 5):
        error, error_before = ValueError(n), error
        error.__cause__ = error_before
    raise error
""",
    ),
    Attack(
        "argument-made-huge",
        FAILED | LIMIT,
        function="def f(x, kept=[]):\n    kept.extend(range(10 ** 6))\n    return kept\n",
    ),
    Attack(
        "range-without-end",
        FAILED,
        function="def f(x):\n    return range(10 ** 15)\n",
    ),
)
def test_results_are_bounded(arena: Arena, attack: Round) -> None:
    arena.holds(attack)


@pytest.mark.parametrize("kind", ["calls", "code"])
def test_deep_recursion_is_an_error(arena: Arena, kind: str) -> None:
    """With and without the interpreter's own guard."""
    recursion = "def f(x): return f(x)"
    shallow = arena.judge(recursion, kind)
    assert shallow.status in ERROR
    unguarded = "import sys\nsys.setrecursionlimit(10 ** 9)\n"
    deep = arena.judge(unguarded + recursion, kind, limits=LIMITS)
    assert deep.status in _BOMBS
    arena.nothing_happened(deep)
