"""Limits, namespaces, capabilities and the system-call filter, through libc.

Everything here acts on the calling process and fails loudly: a fork that could not be confined
must not run a candidate.
"""

from __future__ import annotations

import ctypes
import os
import resource
from typing import Any

CLONE_NEWPID = 0x20000000
_MS_NOSUID, _MS_NODEV, _MNT_DETACH = 2, 4, 2
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _PR_CAPBSET_DROP = 4, 22, 38, 24
_SECCOMP_MODE_FILTER = 2
_CAP_SYS_ADMIN = 21
_LINUX_CAPABILITY_VERSION_3 = 0x20080522

# Address space that the interpreter itself may take, beside what the memory limit grants.
INTERPRETER_BYTES = 192 << 20
SCRATCH_BYTES = 64 << 20
SCRATCH_FILES = 4096
MAIN_STACK_BYTES = 128 << 20

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: Any) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, "%s: %s" % (name, os.strerror(number)))


def hide_from_debuggers() -> None:
    """No other process may attach to this one or read its memory."""
    _call("prctl", _PR_SET_DUMPABLE, 0, 0, 0, 0)


def pid_descriptor(pid: int) -> int:
    """A descriptor that refers to a process (pidfd_open; Linux 5.3)."""
    if hasattr(os, "pidfd_open"):
        return os.pidfd_open(pid)
    fd: int = _libc.syscall(434, pid, 0)  # the number is the same on every architecture
    if fd < 0:
        raise OSError(ctypes.get_errno(), "pidfd_open")
    os.set_inheritable(fd, False)
    return fd


def next_child_gets_a_pid_namespace() -> None:
    _call("unshare", CLONE_NEWPID)


def back_to_own_pid_namespace(own_pidfd: int) -> None:
    """Undo ``next_child_gets_a_pid_namespace``: the next unshare is refused otherwise."""
    _call("setns", own_pidfd, CLONE_NEWPID)


def mount_scratch(path: str, *, replace: bool) -> None:
    """An empty, bounded file system at ``path``; dropping the old one drops all that was in it."""
    target = path.encode()
    if replace:
        os.chdir("/")
        _call("umount2", target, _MNT_DETACH)
    options = "size=%d,nr_inodes=%d,mode=700" % (SCRATCH_BYTES, SCRATCH_FILES)
    _call("mount", b"tmpfs", target, b"tmpfs", _MS_NOSUID | _MS_NODEV, options.encode())
    os.chdir(path)


class Filter:
    """A system-call filter (a classic BPF program), ready to install."""

    def __init__(self, program: bytes) -> None:
        class Program(ctypes.Structure):
            _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

        self._bytes = ctypes.create_string_buffer(program, len(program))
        self._program = Program(len(program) // 8, ctypes.addressof(self._bytes))
        self._pointer = ctypes.byref(self._program)

    def install(self) -> None:
        """From here on the process and its threads make only the calls that the filter allows."""
        _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _call("prctl", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, self._pointer, 0, 0)


def drop_capabilities() -> None:
    """Give up every capability for good; a no-op for a process that has none."""
    header = (ctypes.c_uint32 * 2)(_LINUX_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if _libc.prctl(_PR_CAPBSET_DROP, _CAP_SYS_ADMIN, 0, 0, 0) not in (0, -1):
        raise OSError("PR_CAPBSET_DROP")  # -1: it was not in the bounding set
    _call("capset", header, nothing)


def set_limits(limits: dict[str, Any], *, own_user_namespace: bool) -> None:
    """Resource limits of a candidate.

    ``memory_bytes`` and ``output_bytes`` come from the run; the CPU limit here is only the last
    resort above the precise one that the zygote enforces from outside.
    """
    set_limit = resource.setrlimit
    memory = limits["memory_bytes"] + INTERPRETER_BYTES
    cpu = int(limits["cpu_seconds"] + limits["load_seconds"]) + 2
    set_limit(resource.RLIMIT_AS, (memory, memory))
    set_limit(resource.RLIMIT_CPU, (cpu, cpu))
    set_limit(resource.RLIMIT_FSIZE, (limits["output_bytes"], limits["output_bytes"]))
    set_limit(resource.RLIMIT_NOFILE, (64, 64))
    set_limit(resource.RLIMIT_CORE, (0, 0))
    if own_user_namespace:  # elsewhere it would count every process of the user
        set_limit(resource.RLIMIT_NPROC, (256, 256))
    set_limit(resource.RLIMIT_MEMLOCK, (0, 0))
    _soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    if hard == resource.RLIM_INFINITY or hard >= MAIN_STACK_BYTES:
        set_limit(resource.RLIMIT_STACK, (MAIN_STACK_BYTES, hard))
