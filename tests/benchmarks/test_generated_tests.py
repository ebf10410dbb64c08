"""Tests that a model wrote: what is taken of them, and what is not."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.benchmarks.generated_tests import (
    PER_SAMPLE,
    GeneratedTests,
    assertions,
    judging_benchmark,
    read_generated_tests,
)
from passatk.errors import DataError
from passatk.records import CodeTests, Problem, Solution, Trust


@pytest.mark.parametrize(
    ("sample", "taken"),
    [
        ("f(1) == 2\n", ["assert f(1) == 2"]),
        ("f(1) == 2, 'message'\nassert f(2)==3", ["assert f(1) == 2", "assert f(2) == 3"]),
        ("\n    f(1) == 2\nassert \n    f(2) == 3", ["assert f(1) == 2", "assert f(2) == 3"]),
        ("\tf([1, {'a': (2,)}]) is True", ["assert f([1, {'a': (2,)}]) is True"]),
        ("not f(-1)\nimport unittest\n", ["assert not f(-1)"]),
        ("abs(f(1) - 2.5) < 1e-6", ["assert abs(f(1) - 2.5) < 1e-06"]),
        ("sorted(f('b')) == [1] * 3", ["assert sorted(f('b')) == [1] * 3"]),
        ("f(2 ** 10) == 10 ** 3", ["assert f(2 ** 10) == 10 ** 3"]),
        ("f(1) == 2\ndef g():\n    assert f(2) == 3", ["assert f(1) == 2", "assert f(2) == 3"]),
        ("f(1) == 2 # why\nassert f(2", ["assert f(1) == 2"]),
        ("2 == 1 + 1\nassert g(1) == 2", []),
        ("____ == ____", []),
        ("", []),
    ],
)
def test_what_is_taken(sample: str, taken: list[str]) -> None:
    """Assertions that call the function, in one spelling, without their messages."""
    assert taken == assertions(sample, "f")[0]


@pytest.mark.parametrize(
    "sample",
    [
        "f(__import__('os').getpid()) == 1",
        "f.__globals__ and f(1)",
        "f(open('/etc/passwd').read()) == 1",
        "f((lambda: 1)()) == 1",
        "f([x for x in range(10)]) == 1",
        "f(list(range(10 ** 9))) == 1",
        "f(9 ** 9 ** 9) == 1",
        "f(9 ** 99999) == 1",
        "f([0] * 10 ** 9) == 1",
        "f('x' * 999999999) == 1",
        "f(list(range(9999)) * 9999) == 1",
        "f(1) * 9999 == 1",
        "f('%999999999d' % 1) == 1",
        "f(1) % 2 == 1",
        "f(1 << 999999) == 1",
        "f(getattr(f, 'x')) == 1",
        "f(g(1)) == 2",
        "f(f'{1:>999999999}') == 1",
        "(y := f(1)) == 1",
        "max(f, 1)",
    ],
)
def test_what_is_refused(sample: str) -> None:
    """Names of others, attributes, imports, loops, and arithmetic that takes long."""
    assert ([], 1) == assertions(sample, "f")


def test_the_first_of_a_sample() -> None:
    """As many as CodeT takes."""
    sample = "\nassert ".join(f"f({i}) == {i}" for i in range(20))
    assert [f"assert f({i}) == {i}" for i in range(PER_SAMPLE)] == assertions(sample, "f")[0]


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    """Whatever a model writes."""
    assertions(text, "f")
    assertions(f"f(1) == 2\nassert {text} f(", "f")


@pytest.mark.parametrize("text", ["f(" * 5_000, "f(1) == '\ud800'", "f(1)\0", "(" * 20_000 + "f"])
def test_hostile_samples(text: str) -> None:
    """Deep nesting, half a surrogate pair, NUL: passed over or refused, never a fault."""
    assert len(assertions(text, "f")[0]) <= 1


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in records))
    return path


def test_a_file(tmp_path: Path) -> None:
    """Distinct assertions of each problem, those of most samples first; others are passed over."""
    path = write(
        tmp_path / "tests.jsonl",
        {"task_id": "a", "samples": ["f(1) == 1", "f(2) == 2\nassert f(1)==1", "g(x) == f(1)"]},
        {"task_id": "b", "samples": ["nothing"]},
        {"task_id": "other", "samples": ["f(1) == 1"]},
    )
    read = read_generated_tests(path, {"a": "f", "b": "h"})
    assert {"a": ("assert f(1) == 1", "assert f(2) == 2")} == dict(read.assertions)
    assert 1 == read.refused


@pytest.mark.parametrize(
    "record", [{"task_id": "a"}, {"samples": []}, {"task_id": "a", "samples": [1]}]
)
def test_a_file_that_is_none(tmp_path: Path, record: object) -> None:
    """The message has file, line and field."""
    with pytest.raises(DataError, match=r"tests\.jsonl:1"):
        read_generated_tests(write(tmp_path / "tests.jsonl", record), {"a": "f"})


def test_problems_to_judge_by_them() -> None:
    """One case an assertion; no reference, whose word these tests are not."""
    problems = [
        Problem(
            name,
            "def f(x):\n",
            CodeTests("def check(c): pass", "check"),
            entry_point="f",
            references=(Solution("r", "def f(x): return x"),),
            trust=Trust.SHARED_PROCESS,
        )
        for name in "ab"
    ]
    tests = GeneratedTests({"a": ("assert f(1) == 1", "assert f(2) == 2")}, 0)
    judged = judging_benchmark("g", problems, tests)
    (problem,) = judged.problems.values()
    assert ["assert f(1) == 1", "assert f(2) == 2"] == [each.code for each in problem.tests.cases]
    assert ((), None, Trust.APART) == (problem.references, problem.tests.check, problem.trust)
    assert judged.hash != judging_benchmark("g", problems, tests, mark="-other").hash
