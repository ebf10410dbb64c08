"""Does everything the zygote needs work here? Exits with 0, or says what does not."""

from __future__ import annotations

import os
import sys

from . import confine


def main() -> None:
    try:
        confine.protect_devices("/dev")
        confine.mount_scratch(sys.argv[1], replace=False)
        confine.mount_scratch(sys.argv[1], replace=True)
        own = confine.pid_descriptor(os.getpid())
        for _ in range(2):  # the second shows that the way back worked
            confine.next_child_gets_a_pid_namespace()
            pid = os.fork()
            if pid == 0:
                os._exit(0 if os.getpid() == 1 else 1)
            confine.back_to_own_pid_namespace(own)
            _pid, status = os.waitpid(pid, 0)
            if status != 0:
                raise OSError("a fork is not the first process of its namespace")
    except OSError as error:
        sys.exit("namespace: %s" % error)
