"""Rows of the tables to and from the records of passatk."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Row

from passatk.errors import DataError
from passatk.records import Attempt, Problem, Status, Trust, Verdict, program_key
from passatk.store.views import Run

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def to_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def from_bytes(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def to_json(value: Mapping[str, Any]) -> str:
    """Compact and ASCII, so that any string survives in a text column; the keys keep their order.

    Raises:
        TypeError: a value is not plain data.
    """
    return json.dumps(dict(value), separators=(",", ":"), default=_plain)


def status_of(value: str | None) -> Status | None:
    return None if value is None else Status(value)


class EncodedAttempt(NamedTuple):
    """An attempt with its texts as keys; equal exactly when the attempts are.

    A delivered text that ends the program (a completion does) is kept as its length alone.
    """

    problem: str
    number: int
    program: bytes
    text: bytes | None
    text_length: int | None
    text_field: str
    chain: int | None
    step: int | None
    extra: str | None


def encode_attempt(attempt: Attempt) -> EncodedAttempt:
    ends_program = attempt.program.endswith(attempt.text)
    return EncodedAttempt(
        problem=attempt.problem_id,
        number=attempt.number,
        program=program_key(attempt.program),
        text=None if ends_program else program_key(attempt.text),
        text_length=len(attempt.text) if ends_program else None,
        text_field=attempt.text_field,
        chain=attempt.chain,
        step=attempt.step,
        extra=to_json(attempt.extra) if attempt.extra else None,
    )


def problem_row(run_id: int, position: int, problem: Problem, prompt_id: int) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "position": position,
        "name": problem.id,
        "title": problem.title,
        "category": problem.category,
        "difficulty": problem.difficulty,
        "cluster": problem.cluster,
        "entry_point": problem.entry_point,
        "language": problem.language,
        "prompt_id": prompt_id,
    }


def judgement_row(run_id: int, problem: int, number: int, verdict: Verdict) -> dict[str, Any]:
    if verdict.score is not None and math.isnan(verdict.score):
        raise DataError(
            "a score is not a number",
            field="score",
            expected="a number, or nothing where there is none",
            found=verdict.score,
        )
    return {
        "run_id": run_id,
        "problem": problem,
        "number": number,
        "status": verdict.status.value,
        "trust": verdict.trust.value,
        "score": verdict.score,
        "cpu_seconds": verdict.cpu_seconds,
        "wall_seconds": verdict.wall_seconds,
        "peak_memory_bytes": verdict.peak_memory_bytes,
        "tests": verdict.tests,
        "detail": to_bytes(verdict.detail),
        "output": to_bytes(verdict.output),
    }


def run_of(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        name=row.name,
        created=datetime.fromisoformat(row.created),
        benchmark=row.benchmark,
        benchmark_hash=row.benchmark_hash,
        manifest=MappingProxyType(json.loads(row.manifest)),
    )


def attempt_of(row: Row[Any]) -> Attempt:
    program = from_bytes(row.program)
    text = program[len(program) - row.text_length :] if row.text is None else from_bytes(row.text)
    return Attempt(
        problem_id=row.problem_name,
        number=row.number,
        program=program,
        text=text,
        text_field=row.text_field,
        chain=row.chain,
        step=row.step,
        extra=_NOTHING if row.extra is None else MappingProxyType(json.loads(row.extra)),
    )


def verdict_of(row: Row[Any]) -> Verdict | None:
    if row.status is None:
        return None
    return Verdict(
        status=Status(row.status),
        trust=Trust(row.trust),
        tests=row.tests,
        detail=from_bytes(row.detail),
        output=from_bytes(row.output),
        cpu_seconds=row.cpu_seconds,
        wall_seconds=row.wall_seconds,
        peak_memory_bytes=row.peak_memory_bytes,
        score=row.score,
    )


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not plain data: {value!r}")
