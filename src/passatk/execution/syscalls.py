"""The system calls that a candidate may make, as filters for the kernel.

Default is refusal with EPERM, which a program sees as an ordinary ``PermissionError``: it may ask
for a socket or a child process, handle the refusal, and still be right. What no solution ever needs
(tracing, mounting, loading code into the kernel) ends the process at once, and the verdict says
``sandbox_violation``. Sources: syscalls(2), seccomp(2), libseccomp.
"""

from __future__ import annotations

import errno
import fcntl
import signal
import socket
import tempfile
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from passatk.errors import IsolationError

_FILES = """
    access chmod chdir close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2
    fadvise64 fallocate fchdir fchmod fchmodat fcntl fdatasync flock fstat fstatfs fsync ftruncate
    futimesat getcwd getdents getdents64 link linkat lseek lstat mkdir mkdirat newfstatat open
    openat openat2 pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readlink
    readlinkat readv rename renameat renameat2 rmdir sendfile splice stat statfs statx symlink
    symlinkat sync_file_range tee truncate umask unlink unlinkat utime utimensat utimes write writev
    ioctl
"""
_WAITING = """
    epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 poll
    ppoll pselect6 select pause nanosleep clock_nanosleep wait4 waitid restart_syscall
"""
_MEMORY = "brk madvise membarrier mincore mmap mprotect mremap msync munmap get_mempolicy"
_PROCESS = """
    alarm arch_prctl capget exit exit_group futex futex_waitv get_robust_list get_thread_area getcpu
    getegid geteuid getgid getgroups getitimer getpgid getpgrp getpid getppid getpriority getrandom
    getresgid getresuid getrlimit getrusage getsid gettid getuid prctl rseq
    rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait
    sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
    sched_getscheduler sched_yield set_robust_list set_thread_area set_tid_address setitimer
    setrlimit sigaltstack sysinfo timer_create timer_delete timer_getoverrun timer_gettime
    timer_settime timerfd_create timerfd_gettime timerfd_settime uname
"""
_CLOCKS = "clock_getres clock_gettime gettimeofday time times"
# Connected pairs within the process only: an event loop wakes itself through one.
_PAIRS = """
    sendto recvfrom sendmsg recvmsg shutdown getsockname getpeername getsockopt
    setsockopt
"""
_HOSTILE = """
    acct add_key bpf chroot clock_adjtime clock_settime delete_module fanotify_init finit_module
    fsconfig fsmount fsopen fspick init_module io_uring_enter io_uring_register io_uring_setup
    ioperm iopl kcmp kexec_file_load kexec_load keyctl lookup_dcookie mount mount_setattr
    move_mount name_to_handle_at nfsservctl open_by_handle_at open_tree perf_event_open pivot_root
    process_madvise process_vm_readv process_vm_writev ptrace quotactl reboot request_key
    setdomainname sethostname setns settimeofday swapoff swapon syslog umount umount2 unshare
    uselib userfaultfd vhangup vm86 vm86old
"""
# Which argument is the signal; kill itself is among what the zygote needs.
_SIGNALS = {"tkill": 1, "tgkill": 2, "rt_sigqueueinfo": 1, "rt_tgsigqueueinfo": 2}
_KILL_SIGNAL_AT = 1
_CLONE_THREAD = 0x10000
_SOCKET_TYPE = 0xF


# What the zygote needs and a candidate does not.
_EXEMPT = """
    capset clone kill memfd_create mount pidfd_open prlimit64 setns setpgid socketpair umount2
    unshare
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """Classic BPF programs; a call has to pass every filter that is installed.

    ``common`` is for judge and zygote, and what they fork inherits it at no cost. It says all but
    what the zygote itself needs; ``judge`` and ``candidate`` add that. The candidate's is small, as
    every fork installs it.
    """

    common: bytes
    judge: bytes
    candidate: bytes


def build() -> Filters:
    """The filters for this machine's architecture; raises IsolationError without libseccomp."""
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError) as error:
        raise IsolationError(
            f"the system-call filter cannot be built: {error}\n"
            "  expected: libseccomp, which most distributions have installed\n"
            "  next: install it (Debian: apt-get install libseccomp2)"
        ) from error
    return Filters(
        common=_exported(_common(pyseccomp)),
        judge=_exported(_judge(pyseccomp)),
        candidate=_exported(_candidate(pyseccomp)),
    )


