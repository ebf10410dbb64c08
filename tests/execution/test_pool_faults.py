"""Whatever happens to the workers, every task gets one verdict, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from passatk.errors import NoBubblewrap, NoUserNamespaces, UnsuitablePython
from passatk.execution import worker as worker_module
from passatk.execution.pool import Pool, Settings, Task
from passatk.execution.sandbox import Interpreter, Isolation, interpreter
from passatk.records import CodeTests, Problem, Status

from .examples import DOUBLE, DOUBLE_SCRIPT, PATIENT, RIGHT, RIGHT_SCRIPT, judge
from .processes import below, eventually

SLOW = "import time\ndef double(x):\n    time.sleep(0.02)\n    return 2 * x"
SLEEPS = "import time\ndef double(x): time.sleep(50)"


@pytest.fixture(params=Isolation)
def isolated(request: pytest.FixtureRequest) -> Settings:
    return Settings(interpreter(), request.param, workers=2)


@pytest.fixture(autouse=True, scope="module")
def _needs_namespaces() -> None:
    try:
        with Pool(Settings(interpreter(), workers=1)):
            pass
    except (NoBubblewrap, NoUserNamespaces) as error:
        pytest.skip(f"strict isolation is not to be had here: {error}")


@pytest.mark.parametrize("number", [0, 1], ids=["zygote", "judge"])
def test_a_killed_worker_costs_no_verdict(isolated: Settings, number: int) -> None:
    """Every judge (or zygote) is killed in the middle, twice: all tasks are judged, each once."""
    with Pool(isolated) as pool:
        found = []
        kills = [15, 5]
        for task, verdict in pool.judge(Task(i, DOUBLE, SLOW, PATIENT) for i in range(30)):
            found.append((task.key, verdict.status))
            tried_before = any(each.tries for worker in pool._workers for each in worker.queue)
            if kills and len(found) >= kills[-1] and not tried_before:  # no task meets two deaths
                kills.pop()
                for worker in pool._workers:
                    os.kill(interpreter_of(worker._processes[number].pid), signal.SIGKILL)
    assert kills == []
    assert [(i, Status.PASSED) for i in range(30)] == sorted(found)


def interpreter_of(pid: int) -> int:
    """The process itself, or the first one in the sandbox that it has started."""
    if "bwrap" not in Path(f"/proc/{pid}/cmdline").read_text():
        return pid
    return next(inner for inner, line in below(pid).items() if "bwrap" not in line)


def test_a_task_that_outlives_two_judges_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once is chance and judged anew; after the second death it is a judge_error, never a
    failure of the program; what waited behind it is judged."""
    deaths = 0
    ready = worker_module.Worker.wait_until_ready

    def kill_later(worker: worker_module.Worker) -> None:
        nonlocal deaths
        ready(worker)
        if deaths < 2:
            deaths += 1
            threading.Timer(0.2, worker._processes[1].kill).start()

    monkeypatch.setattr(worker_module.Worker, "wait_until_ready", kill_later)
    tasks = [Task(i, DOUBLE, SLEEPS if i == 0 else RIGHT, PATIENT) for i in range(6)]
    with Pool(Settings(interpreter(), workers=1)) as pool:
        found = {task.key: verdict for task, verdict in pool.judge(tasks)}
    assert Status.JUDGE_ERROR == found[0].status
    assert "the judge ended unexpectedly" in found[0].detail
    assert {1, 2, 3, 4, 5} == {key for key, verdict in found.items() if verdict.passed}


def test_tests_that_never_end_are_a_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge is taken away from a program that keeps its tests busy; the others are judged."""
    monkeypatch.setattr(worker_module, "_PATIENCE_SECONDS", 1.0)
    setup = "def check(double):\n    while double(1) != 2: pass\n    assert double(4) == 8\n"
    waiting = Problem("waiting", "", CodeTests(setup, "check"), entry_point="double")
    limits = replace(PATIENT, wall_seconds=1.0)
    programs = [RIGHT, "def double(x): return 1", RIGHT, RIGHT]
    tasks = [Task(i, waiting, program, limits) for i, program in enumerate(programs)]
    busy = Problem("busy", "", CodeTests("while True: pass", "check"), entry_point="double")
    with Pool(Settings(interpreter(), workers=1)) as pool:
        found = {task.key: verdict for task, verdict in pool.judge(tasks)}
        assert Status.TIME_LIMIT_EXCEEDED == judge(pool, busy, RIGHT, limits).status
    assert [True, False, True, True] == [found[i].passed for i in range(4)]
    assert (Status.TIME_LIMIT_EXCEEDED, "l") == (found[1].status, found[1].tests)


@pytest.mark.parametrize("number", [0, 1], ids=["zygote", "judge"])
def test_a_stopped_process_fails_nobody(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody stops a judge (or zygote): no program's fault, so its task is judged anew; where it
    happens again, that is a judge_error."""
    monkeypatch.setattr(worker_module, "_PATIENCE_SECONDS", 1.0)
    limits = replace(PATIENT, wall_seconds=1.0)
    stops = 3  # one for the second task, two for a later one
    with Pool(Settings(interpreter(), workers=1)) as pool:
        found = {}
        ready = worker_module.Worker.wait_until_ready

        def stop_again(worker: worker_module.Worker) -> None:
            nonlocal stops
            ready(worker)
            if stops == 1:
                stops -= 1
                os.kill(interpreter_of(worker._processes[number].pid), signal.SIGSTOP)

        monkeypatch.setattr(worker_module.Worker, "wait_until_ready", stop_again)
        for task, verdict in pool.judge(Task(i, DOUBLE, RIGHT, limits) for i in range(30)):
            found[task.key] = verdict
            if len(found) in (1, 20):
                stops -= 1
                os.kill(interpreter_of(pool._workers[0]._processes[number].pid), signal.SIGSTOP)
    failed = [verdict for verdict in found.values() if not verdict.passed]
    assert (30, [Status.JUDGE_ERROR]) == (len(found), [verdict.status for verdict in failed])
    assert "stopped" in failed[0].detail


