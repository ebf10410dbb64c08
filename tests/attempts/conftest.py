"""A benchmark of two problems, and ways to write the files that users bring."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passatk.records import CodeTests, Problem

ADD = '''from typing import List


def add(a: int, b: int) -> int:
    """Return the sum of a and b."""
'''
TOTAL = '''def total(numbers):
    """Return the sum of the numbers."""
'''


@pytest.fixture
def problems() -> dict[str, Problem]:
    """Two function problems, in the order of their benchmark."""
    tests = CodeTests("def check(candidate): pass", "check")
    return {
        "Demo/0": Problem("Demo/0", ADD, tests, "add"),
        "Demo/1": Problem("Demo/1", TOTAL, tests, "total"),
    }


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Save text, bytes or a JSON value under a name; a name in .gz is compressed."""

    def save(name: str, content: Any) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(content, str | bytes):
            content = json.dumps(content)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
        return path

    return save


@pytest.fixture
def save_lines(save: Callable[..., Path]) -> Callable[..., Path]:
    """Save records as JSON Lines."""

    def save_lines(*records: Any, name: str = "samples.jsonl") -> Path:
        return save(name, "".join(json.dumps(record) + "\n" for record in records))

    return save_lines
