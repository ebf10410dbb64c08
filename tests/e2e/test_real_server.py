"""Sampling from an OpenAI-compatible server that this project did not write: fakellm."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from .command import Passatk
from .examples import ADD, DOUBLE
from .models import FAKELLM, fakellm

pytestmark = pytest.mark.skipif(not FAKELLM.exists(), reason="fakellm is not installed")

# "Own/add" is solved at once, "Own/double" when a model is told of the visible test.
RULES = """
version: 1
rules:
  - name: told
    when: {messages_contain: "assert double(3) == 6"}
    respond: {content: "```python\\ndef double(n):\\n    return n + n\\n```"}
  - name: double
    when: {messages_contain: "def double"}
    respond: {content: "```python\\ndef double(n):\\n    return n\\n```"}
  - name: add
    when: {messages_contain: "def add"}
    respond: {content: "Sure:\\n```python\\ndef add(a, b):\\n    return a + b\\n```\\nDone."}
"""
LIMITED = """
version: 1
rules:
  - name: limit
    when: {messages_contain: "def double"}
    respond: {status: 429, error: "rate limited"}
  - name: add
    respond: {content: "```python\\ndef add(a, b):\\n    return a + b\\n```"}
"""


@pytest.fixture
def own(passatk: Passatk) -> Path:
    """Two problems, one with an example in its prompt."""
    double = DOUBLE | {
        "prompt": 'def double(n):\n    """Twice n.\n\n    >>> double(3)\n    6\n    """\n',
        "test": "def check(candidate):\n    assert candidate(20) == 40\n",
    }
    return passatk.write("own.jsonl", ADD, double)


def total(address: str) -> int:
    """How many requests the server counted."""
    with urllib.request.urlopen(f"{address}/_fakellm/stats") as response:
        stats: dict[str, Any] = json.load(response)
    return int(stats["total_requests"])


def test_run_from_server_to_numbers(passatk: Passatk, own: Path) -> None:
    """One command samples, judges and prints pass@k; the same command asks for nothing again."""
    with fakellm(passatk.folder, RULES) as address:
        command = ["run", own, "-m", "mock", "--base-url", f"{address}/v1", "-n", "4"]
        first = passatk.json(*command, "--name", "r")
        asked = total(address)
        again = passatk.json(*command, "--name", "r")
        assert asked == total(address)
    assert first == again
    assert ({"passed": 4, "wrong_answer": 4}, 8) == (first["statuses"], first["attempts"])
    assert [("pass@1", 0.5)] == [(e["metric"], e["value"]) for e in first["estimates"]]
    shown = passatk.json("show", "r", "Tiny/0#0")
    assert shown["extra"]["finish_reason"] == "stop"
    assert shown["extra"]["completion_tokens"] > 0


def test_feedback_from_a_server(passatk: Passatk, own: Path) -> None:
    """A chain is told of the visible test that failed, and the next step passes."""
    with fakellm(passatk.folder, RULES) as address:
        done = passatk.json(
            *("run", own, "-m", "mock", "--base-url", f"{address}/v1", "--name", "chains"),
            *("-n", "2", "--feedback", "3"),
        )
        assert 2 + 4 == total(address)  # the chains at add end with their first step
    assert {"passed": 4, "wrong_answer": 2} == done["statuses"]
    found = {each["metric"]: each["value"] for each in done["estimates"]}
    assert {"pass(1 chain, 1 step)": 0.5, "pass(1 chain, 3 steps)": 1.0} == found
    assert (
        "assert double(3) == 6" in passatk.json("show", "chains", "Tiny/1#1")["extra"]["feedback"]
    )


def test_a_limit_that_never_ends(passatk: Passatk, own: Path) -> None:
    """What was answered is kept; the exit code says that the rest is missing."""
    with fakellm(passatk.folder, LIMITED) as address:
        done = passatk.run(
            *("generate", own, "-m", "mock", "--base-url", f"{address}/v1", "--name", "limited"),
            *("-n", "2", "--retries", "0"),
            code=30,
        )
    assert "rate limited" in done.stderr
    assert "limited: 2 attempts are kept" in done.stderr
