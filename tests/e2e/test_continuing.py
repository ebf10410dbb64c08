"""A run that was stopped at any moment continues with the same command."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from passatk.errors import StoreError
from passatk.store import Progress, open_store

from .command import Passatk
from .examples import ADD, sample
from .processes import descendants, still_there

ATTEMPTS = 320
BODIES = ("return a + b", "return a - b", "raise ValueError(a)", "return +")


@pytest.fixture
def command(passatk: Passatk) -> list[str]:
    """A run of 320 different programs with some work each, right and wrong in turn."""
    other = ADD | {"task_id": "Tiny/1"}
    passatk.write("problems.jsonl", ADD, other)
    # The second problem's attempts are judged last and take longer: time to stop the run in.
    works = (ADD, 200_000), (other, 800_000)
    lines = []
    for i in range(ATTEMPTS):
        problem, work = works[i % 2]
        completion = f"    sum(range({work}))  # {i}\n    {BODIES[i // 2 % 4]}\n"
        lines.append(sample(problem, completion, id=i))
    passatk.write("samples.jsonl", *lines)
    options = ["--time-limit", "5", "--workers", "2"]
    return ["evaluate", "samples.jsonl", "--problems", "problems.jsonl", *options]


def verdicts(passatk: Passatk, run: str) -> list[tuple[Any, ...]]:
    """Every attempt of a run with its verdict, without what a clock measured."""
    text = passatk.run("export", run, "--format", "jsonl", "-o", "-").stdout
    records = map(json.loads, text.splitlines())
    return [(r["task_id"], r["attempt"], r["id"], r["status"], r.get("tests")) for r in records]


def progress(passatk: Passatk) -> Progress:
    """How far the run has come, as another process sees it."""
    try:
        with open_store(passatk.folder / "passatk.db", read_only=True) as store:
            return store.progress(store.runs()[0].run)
    except (StoreError, IndexError):  # not there yet
        return Progress(0, 0, 0)


def check_same_as_undisturbed(passatk: Passatk, command: list[str]) -> None:
    """End the stopped run, and hold it against one that was not stopped."""
    passatk.run(*command)
    passatk.run(*command, "--name", "undisturbed")
    found = verdicts(passatk, "samples")
    expected = {
        0: ("passed", "pp"),
        1: ("wrong_answer", "ww"),
        2: ("runtime_error", "ee"),
        3: ("syntax_error", "e"),
    }
    assert list(range(ATTEMPTS)) == [identity for _, _, identity, _, _ in found]
    assert [expected[i // 2 % 4] for i in range(ATTEMPTS)] == [tuple(each[3:]) for each in found]
    assert verdicts(passatk, "undisturbed") == found


def test_killed_at_random_moments(passatk: Passatk, command: list[str]) -> None:
    """After SIGKILL no process stays, and no verdict is lost, doubled or changed."""
    moments = random.Random(20240229)
    for _ in range(3):
        process = passatk.start(*command)
        time.sleep(moments.uniform(0.3, 1.8))
        started = descendants(process.pid)
        process.kill()
        process.communicate()
        assert set() == still_there(started)
        judged = progress(passatk)
        assert judged.attempts in (0, ATTEMPTS)
    check_same_as_undisturbed(passatk, command)


def test_interrupted_with_control_c(passatk: Passatk, command: list[str]) -> None:
    """SIGINT ends the command with 130 and a message; what was judged is not judged again."""
    process = passatk.start(*command)
    while progress(passatk).judged == 0 and process.poll() is None:
        time.sleep(0.02)
    started = descendants(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate()
    assert (130, "") == (process.returncode, stdout)
    assert "interrupted; the same command continues" in stderr
    assert "Traceback" not in stderr
    assert started
    assert set() == still_there(started)
    judged = progress(passatk).judged
    assert 0 < judged < ATTEMPTS
    assert f"continuing: {judged} of {ATTEMPTS}" in passatk.run(*command).stderr
    check_same_as_undisturbed(passatk, command)


@pytest.mark.parametrize("ignoring", [[], [signal.SIGINT]], ids=["", "SIGINT ignored"])
def test_ended_by_a_scheduler(
    passatk: Passatk, command: list[str], ignoring: list[signal.Signals], tmp_path: Path
) -> None:
    """SIGTERM ends the command as Ctrl-C does, with 143: what was judged is kept, and neither
    processes nor files stay. A shell's background commands ignore Ctrl-C."""
    files = tmp_path / "temporary"
    files.mkdir()
    traps = "".join(f"trap '' {each.name[3:]}; " for each in ignoring)
    starter = passatk.within("sh", "-c", f'{traps}TMPDIR={files} exec "$@"', "sh")
    process = starter.start(*command, "--isolation", "process")
    while progress(passatk).judged == 0 and process.poll() is None:
        time.sleep(0.02)
    started = descendants(process.pid)
    process.terminate()
    _, stderr = process.communicate()
    assert 143 == process.returncode
    assert "interrupted; the same command continues" in stderr
    assert started
    assert set() == still_there(started)
    assert [] == list(files.iterdir())
    assert 0 < progress(passatk).judged < ATTEMPTS


def test_interrupted_before_anything_is_stored(passatk: Passatk, command: list[str]) -> None:
    """SIGINT while the command starts leaves nothing behind that would stand in its way."""
    process = passatk.start(*command)
    time.sleep(0.25)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate()
    assert process.returncode in (130, -signal.SIGINT)
    assert "passed" in passatk.run(*command).stdout
