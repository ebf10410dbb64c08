"""Limits, namespaces, capabilities and the system-call filter, through libc.

Everything here acts on the calling process and fails loudly: a fork that could not be confined
must not run a candidate.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from typing import Any, Callable

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
_prctl, _capset, _setrlimit = _libc.prctl, _libc.capset, _libc.setrlimit
_wait4, _unshare, _setns = _libc.wait4, _libc.unshare, _libc.setns
_Limit = ctypes.c_ulong * 2  # soft and hard
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


def _pid_descriptor(pid: int) -> int:
    fd: int = _libc.syscall(434, pid, 0)  # the number is the same on every architecture
    if fd < 0:
        raise OSError(ctypes.get_errno(), "pidfd_open")
    os.set_inheritable(fd, False)
    return fd


pid_descriptor: Callable[[int], int] = getattr(os, "pidfd_open", _pid_descriptor)
"""A descriptor that refers to a process (pidfd_open; Linux 5.3)."""


def next_child_gets_a_pid_namespace() -> None:
    _check("unshare", _unshare(CLONE_NEWPID))


def back_to_own_pid_namespace(own_pidfd: int) -> None:
    """Undo ``next_child_gets_a_pid_namespace``: the next unshare is refused otherwise."""
    _check("setns", _setns(own_pidfd, CLONE_NEWPID))


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
        pointer = ctypes.byref(self._program)
        self.arguments = (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, pointer, 0, 0)

    def install(self) -> None:
        """From here on the process and its threads make only the calls that the filter allows."""
        _check("prctl", _prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _check("prctl", _prctl(*self.arguments))


class Confinement:
    """What every fork does to itself before it sees a program, as calls that are made ready.

    Limits of its own, no capability, the candidate's filter, in this order; that nothing may gain
    privileges is inherited from the zygote. A fork runs them one after the other: looking each up,
    or making its arguments there, would cost more than the call.
    """

    def __init__(self, candidate_filter: Filter, *, die_with_parent: bool) -> None:
        self._filter = candidate_filter  # which holds the memory that the call points to
        self._memory, self._cpu, self._file_size = (_Limit() for _ in range(3))
        self._calls = [
            ("setrlimit", _setrlimit, (resource.RLIMIT_AS, self._memory)),
            ("setrlimit", _setrlimit, (resource.RLIMIT_CPU, self._cpu)),
            ("setrlimit", _setrlimit, (resource.RLIMIT_FSIZE, self._file_size)),
            ("capset", _capset, (_CAPABILITY_HEADER, _NO_CAPABILITIES)),
            ("prctl", _prctl, candidate_filter.arguments),
        ]
        if die_with_parent:  # outside of namespaces nothing else would end the fork
            call = ("prctl", _prctl, (_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0))
            self._calls.insert(0, call)

    def prepare(self, memory_bytes: int, cpu_seconds: float, output_bytes: int) -> None:
        """Set the limits of the forks to come.

        The CPU limit here is only the last resort above the precise one that the zygote enforces
        from outside.
        """
        memory = self._memory
        memory[0] = memory[1] = memory_bytes + INTERPRETER_BYTES
        cpu = self._cpu
        cpu[0] = cpu[1] = int(cpu_seconds) + 2
        size = self._file_size
        size[0] = size[1] = output_bytes

    def enter(self) -> None:
        """In a fork: become confined; raises OSError where a step fails."""
        for name, call, arguments in self._calls:
            if call(*arguments) != 0:
                _check(name, -1)

    def rehearse(self) -> None:
        """Run what ``enter`` runs, without effect; see ``program.rehearse``."""
        core = _Limit(*resource.getrlimit(resource.RLIMIT_CORE))
        kept, self._calls = self._calls, [("setrlimit", _setrlimit, (resource.RLIMIT_CORE, core))]
        for _ in range(20):
            self.enter()
        self._calls = kept


def drop_bounding_set() -> None:
    """Let no program that is started from here on have a capability that this process lacks."""
    _prctl(_PR_CAPBSET_DROP, _CAP_SYS_ADMIN, 0, 0, 0)  # fails where it is not there to be dropped


def set_standing_limits(*, own_user_namespace: bool) -> None:
    """Limits that are the same for every fork; the zygote sets them on itself, forks inherit."""
    set_limit = resource.setrlimit
    set_limit(resource.RLIMIT_NOFILE, (MAX_DESCRIPTORS, MAX_DESCRIPTORS))
    set_limit(resource.RLIMIT_CORE, (0, 0))
    set_limit(resource.RLIMIT_MEMLOCK, (0, 0))
    if own_user_namespace:  # elsewhere it would count every process of the user
        set_limit(resource.RLIMIT_NPROC, (256, 256))
        set_limit(resource.RLIMIT_SIGPENDING, (256, 256))  # each timer of the kernel takes one
    _soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    if hard == resource.RLIM_INFINITY or hard >= MAIN_STACK_BYTES:
        set_limit(resource.RLIMIT_STACK, (MAIN_STACK_BYTES, hard))


class Reaper:
    """wait4(2) into memory that is there: that of ``os`` makes some twenty objects a call."""

    def __init__(self) -> None:
        self._status = (ctypes.c_int * 1)()
        self._usage = (ctypes.c_long * 18)()  # struct rusage: two timevals, then maxrss, in KiB
        self._arguments = self._status, 0, self._usage

    def wait(self, pid: int) -> tuple[int, float, int]:
        """Wait for the child ``pid``: its wait status, CPU seconds and peak memory in bytes."""
        if _wait4(pid, *self._arguments) != pid:
            _check("wait4", -1)
        used = self._usage
        cpu_seconds = used[0] + used[2] + (used[1] + used[3]) / 1e6
        return self._status[0], cpu_seconds, used[4] * 1024
