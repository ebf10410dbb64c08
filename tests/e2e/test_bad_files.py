"""Nothing of a file that fails is stored, and the message says where it fails."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from .command import Passatk
from .examples import ADD, DOUBLE, right

GOOD = json.dumps(right(ADD)) + "\n" + json.dumps(right(DOUBLE)) + "\n"
UNKNOWN = json.dumps(right(ADD) | {"task_id": "Tiny/9"}) + "\n"
NUMBERED = json.dumps(right(ADD, completion_id=0)) + "\n"
TABLE = "task_id,attempt,code\nTiny/0,0,x = 1\n"

BAD = {
    "truncated": (GOOD + GOOD[:30], "samples.jsonl:3", "not valid JSON"),
    "unknown id": (GOOD + UNKNOWN, "samples.jsonl:3", "Tiny/9"),
    "no attempt at a problem": (GOOD.splitlines()[0], "", "Tiny/1"),
    "the same attempt twice": (2 * NUMBERED, "samples.jsonl:2", "twice"),
    "some with numbers": (NUMBERED + GOOD, "samples.jsonl:2", "number"),
    "a list": (GOOD + "[1, 2]\n", "samples.jsonl:3", "not a JSON object"),
    "completion is a number": (
        GOOD + '{"task_id": "Tiny/0", "completion": 7}\n',
        "samples.jsonl:3",
        "completion",
    ),
    "no completion": (GOOD + '{"task_id": "Tiny/0"}\n', "samples.jsonl:3", "completion"),
    "id is null": (
        GOOD + '{"task_id": null, "completion": ""}\n',
        "samples.jsonl:3",
        "task_id",
    ),
    "empty": ("", "samples.jsonl", "empty"),
    "blank": (" \n\n", "samples.jsonl", "empty"),
    "prose": ("Here are my samples.\n", "samples.jsonl", "format"),
    "another format": ('{"prompt": "x", "answer": "y"}\n', "samples.jsonl", "format"),
    "a row cut short": (TABLE + "Tiny/1\n", "samples.jsonl:3", "attempt"),
    "nested too deep": (GOOD + "[" * 100_000 + "\n", "samples.jsonl:3", "JSON"),
}


def refused(passatk: Passatk, samples: str | Path) -> str:
    """What is said of a samples file that has to be refused without a trace in the store."""
    done = passatk.run("evaluate", samples, "--problems", "problems.jsonl", code=2)
    assert "" == done.stdout
    assert [] == passatk.runs()
    return done.stderr


@pytest.mark.parametrize("name", BAD)
def test_bad_samples(passatk: Passatk, tiny: Path, name: str) -> None:
    """The message has the file, the line, and what is wrong."""
    content, place, word = BAD[name]
    (passatk.folder / "samples.jsonl").write_text(content)
    said = refused(passatk, "samples.jsonl")
    assert place in said
    assert word in said


def test_bytes_that_are_no_text(passatk: Passatk, tiny: Path) -> None:
    """Binary files, other encodings and damaged archives are no samples."""
    packed = gzip.compress(1000 * GOOD.encode())
    for name, content in (
        ("binary", bytes(range(256))),
        ("executable", b"\x7fELF\0\0\0"),
        ("latin-1", GOOD.encode() + "é".encode("latin-1")),
        ("utf-16", GOOD.encode("utf-16")),
        ("cut.gz", packed[: len(packed) // 2]),
        ("bad-sum.gz", packed[:-6] + b"\0\0\0\0\0\0"),
        ("zip", b"PK\3\4" + bytes(100)),
    ):
        (passatk.folder / name).write_bytes(content)
        assert name in refused(passatk, name)


def test_an_endless_line(passatk: Passatk, tiny: Path) -> None:
    """A line of more than 64 MiB is refused by its number; memory does not hold it twice."""
    with (passatk.folder / "samples.jsonl").open("w") as samples:
        samples.write(GOOD + '{"task_id": "Tiny/0", "completion": "')
        for _ in range(70):
            samples.write("x" * 2**20)
    said = refused(passatk, "samples.jsonl")
    assert "samples.jsonl:3" in said
    assert len(said) < 1000


def test_a_long_line_is_judged(passatk: Passatk, tiny: Path) -> None:
    """A program of 50 MB is a program: it gets a verdict, and so does its neighbour."""
    long = right(ADD) | {"completion": "    return a + b  #" + "x" * 50_000_000 + "\n"}
    samples = passatk.write("samples.jsonl", long, right(DOUBLE))
    statuses = passatk.json("evaluate", samples, "--problems", tiny)["statuses"]
    assert 2 == sum(statuses.values())
    assert "judge_error" not in statuses


def test_files_that_cannot_be_opened(passatk: Passatk, tiny: Path) -> None:
    """A path that leads nowhere, and a folder without programs."""
    (passatk.folder / "folder").mkdir()
    assert "nowhere.jsonl" in refused(passatk, "nowhere.jsonl")
    assert "folder" in refused(passatk, "folder")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("", "empty"),
        ("{", "JSON"),
        ('{"task_id": "Tiny/0"}\n', "format"),
        (json.dumps(ADD | {"test": 5}) + "\n", "test"),
        (2 * (json.dumps(ADD) + "\n"), "twice"),
        ('{"task_id": "CPP/0", "declaration": "int f();"}\n', "Python only"),
        ('id = "a"\nkind = "function"\n', "problems file"),
    ],
)
def test_bad_problems(passatk: Passatk, content: str, word: str) -> None:
    """Neither are problems that cannot be read whole."""
    passatk.write("samples.jsonl", right(ADD))
    (passatk.folder / "problems.jsonl").write_text(content)
    said = refused(passatk, "samples.jsonl")
    assert "problems.jsonl" in said
    assert word in said


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("task_id,attempt,passed\na,0,true\na,0,false\n", "twice"),
        ("task_id,attempt,passed\na,0,maybe\n", "results.csv:2"),
        ("task_id,attempt,passed\na,zero,true\n", "results.csv:2"),
        ("task_id,attempt,note\na,0,true\n", "result"),
        ('{"task_id": "a", "completion": "", "result": "passed", "passed": false}\n', "contradict"),
    ],
)
def test_bad_results(passatk: Passatk, content: str, word: str) -> None:
    """An import is whole or not at all."""
    (passatk.folder / "results.csv").write_text(content)
    said = passatk.run("import", "results.csv", code=2).stderr
    assert word in said
    assert [] == passatk.runs()