def test_a_caller_who_takes_his_time_fails_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time that passes while nobody reads verdicts (a locked store, a stopped process) is not
    held against the programs."""
    monkeypatch.setattr(worker_module, "_PATIENCE_SECONDS", 3.0 - PATIENT.wall_seconds)
    with Pool(Settings(interpreter(), workers=2)) as pool:
        found = []
        for _task, verdict in pool.judge(Task(i, DOUBLE, RIGHT, PATIENT) for i in range(10)):
            if not found:
                time.sleep(3.5)
            found.append(verdict.status)
    assert [Status.PASSED] * 10 == found


@pytest.mark.parametrize("program", [SLEEPS, SLOW], ids=["sleeping", "working"])
def test_closing_leaves_nothing(isolated: Settings, program: str, temporary: Path) -> None:
    """No process, no open file, no folder: also in the middle of the work."""
    files, processes = os.listdir("/proc/self/fd"), set(below())
    with Pool(isolated) as pool:
        tasks = [Task(0, DOUBLE, RIGHT, PATIENT)]
        tasks += [Task(i, DOUBLE, program, PATIENT) for i in range(1, 9)]
        verdicts = pool.judge(tasks)
        next(verdicts)
        ours = set(below()) - processes
        assert len(ours) >= 4
    verdicts.close()
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in ours))
    assert ([], len(files)) == (os.listdir(temporary), len(os.listdir("/proc/self/fd")))


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files that nobody else uses."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_an_interpreter_that_does_not_start_is_told(temporary: Path) -> None:
    """With what it said, and without a process or folder left behind."""
    processes = set(below())
    python = Interpreter("/bin/false", "3.11.0", ())
    with pytest.raises(UnsuitablePython, match="the judge did not start") as caught:
        Pool(Settings(python, Isolation.PROCESS, workers=2)).__enter__()
    assert "next: " in str(caught.value)
    assert ([], processes) == (os.listdir(temporary), set(below()))


@pytest.fixture
def weak() -> Iterator[Pool]:
    with Pool(Settings(interpreter(), Isolation.PROCESS, workers=1)) as pool:
        yield pool


def test_temporary_files_lie_in_the_scratch_folder(weak: Pool) -> None:
    """Where the next program finds none of them, without a namespace as well."""
    program = (
        "import os, tempfile\n"
        "assert os.path.samefile(tempfile.gettempdir(), os.getcwd())\n"
        "assert os.path.samefile(os.path.expanduser('~'), os.getcwd())\n"
        "assert os.listdir(tempfile.gettempdir()) == []\n"
        "tempfile.mkstemp()\n" + RIGHT_SCRIPT
    )
    for _ in range(2):
        verdict = judge(weak, DOUBLE_SCRIPT, program)
        assert verdict.passed, verdict


def test_folders_of_any_depth_are_removed(weak: Pool) -> None:
    """The next program finds an empty scratch folder and the same worker."""
    workers = set(below())
    deep = (
        "import os\nopen('file', 'w').close()\nos.symlink('/etc', 'link')\n"
        "for i in range(1100):\n    os.mkdir('d'); os.chdir('d')\n"
        "os.mkdir('closed', 0)\nos.chmod('.', 0)\n" + RIGHT_SCRIPT
    )
    assert judge(weak, DOUBLE_SCRIPT, deep).passed
    looks = "import os\nprint(2 * int(input()) + len(os.listdir()))"
    assert judge(weak, DOUBLE_SCRIPT, looks).passed
    assert workers == set(below())
    assert Path("/etc/passwd").exists()


_TIMER = """
import ctypes, time
libc = ctypes.CDLL(None)
class Event(ctypes.Structure):
    _fields_ = [("value", ctypes.c_void_p), ("signal", ctypes.c_int), ("kind", ctypes.c_int),
                ("rest", ctypes.c_char * 48)]
def double(x):
    timer = ctypes.c_void_p()
    libc.timer_create(1, ctypes.byref(Event(None, 40, 0)), ctypes.byref(timer))
    libc.timer_settime(timer, 0, ctypes.byref((ctypes.c_long * 4)(0, 0, 0, 1000)), None)
    time.sleep(5)
"""


def test_a_signal_without_a_name_is_the_programs_end(weak: Pool) -> None:
    """A program cannot make the judge stumble over how it died: that would be a judge_error."""
    verdict = judge(weak, DOUBLE, _TIMER)
    assert (Status.RUNTIME_ERROR, "e-") == (verdict.status, verdict.tests)
    assert "killed by signal 40" in verdict.detail
