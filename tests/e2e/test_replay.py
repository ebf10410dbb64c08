"""``passatk replay``: one attempt judged again, in the terminal and in the view."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from .command import Passatk
from .examples import ADD, DOUBLE, right, sample


def test_a_verdict_that_stands(evaluated: Passatk) -> None:
    """The same verdict again, under the limits of the run; nothing is stored."""
    before = evaluated.json("show", "samples")
    found = evaluated.json("replay", "samples", "Tiny/0#1")
    assert [] == found["changes"]
    assert "the same verdict: wrong answer" == found["conclusion"]
    assert found["before"]["tests"] == found["after"]["tests"]
    calibrated = found["limits"]["cpu_seconds"]
    assert 0.1 <= calibrated <= 60
    assert before == evaluated.json("show", "samples")
    shown = evaluated.run("replay", "samples", "Tiny/0#1").stdout
    assert "Tiny/0#1 the same verdict: wrong answer" in shown


def test_a_verdict_that_changes(evaluated: Passatk) -> None:
    """A result that was made up elsewhere does not hold."""
    lines = [
        {"task_id": "Tiny/0", "attempt": 0, "passed": True, "code": "def add(a, b): return 7\n"},
        {"task_id": "Tiny/1", "attempt": 0, "passed": True, "code": "def double(n): return 2*n\n"},
    ]
    results = evaluated.write("claimed.jsonl", *lines)
    evaluated.run("import", results, "--problems", "problems.jsonl")
    found = evaluated.json("replay", "claimed", "Tiny/0#0", "--problems", "problems.jsonl")
    assert "changed: passed before, wrong answer now" == found["conclusion"]
    assert "status" == found["changes"][0]["field"]
    assert any("no limits of its own" in note for note in found["notes"])
    stands = evaluated.json("replay", "claimed", "Tiny/1#0", "--problems", "problems.jsonl")
    assert "passed" == stands["after"]["status"]


def test_an_attempt_that_was_not_judged(evaluated: Passatk) -> None:
    """What is pending is judged for the first time, and stays pending."""
    from passatk.records import Attempt
    from passatk.store import open_store

    with open_store(evaluated.folder / "passatk.db") as store:
        run = store.run("samples")
        program = "def add(a, b):\n    return b + a\n"
        store.add_attempts(run, [Attempt("Tiny/0", 99, program, program)])
    found = evaluated.json("replay", "samples", "Tiny/0#99")
    assert "judged for the first time: passed" == found["conclusion"]
    assert None is evaluated.json("show", "samples", "Tiny/0#99")["verdict"]


def test_other_problems(evaluated: Passatk) -> None:
    """Problems that are not those of the run are refused by their hash."""
    other = evaluated.write("other.jsonl", ADD | {"test": DOUBLE["test"]}, DOUBLE)
    (evaluated.folder / "problems.jsonl").unlink()
    said = evaluated.run("replay", "samples", "Tiny/0#0", "--problems", other, code=2).stderr
    assert "not here" in said
    assert "--problems" in said


@pytest.mark.parametrize("target", ["Tiny/0", "Tiny/0#x", "Tiny/0#9", "None/0#0"])
def test_what_is_not_there(evaluated: Passatk, target: str) -> None:
    """No such attempt, said in words."""
    evaluated.run("replay", "samples", target, code=2)


def test_in_the_view(passatk: Passatk) -> None:
    """The form on an attempt's page judges it in the sandbox and shows what came of it."""
    pytest.importorskip("fastapi")
    passatk.write("problems.jsonl", ADD, DOUBLE)
    hostile = sample(ADD, "    import os; os._exit(0)\n")
    samples = passatk.write("samples.jsonl", right(ADD), hostile, right(DOUBLE))
    passatk.run("evaluate", samples, "--problems", "problems.jsonl")
    server = passatk.start("serve", "--port", "0")
    try:
        assert server.stderr is not None
        found = re.search(r"http://\S+?/", server.stderr.readline())
        assert found is not None
        visitor = build_opener(HTTPCookieProcessor())
        for number, words in ((0, "the same verdict: passed"), (1, "the same verdict: runtime")):
            page = f"{found[0]}attempt?run=samples&problem=Tiny/0&number={number}"
            assert words not in read(visitor, page)
            assert words in judge_again(visitor, found[0], page, number)
            assert words in read(visitor, page)
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=60)
    assert 0 == server.returncode


def judge_again(visitor: OpenerDirector, address: str, page: str, number: int) -> str:
    token = re.search(r'name="csrf" value="(\w+)"', read(visitor, page))
    assert token is not None
    fields = f"csrf={token[1]}&run=samples&problem=Tiny%2F0&number={number}"
    return read(visitor, f"{address}attempt/replay", fields.encode())


def read(visitor: OpenerDirector, address: str, data: bytes | None = None) -> str:
    with visitor.open(address, data) as answer:
        return str(answer.read().decode())


def test_serve_without_its_extra(tmp_path: Path) -> None:
    """The message names what to install, and the exit code says so."""
    (tmp_path / "fastapi.py").write_text("raise ModuleNotFoundError('no', name='fastapi')\n")
    done = subprocess.run(
        [sys.executable, "-c", "from passatk.cli import main; main()", "serve"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 4 == done.returncode
    assert "passatk[web]" in done.stderr


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--host", "0.0.0.0"), 2, "PASSATK_TOKEN"),
        (("--token", "short"), 2, "at least 16"),
        (("--host", "192.0.2.1", "--token", "x" * 20), 2, "cannot listen there"),
        (("--store", "nowhere/passatk.db"), 20, "folder does not exist"),
    ],
)
def test_serve_refuses(tmp_path: Path, options: tuple[str, ...], code: int, words: str) -> None:
    """Each with what was expected and the next step."""
    pytest.importorskip("fastapi")
    done = Passatk(tmp_path).run("serve", "--port", "0", *options, code=code)
    assert words in done.stderr
