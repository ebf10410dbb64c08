"""Surviving: leaving something behind that runs on after the verdict."""

from __future__ import annotations

from .harness import (
    FAILED,
    HARMLESS,
    HONEST,
    HONEST_SCRIPT,
    REFUSED,
    SLEEPERS,
    TIME,
    Arena,
    Attack,
    Round,
    rounds,
)

_LOOP = "lambda: [time.sleep(0.01) for _ in range(10 ** 6)]"


@rounds(
    Attack(
        "fork-and-go-on",
        REFUSED,
        function="import os, time\nif os.fork() == 0: time.sleep(600)\n" + HONEST,
        script="import os, time\nif os.fork() == 0: time.sleep(600)\n" + HONEST_SCRIPT,
    ),
    Attack(
        "daemon-by-double-fork",
        REFUSED,
        function="""
import os, time
def daemon():
    if os.fork(): return
    os.setsid()
    if os.fork(): os._exit(0)
    time.sleep(600)
daemon()
"""
        + HONEST,
        script="""
import ctypes
libc = ctypes.CDLL(None)
if libc.daemon(1, 1) != 0: raise SystemExit(3)
"""
        + HONEST_SCRIPT,
    ),
    Attack(
        "subprocess-in-a-session-of-its-own",
        REFUSED,
        function="""
import subprocess
def f(x):
    subprocess.Popen(["/usr/bin/sleep", "600"], start_new_session=True)
    return x ** 7
""",
        script="import os\nos.system('sleep 600 &') and exit(3)\n" + HONEST_SCRIPT,
    ),
    Attack(
        "multiprocessing",
        REFUSED,
        function="""
import multiprocessing, time
multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,)).start()
"""
        + HONEST,
        script="""
import multiprocessing, time
multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,)).start()
"""
        + HONEST_SCRIPT,
    ),
    Attack(
        "bare-system-calls",
        REFUSED,
        function="""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
CLONE_VFORK, SIGCHLD, CLONE_PARENT, CLONE_NEWPID = 0x4000, 17, 0x8000, 0x20000000
made = [libc.syscall(number, flags, 0, 0, 0, 0)
        for number in (56, 57, 58, 435)
        for flags in (SIGCHLD, CLONE_VFORK, CLONE_PARENT, CLONE_NEWPID)]
if max(made) <= 0: raise OSError("no process")
"""
        + HONEST,
    ),
    Attack(
        "processes-that-are-threads-of-nobody",
        REFUSED,
        function="""
import ctypes, mmap
libc = ctypes.CDLL(None, use_errno=True)
stack = ctypes.create_string_buffer(1 << 16)
top = (ctypes.addressof(stack) + (1 << 16)) & ~0xf
CLONE_VM, CLONE_FILES, CLONE_SIGHAND = 0x100, 0x400, 0x800
run = ctypes.cast(libc.pause, ctypes.c_void_p)
for flags in (CLONE_VM, CLONE_VM | CLONE_FILES, CLONE_VM | CLONE_FILES | CLONE_SIGHAND, 0):
    if libc.clone(run, ctypes.c_void_p(top), flags, None) < 0:
        raise PermissionError(flags)
"""
        + HONEST,
    ),
)
def test_no_process_can_be_started(arena: Arena, attack: Round) -> None:
    arena.holds(attack)


@rounds(
    Attack(
        "daemon-thread",
        HARMLESS,
        function=f"import threading, time\nthreading.Thread(target={_LOOP}, daemon=True).start()\n"
        + HONEST,
        script=f"import threading, time\nthreading.Thread(target={_LOOP}, daemon=True).start()\n"
        + HONEST_SCRIPT,
    ),
    Attack(
        "thread-below-the-interpreter",
        HARMLESS,
        function="""
import ctypes
libc, thread = ctypes.CDLL(None), ctypes.c_ulong()
libc.pthread_create(ctypes.byref(thread), None, ctypes.cast(libc.pause, ctypes.c_void_p), None)
libc.pthread_detach(thread)
"""
        + HONEST,
    ),
    Attack(
        "thread-that-outlives-a-function",
        HARMLESS,
        function=f"""
import threading, time
threading._shutdown = threading.Thread.join = lambda *args: None
threading.Thread(target={_LOOP}).start()
"""
        + HONEST,
    ),
    Attack(
        "timer-of-the-kernel",
        HARMLESS,
        function="import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.3)\n" + HONEST,
        script="import signal\nsignal.setitimer(signal.ITIMER_REAL, 600)\n" + HONEST_SCRIPT,
    ),
)
def test_threads_and_timers_end_with_the_attempt(arena: Arena, attack: Round) -> None:
    """A right program that leaves a thread or a timer running is right, and leaves nothing."""
    arena.holds(attack)


@rounds(
    Attack(
        "threads-at-exit-that-restart-themselves",
        TIME | FAILED,
        script="""
import threading, time
def again():
    time.sleep(0.05)
    threading.Thread(target=again).start()
again()
""",
    ),
    Attack(
        "work-at-exit-without-end",
        TIME | FAILED,
        script="import atexit\n@atexit.register\ndef again():\n    while True: pass\n",
    ),
)
def test_nothing_goes_on_at_exit(arena: Arena, attack: Round) -> None:
    arena.holds(attack, limits=SLEEPERS)
