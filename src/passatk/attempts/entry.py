"""What a reader of one format hands over for each attempt in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from passatk.attempts.fields import Fields
from passatk.records import Verdict

COMPLETION = "completion"
"""``text_field`` of a text that continues the prompt."""
SOLUTION = "solution"
"""``text_field`` of a text that is a program of its own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One attempt as it stands in a file, before it is held against the problems.

    ``text`` is None where the file keeps no program, ``verdict`` None where it keeps no result,
    ``number`` None where attempts are numbered by their order. ``program`` is set only where the
    file has what was judged beside what the model wrote.
    """

    at: Fields
    problem_id: str
    text: str | None = None
    text_field: str = SOLUTION
    program: str | None = None
    verdict: Verdict | None = None
    number: int | None = None
    chain: int | None = None
    step: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
