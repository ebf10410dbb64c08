"""Limits, namespaces, capabilities and the system-call filter, through libc.

Everything here acts on the calling process and fails loudly: a fork that could not be confined
must not run a candidate.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from typing import Any

CLONE_NEWPID = 0x20000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT = 1, 2, 4, 8, 32
_MS_NOATIME, _MS_NODIRATIME, _MS_BIND, _MNT_DETACH = 1024, 2048, 4096, 2
_PR_SET_PDEATHSIG, _PR_GET_DUMPABLE, _PR_SET_DUMPABLE, _PR_SET_SECCOMP = 1, 3, 4, 22
_PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 24, 38
_SECCOMP_MODE_FILTER = 2
_CAP_SYS_ADMIN = 21
_LINUX_CAPABILITY_VERSION_3 = 0x20080522

# Address space that the interpreter itself may take, beside what the memory limit grants.
INTERPRETER_BYTES = 192 << 20
SCRATCH_BYTES = 64 << 20
SCRATCH_FILES = 4096
MAIN_STACK_BYTES = 128 << 20
MAX_DESCRIPTORS = 64

_libc = ctypes.CDLL(None, use_errno=True)
# Made once: in a fork, making a type or a function of ctypes costs more than the call.
_prctl, _capset = _libc.prctl, _libc.capset
_CAPABILITY_HEADER = (ctypes.c_uint32 * 2)(_LINUX_CAPABILITY_VERSION_3, 0)
_NO_CAPABILITIES = (ctypes.c_uint32 * 6)()


def _call(name: str, *arguments: Any) -> None:
    _check(name, getattr(_libc, name)(*arguments))


def _check(name: str, result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, "%s: %s" % (name, os.strerror(number)))


def hide_from_debuggers() -> None:
    """No other process may attach to this one or read its memory."""
    _call("prctl", _PR_SET_DUMPABLE, 0, 0, 0, 0)


def die_with_parent() -> None:
    """Be killed when the parent is: outside of namespaces nothing else would end this process."""
    _check("prctl", _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))


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


def protect_devices(folder: str) -> None:
    """Make device files read-only as files: their modes and times are the host's own.

    Reading from and writing to the devices goes on. bubblewrap cannot do this: its read-only
    mounts refuse devices altogether.
    """
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        kept = os.statvfs(path).f_flag & (_MS_NOSUID | _MS_NOEXEC | _MS_NOATIME | _MS_NODIRATIME)
        flags = _MS_REMOUNT | _MS_BIND | _MS_RDONLY | kept
        _call("mount", None, path.encode(), None, flags, None)


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
        _check("prctl", _prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _check("prctl", _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, self._pointer, 0, 0))


def drop_capabilities() -> None:
    """Give up every capability for good; a no-op for a process that has none."""
    _prctl(_PR_CAPBSET_DROP, _CAP_SYS_ADMIN, 0, 0, 0)  # fails where it is not there to be dropped
    _check("capset", _capset(_CAPABILITY_HEADER, _NO_CAPABILITIES))


def set_standing_limits(*, own_user_namespace: bool) -> None:
    """Limits that are the same for every fork; the zygote sets them on itself, forks inherit."""
    set_limit = resource.setrlimit
    set_limit(resource.RLIMIT_NOFILE, (MAX_DESCRIPTORS, MAX_DESCRIPTORS))
    set_limit(resource.RLIMIT_CORE, (0, 0))
    set_limit(resource.RLIMIT_MEMLOCK, (0, 0))
    if own_user_namespace:  # elsewhere it would count every process of the user
        set_limit(resource.RLIMIT_NPROC, (256, 256))
    _soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    if hard == resource.RLIM_INFINITY or hard >= MAIN_STACK_BYTES:
        set_limit(resource.RLIMIT_STACK, (MAIN_STACK_BYTES, hard))


def set_limits(limits: dict[str, Any]) -> None:
    """Limits of one fork.

    ``memory_bytes`` and ``output_bytes`` come from the run; the CPU limit here is only the last
    resort above the precise one that the zygote enforces from outside.
    """
    memory = limits["memory_bytes"] + INTERPRETER_BYTES
    cpu = int(limits["cpu_seconds"] + limits["load_seconds"]) + 2
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["output_bytes"], limits["output_bytes"]))


def rehearse() -> None:
    """Run once what ``set_limits`` and the calls through libc run, without effect; see
    ``program.rehearse``."""
    kept = resource.getrlimit(resource.RLIMIT_CORE)
    for _ in range(20):
        resource.setrlimit(resource.RLIMIT_CORE, kept)
        _check("prctl", _prctl(_PR_SET_DUMPABLE, _prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0), 0, 0, 0))
