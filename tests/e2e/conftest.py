from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from passatk.errors import IsolationError
from passatk.execution.sandbox import check_strict, interpreter

from .command import Passatk
from .examples import ADD, DOUBLE, Record, right, wrong


@pytest.fixture(scope="session")
def sandbox() -> None:
    """Skip where programs cannot be confined."""
    try:
        check_strict(interpreter())
    except IsolationError as error:
        pytest.skip(f"strict isolation does not work here: {error}")


@pytest.fixture
def passatk(tmp_path: Path, sandbox: None) -> Passatk:
    """The installed command in an empty folder."""
    return Passatk(tmp_path)


@pytest.fixture
def tiny(passatk: Passatk) -> Path:
    """A problems file with the two problems."""
    return passatk.write("problems.jsonl", ADD, DOUBLE)


@pytest.fixture(scope="session")
def evaluated_once(tmp_path_factory: pytest.TempPathFactory, sandbox: None) -> Path:
    """The folder of which every ``evaluated`` is a copy."""
    passatk = Passatk(tmp_path_factory.mktemp("evaluated"))
    passatk.write("problems.jsonl", ADD, DOUBLE)
    lines = [right(ADD), wrong(ADD), right(ADD), wrong(DOUBLE), wrong(DOUBLE), right(DOUBLE)]
    passatk.write("samples.jsonl", *(line | {"note": i} for i, line in enumerate(lines)))
    passatk.run("evaluate", "samples.jsonl", "--problems", "problems.jsonl")
    return passatk.folder


@pytest.fixture
def evaluated(evaluated_once: Path, tmp_path: Path) -> Passatk:
    """A store with the run "samples": 2 of 3 attempts right at Tiny/0, 1 of 3 at Tiny/1."""
    return Passatk(shutil.copytree(evaluated_once, tmp_path / "evaluated"))


@pytest.fixture
def judge(passatk: Passatk) -> Callable[..., list[Record]]:
    """Judge programs for one problem; the verdicts as ``show`` tells them, in the same order."""

    def judge_all(problem: Record, *programs: str, options: tuple[str, ...] = ()) -> list[Record]:
        problems = passatk.write("one.jsonl", problem)
        field = {"task_id": problem["task_id"]}
        samples = passatk.write("programs.jsonl", *(field | {"solution": p} for p in programs))
        passatk.run("evaluate", samples, "--problems", problems, "--replace", *options)
        shown = passatk.json("show", "programs", problem["task_id"])
        return [attempt["verdict"] for attempt in shown["attempts"]]

    return judge_all
