"""Neighbours: what one program uses up of that which all workers of a user share."""

from __future__ import annotations

import pytest

from passatk.execution.pool import Pool, Settings, Task
from passatk.execution.sandbox import interpreter
from passatk.records import Status

from .harness import HONEST, PATIENT, PROBLEMS, SLEEPERS

_EVIL = {
    "descriptors-on-their-way": """
import array, socket, time
a, b = socket.socketpair()
try:
    while True: a.sendmsg([b"x"], [(1, 1, array.array("i", [a.fileno()] * 60))])
except PermissionError: raise
except OSError: time.sleep(60)
""",
    "pipes": """
import fcntl, os, time
try:
    while True: fcntl.fcntl(os.pipe()[1], 1031, 1 << 20)
except OSError: time.sleep(60)
""",
    "locks-on-files-of-the-library": """
import fcntl, os, time
for folder in (os.path.dirname(os.__file__), "/usr/lib"):
    for name in sorted(os.listdir(folder))[:25]:
        try: fcntl.flock(os.open(os.path.join(folder, name), os.O_RDONLY), fcntl.LOCK_EX)
        except OSError: pass
time.sleep(60)
""",
}


@pytest.mark.usefixtures("arena")  # which skips where there is no strict isolation
@pytest.mark.parametrize("evil", _EVIL.values(), ids=_EVIL)
def test_other_workers_go_on(evil: str) -> None:
    """While one program holds as much as it can, those beside it are judged as ever."""
    honest = "print('hello')\n" + HONEST  # so that its output has to be sent
    with Pool(Settings(interpreter(), workers=2)) as pool:
        problem = PROBLEMS["calls"]
        tasks = [Task(None, problem, evil, SLEEPERS), *[Task(0, problem, honest, PATIENT)] * 24]
        verdicts = list(pool.judge(tasks))
    assert 24 == sum(verdict.status == Status.PASSED for _task, verdict in verdicts), verdicts
    assert Status.JUDGE_ERROR not in {verdict.status for _task, verdict in verdicts}
