"""State across attempts: changing what the next program, or the next test, will find."""

from __future__ import annotations

from passatk.execution.pool import Task
from passatk.records import Status

from .harness import (
    FAILED,
    HARMLESS,
    HONEST,
    HONEST_SCRIPT,
    PATIENT,
    PROBLEMS,
    SPY,
    Arena,
    Attack,
    Round,
    placed,
    rounds,
)


@rounds(
    Attack(
        "library-monkeypatched",
        HARMLESS | FAILED,
        function="""
import builtins, json, math, random, re, sys
for module in (json, math, random, re, builtins):
    for name in dir(module):
        if name.islower() and not name.startswith("_") and name not in ("int", "print"):
            try: setattr(module, name, None)
            except Exception: pass
"""
        + HONEST,
        script=HONEST_SCRIPT + "import builtins, json\njson.dumps = builtins.abs = None\n",
    ),
    Attack(
        "caches-poisoned",
        HARMLESS,
        function="""
import functools, linecache, re, sys
re._cache.clear()
re.compile = functools.lru_cache(lambda *a: None)
linecache.cache["solution.py"] = (1, None, ["poison"], "solution.py")
sys.path[:] = ["/tmp"]
sys.path_importer_cache.clear()
sys.modules["heapq"] = None
sys.meta_path.clear()
sys.dont_write_bytecode = False
"""
        + HONEST,
    ),
    Attack(
        "random-numbers-spent",
        HARMLESS,
        function="import random\nrandom.seed(41)\n" + HONEST,
        script="import random\nrandom.seed(41)\n" + HONEST_SCRIPT,
    ),
    Attack(
        "settings-of-the-process",
        HARMLESS,
        function="""
import os, resource, signal, sys, threading
os.umask(0o777)
os.environ["X"] = "poison"
sys.setrecursionlimit(10 ** 6)
sys.setswitchinterval(100)
sys.settrace(lambda *args: None)
threading.stack_size(1 << 24)
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGCHLD})
resource.setrlimit(resource.RLIMIT_NOFILE, (10, 10))
"""
        + HONEST,
    ),
    Attack(
        "small-integers-in-memory",
        HARMLESS,
        function="""
import ctypes
def f(x):
    result = x ** 7
    ctypes.c_uint32.from_address(id(97) + 24).value = 98
    return result
""",
    ),
    Attack(
        "files-of-the-library",
        HARMLESS,
        function="""
import os, py_compile
for name in ("random", "json", "sitecustomize", "heapq"):
    with open(f"/tmp/{name}.py", "w") as file: file.write("raise SystemExit(0)")
    for place in (os.path.dirname(os.__file__), "/passatk/inside"):
        try: py_compile.compile(f"/tmp/{name}.py", os.path.join(place, f"{name}.pyc"))
        except OSError: pass
"""
        + HONEST,
    ),
    Attack(
        "locks-never-given-back",
        HARMLESS,
        function="""
import fcntl, logging, os, threading
for path in (os.__file__, "/dev/null", "/"):
    lock = os.open(path, os.O_RDONLY)
    try: fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError: pass
logging._lock.acquire() if hasattr(logging, "_lock") else None
threading._shutdown_locks_lock = None
"""
        + HONEST,
    ),
    Attack(
        "flags-of-open-files",
        HARMLESS,
        function="""
import fcntl, os
for fd in range(256):
    try:
        fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_APPEND)
        if fd == 0: fcntl.fcntl(fd, fcntl.F_SETFL, os.O_NONBLOCK)
        fcntl.flock(fd, fcntl.LOCK_EX)
    except OSError: pass
"""
        + HONEST,
    ),
    Attack(
        "messages-for-the-next",
        HARMLESS,
        function="""
import ctypes, socket
a, b = socket.socketpair()
a.send(b"for the next")
libc = ctypes.CDLL(None, use_errno=True)
kept = [libc.shmget(0x5EED, 4096, 0o1666), libc.semget(0x5EED, 1, 0o1666)]
kept += [libc.msgget(0x5EED, 0o1666), libc.mq_open(b"/next", 0o102, 0o600, None)]
if max(kept) >= 0: raise OSError("made something")
"""
        + HONEST,
    ),
)
def test_the_next_attempt_is_judged_as_if_alone(arena: Arena, attack: Round) -> None:
    """Whatever these programs change in their own world is not there for the next."""
    arena.holds(attack)


def test_attempts_in_a_row_do_not_mix(arena: Arena) -> None:
    """Attempts that are already queued behind an attack get their own verdicts."""
    programs = [
        "import os\nos.kill(0, 15)\n",
        HONEST,
        "import os\nos.chmod('/tmp', 0)\n" + HONEST,
        SPY,
        "import os, struct\nos.write(4, struct.pack('>I', 1 << 31))\nos._exit(0)\n",
        HONEST,
        "def f(x): return 0",
        SPY,
    ]
    tasks = [Task(n, PROBLEMS["calls"], placed(p), PATIENT) for n, p in enumerate(programs)]
    verdicts = {task.key: verdict for task, verdict in arena.pool.judge(tasks)}
    assert {1, 2, 3, 5, 7} == {n for n, verdict in verdicts.items() if verdict.passed}
    assert arena.pristine == verdicts[3].output == verdicts[7].output


def test_a_program_gets_the_same_verdict_twice(arena: Arena) -> None:
    """Random numbers, hashes and addresses that show in a result are the same each time."""
    program = "import random\ndef f(x):\n    return [random.random(), hash('a'), list({'b', 'c'})]"
    first, second = arena.judge(program), arena.judge(program)
    assert (first.status, first.detail) == (second.status, second.detail)
    assert first.status == Status.WRONG_ANSWER
