"""Privileges: asking the kernel for more than a program needs."""

from __future__ import annotations

import pytest

from passatk.records import Status

from .harness import (
    ERROR,
    FAILED,
    HARMLESS,
    HONEST,
    REFUSED,
    VIOLATION,
    Arena,
    Attack,
    Round,
    rounds,
)

_LIBC = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"

# What no solution needs ends a program at once; libc has no function for some of these calls.
_HOSTILE = {
    "unshare": "libc.unshare(0x10000000)",
    "setns": "libc.setns(0, 0)",
    "mount": "libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)",
    "umount": "libc.umount2(b'/tmp', 2)",
    "pivot-root": "libc.syscall(155, b'/tmp', b'/tmp')",
    "chroot": "libc.chroot(b'/tmp')",
    "ptrace": "libc.ptrace(16, 1, 0, 0)",
    "memory-of-others": "libc.process_vm_writev(2, None, 0, None, 0, 0)",
    "keyring": "libc.syscall(250, 0, -3, 0)",
    "add-key": "libc.syscall(248, b'user', b'name', b'data', 4, -3)",
    "bpf": "libc.syscall(321, 0, None, 0)",
    "io-uring": "libc.syscall(425, 8, None)",
    "userfaultfd": "libc.syscall(323, 0)",
    "perf": "libc.syscall(298, None, 0, -1, -1, 0)",
    "kernel-module": "libc.syscall(175, None, 0, b'')",
    "kexec": "libc.syscall(246, 0, 0, None, 0)",
    "reboot": "libc.reboot(0)",
    "host-name": "libc.sethostname(b'mine', 4)",
    "clock": "__import__('time').clock_settime(0, 0)",
    "file-handles": "libc.syscall(304, -100, None, 0)",
    "kernel-log": "libc.klogctl(3, None, 0)",
    "new-mount-calls": "libc.syscall(428, -100, b'/', 1)",
}


@pytest.mark.parametrize("call", _HOSTILE.values(), ids=_HOSTILE)
@pytest.mark.parametrize("kind", ["calls", "stream"])
def test_a_hostile_call_ends_the_program(arena: Arena, call: str, kind: str) -> None:
    body = f"def f(x):\n    {call}\n" if kind == "calls" else f"{call}\n"
    if "syscall(" in call and __import__("platform").machine() != "x86_64":
        pytest.skip("the call's number is that of another machine")
    arena.holds(Round(kind, _LIBC + body, VIOLATION))


@rounds(
    Attack(
        "kill-everybody",
        REFUSED,
        function="import os\ndef f(x):\n    os.kill(-1, 15)\n    return x ** 7\n",
        script="import os\nos.kill(-1, 9)\nprint(int(input()) ** 7)\n",
    ),
    Attack(
        "kill-its-group",
        REFUSED,
        function="import os\ndef f(x):\n    os.kill(0, 15)\n    return x ** 7\n",
        script="import os\nos.killpg(0, 15)\nprint(int(input()) ** 7)\n",
    ),
    Attack(
        "kill-the-neighbours",
        REFUSED,
        function="""
import os, signal
def f(x):
    hit = 0
    for pid in [os.getppid(), @PID@, *range(2, 3000)]:
        for number in (signal.SIGTERM, signal.SIGSTOP, signal.SIGHUP):
            try:
                os.kill(pid, number)
                hit += 1
            except OSError: pass
    if not hit: raise PermissionError
    return x ** 7
""",
        script="import signal\nsignal.pidfd_send_signal(0, 15)\n",
    ),
    Attack(
        "signals-by-way-of-a-descriptor",
        ERROR,
        function="""
import fcntl, os, socket
def f(x):
    a, b = socket.socketpair()
    for owner in (@PID@, 2, -1, -2):
        fcntl.fcntl(a, fcntl.F_SETOWN, owner)
        fcntl.fcntl(a, 10, 15)
        fcntl.fcntl(a, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        b.send(b"x")
    return x ** 7
""",
    ),
    Attack(
        "lease-on-a-file-of-the-host",
        ERROR,
        function="""
import ctypes, fcntl, os
def f(x):
    file = os.open(os.__file__, os.O_RDONLY)
    # the kernel takes 32 bits of the command, whatever a filter looks at
    fcntl_of_c = ctypes.CDLL(None, use_errno=True).syscall
    if fcntl_of_c(ctypes.c_long(72), file, ctypes.c_ulong(1 << 32 | 1024), fcntl.F_RDLCK) == 0:
        return x ** 7
    fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    return x ** 7
""",
    ),
    Attack(
        "another-user",
        ERROR,
        function="import os\ndef f(x):\n    os.setuid(0)\n    os.setgroups([0])\n",
        script="import os\nos.setresuid(1, 1, 1)\n",
    ),
    Attack(
        "capabilities",
        ERROR,
        function="""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def f(x):
    header, held = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    if libc.capget(header, held) != 0 or any(held):
        return x ** 7
    header[0], held[0], held[1] = 0x20080522, 1 << 21, 1 << 21
    if libc.capset(header, held) == 0:
        return x ** 7
    raise PermissionError
""",
    ),
    Attack(
        "programs-that-run-as-another-user",
        ERROR,
        function="""
import os
def f(x):
    for path in ("/usr/bin/su", "/bin/mount", "/usr/lib/openssh/ssh-keysign", "/usr/bin/bwrap"):
        try:
            os.execv(path, [path])
        except OSError: pass
    raise PermissionError
""",
    ),
    Attack(
        "processes-of-others",
        ERROR,
        function="import os\ndef f(x):\n    return os.listdir('/proc/@PID@')\n",
        script="print(open('/proc/@PID@/environ').read())\n",
    ),
    Attack(
        "descriptors-of-others",
        ERROR,
        function="import os\ndef f(x):\n    return os.pidfd_open(2)\n",
        script="import os\nos.pidfd_open(1)\n",
    ),
    Attack(
        "other-doors-to-the-same-calls",
        REFUSED,
        function="""
import ctypes, mmap
def f(x):
    # the calls of 32 bits and of x32 have numbers of their own
    code = b"\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3"
    page = mmap.mmap(-1, 4096, prot=7)
    page.write(code)
    ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
    return 0
""",
        script="import ctypes\nctypes.CDLL(None).syscall(0x40000000 + 57)\nraise SystemExit(3)\n",
    ),
    Attack(
        "a-filter-of-its-own",
        ERROR | FAILED,
        function="""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def f(x):
    if libc.prctl(22, 0, 0, 0, 0) == 0 or libc.prctl(38, 0, 0, 0, 0) == 0:
        return x ** 7
    raise PermissionError
""",
    ),
)
def test_nothing_is_granted(arena: Arena, attack: Round) -> None:
    arena.holds(attack)


@rounds(
    Attack(
        "what-asks-and-takes-no-for-an-answer",
        HARMLESS,
        function="""
import os, socket, subprocess
for ask in (os.fork, socket.socket, lambda: subprocess.run(["true"]), lambda: os.nice(-5)):
    try: ask()
    except OSError: pass
"""
        + HONEST,
    ),
)
def test_asking_is_no_crime(arena: Arena, attack: Round) -> None:
    """A refusal is an ordinary PermissionError, after which a program can still be right."""
    assert arena.holds(attack).status == Status.PASSED
