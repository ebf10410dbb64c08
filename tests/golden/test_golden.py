"""Every golden program gets its verdict: here, in other Pythons, and behind the weaker wall."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from passatk.errors import IsolationError, UnsuitablePython
from passatk.execution.pool import Pool, Settings
from passatk.execution.sandbox import Interpreter, Isolation, interpreter
from passatk.records import Status

from .reading import Golden, missing_modules, read_all

PROGRAMS = read_all()
OTHER_PYTHONS = ("3.8", "3.9", "3.10", "3.12", "3.13")


def judge_all(
    python: Interpreter, isolation: Isolation = Isolation.STRICT
) -> dict[str, dict[str, tuple[str, str]]]:
    """For each golden program that this interpreter can run, how its verdict differs."""
    missing = missing_modules(python, PROGRAMS)
    able = {g.name: g for g in PROGRAMS if g.runs_on(python, missing)}
    try:
        with Pool(Settings(python, isolation)) as pool:
            verdicts = list(pool.judge(golden.task() for golden in able.values()))
    except UnsuitablePython:
        raise
    except IsolationError as error:
        pytest.skip(f"{isolation} isolation is not to be had here: {error}")
    return {task.key: able[task.key].differences(verdict) for task, verdict in verdicts}


@pytest.fixture(scope="module")
def differences() -> dict[str, dict[str, tuple[str, str]]]:
    return judge_all(interpreter())


@pytest.mark.parametrize("golden", PROGRAMS, ids=[golden.name for golden in PROGRAMS])
def test_the_verdict_is_as_written(
    golden: Golden, differences: dict[str, dict[str, tuple[str, str]]]
) -> None:
    """Status, letters, trust and what is said of it: all as the golden file has it."""
    if golden.name not in differences:
        pytest.skip(f"needs Python {golden.python} with {', '.join(golden.modules) or 'nothing'}")
    assert {} == differences[golden.name]


@pytest.mark.parametrize("kind", ["calls", "code", "stream"])
def test_every_status_is_there(kind: str) -> None:
    """No status of a program is left without an example, whatever kind its tests are."""
    kinds = {"CallTests": "calls", "CodeTests": "code", "StreamTests": "stream"}
    found = {
        golden.expected["status"]
        for golden in PROGRAMS
        if kinds[type(golden.problem.tests).__name__] == kind
    }
    assert set(Status) - {Status.JUDGE_ERROR} <= found


def test_names_are_unique() -> None:
    """A program that is named like another would hide it."""
    assert len(PROGRAMS) == len({golden.name for golden in PROGRAMS})


def test_process_isolation_gives_the_same_verdicts() -> None:
    """The outer wall decides what a program can reach, not whether it is right."""
    found = judge_all(interpreter(), Isolation.PROCESS)
    assert {} == {name: each for name, each in found.items() if each}


@pytest.mark.parametrize("version", OTHER_PYTHONS)
def test_another_python_gives_the_same_verdicts(version: str) -> None:
    """``--python`` judges alike under every CPython that is supported."""
    found = judge_all(_find(version))
    assert len(found) > 0.9 * len(PROGRAMS)
    assert {} == {name: each for name, each in found.items() if each}


def _find(version: str) -> Interpreter:
    """An interpreter of this version: beside the one that runs the tests, or on the path."""
    siblings = Path(sys.base_prefix).parent.glob(f"*{version}*/bin/python{version}")
    on_path = shutil.which(f"python{version}")
    for path in [*map(os.fspath, siblings), *([on_path] if on_path else [])]:
        try:
            found = interpreter(path)
        except UnsuitablePython:  # a launcher without an interpreter behind it
            continue
        if found.version.startswith(f"{version}."):
            return found
    pytest.skip(f"there is no Python {version} here")