def _common(seccomp: ModuleType) -> Any:
    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))

    def native(*groups: str) -> list[str]:
        names = " ".join(groups).split()
        return [n for n in names if seccomp.resolve_syscall(seccomp.Arch.NATIVE, n) >= 0]

    exempt = native(_EXEMPT)
    for name in (*native(_FILES, _WAITING, _MEMORY, _PROCESS, _CLOCKS, _PAIRS), *exempt):
        rules.add_rule(seccomp.ALLOW, name)
    for name in native(_HOSTILE):
        if name not in exempt:
            rules.add_rule(seccomp.KILL_PROCESS, name)
    # clone3 passes its flags in memory, which a filter cannot read; glibc falls back to clone.
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    for name, position in _SIGNALS.items():
        rules.add_rule(seccomp.KILL_PROCESS, name, _is(seccomp, position, signal.SIGKILL))
    return rules


def _judge(seccomp: ModuleType) -> Any:
    refused = seccomp.ERRNO(errno.EPERM)
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in ("memfd_create", "pidfd_open", "capset", "setpgid"):
        rules.add_rule(refused, name)
    for name in ("mount", "umount2", "unshare", "setns"):
        rules.add_rule(seccomp.KILL_PROCESS, name)
    # Threads are a part of many solutions (a large stack needs one); processes are not.
    no_thread = seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, 0)
    rules.add_rule(refused, "clone", no_thread)
    rules.add_rule(refused, "prlimit64", seccomp.Arg(0, seccomp.NE, 0))
    # Streams only: a datagram can be sent to any address, also from one end of a connected pair.
    rules.add_rule(refused, "socketpair", seccomp.Arg(0, seccomp.NE, int(socket.AF_UNIX)))
    for kind in range(_SOCKET_TYPE + 1):
        if kind != socket.SOCK_STREAM:
            is_kind = seccomp.Arg(1, seccomp.MASKED_EQ, _SOCKET_TYPE, kind)
            rules.add_rule(refused, "socketpair", is_kind)
    # Signals are refused, as a group of processes may be larger than the program's own. It may mean
    # to end itself, though, which the first process of a namespace could not: the filter does it.
    is_kill = _is(seccomp, _KILL_SIGNAL_AT, signal.SIGKILL)
    rules.add_rule(seccomp.KILL_PROCESS, "kill", is_kill)
    is_other = seccomp.Arg(_KILL_SIGNAL_AT, seccomp.NE, int(signal.SIGKILL))
    rules.add_rule(refused, "kill", is_other)
    return rules


def _candidate(seccomp: ModuleType) -> Any:
    refused = seccomp.ERRNO(errno.EPERM)
    rules = _judge(seccomp)
    # Descriptors on their way in messages are counted over all processes of a user: with enough of
    # them, no other judge or zygote could send any.
    rules.add_rule(refused, "sendmsg")
    # On a file of the system, a lease would hold up whoever opens it for writing on the host.
    command = 0xFFFFFFFF  # the kernel ignores what is above
    lease = seccomp.Arg(1, seccomp.MASKED_EQ, command, fcntl.F_SETLEASE)
    rules.add_rule(refused, "fcntl", lease)
    return rules


def _is(seccomp: ModuleType, position: int, value: int) -> Any:
    return seccomp.Arg(position, seccomp.EQ, int(value))


def _exported(rules: Any) -> bytes:
    import pyseccomp

    rules.set_attr(pyseccomp.Attr.CTL_OPTIMIZE, 2)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
