"""Small problems files, written by hand in each format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passatk.benchmarks import load
from passatk.records import Problem

Record = dict[str, Any]


@pytest.fixture
def write_lines(tmp_path: Path) -> Callable[..., Path]:
    """Write records as JSON Lines and return the path."""

    def write(*records: Record, name: str = "problems.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
        return path

    return write


@pytest.fixture
def load_one(write_lines: Callable[..., Path]) -> Callable[[Record], Problem]:
    """Load a file of this one record and return its problem."""

    def load_record(record: Record) -> Problem:
        (problem,) = load(write_lines(record)).problems.values()
        return problem

    return load_record


@pytest.fixture
def human_eval() -> Record:
    return {
        "task_id": "Tiny/0",
        "prompt": 'def double(n: int) -> int:\n    """Twice n."""\n',
        "entry_point": "double",
        "canonical_solution": "    return 2 * n\n",
        "test": "def check(candidate):\n    assert candidate(2) == 4\n",
    }


@pytest.fixture
def mbpp() -> Record:
    return {
        "task_id": 11,
        "text": "Write a function that doubles a number.",
        "code": "def helper(n):\n    return n\n\ndef double(n):\n    return helper(n) + n",
        "test_list": ["assert double(2) == 4", "assert double(0) == 0"],
        "test_setup_code": "",
        "challenge_test_list": ["assert double(-3) == -6"],
    }


@pytest.fixture
def livecodebench() -> Record:
    """A problem with a program that reads and prints."""
    return {
        "question_title": "Double",
        "question_content": "Print twice the number.",
        "platform": "atcoder",
        "question_id": "abc999_a",
        "contest_id": "abc999",
        "contest_date": "2026-01-01T00:00:00",
        "starter_code": "",
        "difficulty": "easy",
        "public_test_cases": json.dumps([{"input": "2\n", "output": "4\n", "testtype": "stdin"}]),
        "private_test_cases": json.dumps([{"input": "0\n", "output": "0\n", "testtype": "stdin"}]),
        "metadata": "{}",
    }


@pytest.fixture
def functional(livecodebench: Record) -> Record:
    """A LiveCodeBench problem with a method to call."""

    def test(given: str, wanted: str) -> str:
        return json.dumps([{"input": given, "output": wanted, "testtype": "functional"}])

    return livecodebench | {
        "starter_code": "class Solution:\n    def pick(self, items: List[int], at: int) -> int:",
        "public_test_cases": test("[5, 6]\n1", "6"),
        "private_test_cases": test("[7]\n0\n", "7"),
        "metadata": json.dumps({"func_name": "pick"}),
    }


@pytest.fixture
def apps() -> Record:
    return {
        "problem_id": 4000,
        "question": "Print twice the number.",
        "solutions": json.dumps(["print(2 * int(input()))", "n = int(input())\nprint(n + n)"]),
        "input_output": json.dumps({"inputs": ["2\n", ["0", ""]], "outputs": ["4\n", ["0"]]}),
        "difficulty": "introductory",
        "url": "",
        "starter_code": "",
    }


TOML = """\
id = "numbers/double"
title = "Double"
category = "numbers"
difficulty = "easy"
kind = "function"
entry_point = "double"
prompt = '''
def double(n: int) -> int:
    \"\"\"Twice n.\"\"\"
'''

[tests]
visible = [["2", "4"]]
hidden = [["-1", "-2"], ["0", "0"]]

[[references]]
approach = "addition"
code = "def double(n): return n + n"

[[wrong]]
mistake = "squares"
code = "def double(n): return n * n"
"""


@pytest.fixture
def toml() -> str:
    return TOML
