"""lm-evaluation-harness samples: recognised only to say why they cannot be imported."""

from __future__ import annotations

from collections.abc import Iterator

from passatk.attempts.entry import Entry
from passatk.attempts.source import Source
from passatk.errors import DataError


def detect(source: Source) -> bool:
    return source.head_has("doc", "resps")


def entries(source: Source) -> Iterator[Entry]:
    raise DataError(
        "samples of lm-evaluation-harness keep pass@k per problem, not a verdict per attempt",
        path=source.path,
        expected="one verdict for each attempt",
        hint="write the responses as human-eval lines (task_id, completion) and judge them again",
    )
