"""The content hash of a benchmark: two benchmarks with one hash give the same verdicts."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from passatk.records import Problem


def content_hash(problems: Iterable[Problem]) -> str:
    """SHA-256, in hex, over everything of the problems that can change a verdict.

    That is id, prompt, preamble, entry point, tests, trust and language, in the order of the
    problems. References, known wrong solutions, titles, categories, difficulties, clusters and
    dates are not part of it. Types count (a tuple is no list, 1 is no 1.0); so does the order of a
    dictionary, which a program may see; the order of a set does not.
    """
    digest = hashlib.sha256()
    for problem in problems:
        seen_by_judge = (
            problem.id,
            problem.prompt,
            problem.preamble,
            problem.entry_point,
            problem.tests,
            problem.trust.value,
            problem.language,
        )
        digest.update(json.dumps(_canonical(seen_by_judge)).encode() + b"\n")
    return digest.hexdigest()


def _canonical(value: Any) -> Any:
    """The value as JSON in which different values, types included, never look alike."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return {"int": hex(value)}
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, dict):
        return {"dict": [[_canonical(key), _canonical(item)] for key, item in value.items()]}
    if isinstance(value, (set, frozenset)):
        return {"set": sorted((_canonical(item) for item in value), key=json.dumps)}
    if isinstance(value, tuple):
        return {"tuple": [_canonical(item) for item in value]}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    return {
        type(value).__name__: [
            _canonical(getattr(value, field.name)) for field in dataclasses.fields(value)
        ]
    }
