"""The system calls that a candidate may make, as a filter for the kernel.

Default is refusal with EPERM, which a program sees as an ordinary ``PermissionError``: it may ask
for a socket or a child process, handle the refusal, and still be right. What no solution ever needs
(tracing, mounting, loading code into the kernel) ends the process at once, and the verdict says
``sandbox_violation``. Sources: syscalls(2), seccomp(2), libseccomp.
"""

from __future__ import annotations

import errno
import signal
import tempfile

from passatk.errors import IsolationError

_FILES = """
    access chmod chdir close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2
    fadvise64 fallocate fchdir fchmod fchmodat fcntl fdatasync flock fstat fstatfs fsync ftruncate
    futimesat getcwd getdents getdents64 link linkat lseek lstat memfd_create mkdir mkdirat
    newfstatat open openat openat2 pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read
    readlink readlinkat readv rename renameat renameat2 rmdir sendfile splice stat statfs statx
    symlink symlinkat sync_file_range tee truncate umask unlink unlinkat utime utimensat utimes
    write writev ioctl
"""
_WAITING = """
    epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 poll
    ppoll pselect6 select pause nanosleep clock_nanosleep wait4 waitid restart_syscall
"""
_MEMORY = "brk madvise membarrier mincore mmap mprotect mremap msync munmap get_mempolicy"
_PROCESS = """
    alarm arch_prctl capget exit exit_group futex futex_waitv get_robust_list get_thread_area getcpu
    getegid geteuid getgid getgroups getitimer getpgid getpgrp getpid getppid getpriority getrandom
    getresgid getresuid getrlimit getrusage getsid gettid getuid prctl prlimit64 rseq
    rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait
    sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
    sched_getscheduler sched_yield set_robust_list set_thread_area set_tid_address setitimer
    setrlimit sigaltstack sysinfo timer_create timer_delete timer_getoverrun timer_gettime
    timer_settime timerfd_create timerfd_gettime timerfd_settime uname
"""
_CLOCKS = "clock_getres clock_gettime gettimeofday time times"
# Connected pairs within the process only: an event loop wakes itself through one.
_PAIRS = """
    socketpair sendto recvfrom sendmsg recvmsg shutdown getsockname getpeername getsockopt
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
_SIGNALS = {"kill": 1, "tkill": 1, "tgkill": 2, "rt_sigqueueinfo": 1, "rt_tgsigqueueinfo": 2}
_CLONE_THREAD = 0x10000


def candidate_filter() -> bytes:
    """The filter as a classic BPF program for this machine's architecture."""
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError) as error:
        raise IsolationError(
            f"the system-call filter cannot be built: {error}\n"
            "  expected: libseccomp, which most distributions have installed\n"
            "  next: install it (Debian: apt-get install libseccomp2)"
        ) from error

    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    known = pyseccomp.resolve_syscall

    def native(names: str) -> list[str]:
        return [name for name in names.split() if known(pyseccomp.Arch.NATIVE, name) >= 0]

    for group in (_FILES, _WAITING, _MEMORY, _PROCESS, _CLOCKS, _PAIRS):
        for name in native(group):
            rules.add_rule(pyseccomp.ALLOW, name)
    for name in native(_HOSTILE):
        rules.add_rule(pyseccomp.KILL_PROCESS, name)
    # Threads are a part of many solutions (a large stack needs one); processes are not. clone3
    # passes its flags in memory, which a filter cannot read: glibc falls back to clone on ENOSYS.
    thread = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD)
    rules.add_rule(pyseccomp.ALLOW, "clone", thread)
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    # The first process of a namespace survives a SIGKILL of its own: the filter ends it instead.
    for name, position in _SIGNALS.items():
        is_kill = pyseccomp.Arg(position, pyseccomp.EQ, int(signal.SIGKILL))
        is_other = pyseccomp.Arg(position, pyseccomp.NE, int(signal.SIGKILL))
        rules.add_rule(pyseccomp.KILL_PROCESS, name, is_kill)
        rules.add_rule(pyseccomp.ALLOW, name, is_other)
    rules.set_attr(pyseccomp.Attr.CTL_OPTIMIZE, 2)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
