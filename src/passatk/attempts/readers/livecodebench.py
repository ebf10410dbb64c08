"""LiveCodeBench: samples (``code_list``), ``*_eval_all.json`` and ``*_eval.json``.

In ``*_eval.json`` each attempt has one result a test, up to the first failure: true, false or a
code. ``*_eval_all.json`` has one boolean an attempt, and the code in its metadata. Codes and
their meaning: lcb_runner/evaluation in LiveCodeBench/LiveCodeBench. Its code -5 means that the
process of the attempt gave no result (it died, or outlived the time for all its tests); the
harness counts that as failed, and so does this reader.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from passatk.attempts.entry import Entry
from passatk.attempts.fields import Fields
from passatk.attempts.imported import imported
from passatk.attempts.source import Source
from passatk.records import TEST_ERROR, TEST_LIMIT, TEST_PASSED, TEST_WRONG, Status, Verdict

_CODES = {
    -1: (Status.TIME_LIMIT_EXCEEDED, TEST_LIMIT),
    -2: (Status.WRONG_ANSWER, TEST_WRONG),
    -3: (Status.TIME_LIMIT_EXCEEDED, TEST_LIMIT),
    -4: (Status.RUNTIME_ERROR, TEST_ERROR),
    -5: (Status.RUNTIME_ERROR, TEST_ERROR),
}
_KEPT = ("question_title", "platform", "contest_id", "contest_date", "difficulty")


def detect(source: Source) -> bool:
    head = source.head
    return bool(
        isinstance(head, list)
        and head
        and isinstance(head[0], dict)
        and {"question_id", "code_list"} <= head[0].keys()
    )


def entries(source: Source) -> Iterator[Entry]:
    """Samples, with verdicts where the file has a ``graded_list``."""
    parts = source.parts()
    for record in map(parts.inner, parts.values):
        programs = record.texts("code_list")
        extra = {name: record.values[name] for name in _KEPT if name in record.values}
        verdicts: Sequence[Verdict | None] = [None] * len(programs)
        if record.has("graded_list"):
            verdicts = _graded(record, len(programs))
        for program, verdict in zip(programs, verdicts, strict=True):
            yield Entry(
                record,
                problem_id=record.identifier("question_id"),
                text=program,
                verdict=verdict,
                extra=extra,
            )


def detect_eval(source: Source) -> bool:
    head = source.head
    if not (isinstance(head, list) and len(head) == 3 and isinstance(head[1], dict)):
        return False
    first = next(iter(head[1].values()), None)
    return isinstance(first, list) and bool(first) and _is_results(first[0])


def eval_entries(source: Source) -> Iterator[Entry]:
    """Verdicts of ``*_eval.json``; it holds no programs, and problems by their position."""
    parts = source.parts()
    at, metadata = parts.inner("[1]"), parts.values.get("[2]")
    ids = source.ids_in_order(len(at.values))
    for position, problem_id in enumerate(ids):
        details = _item(metadata, position)
        for number, tests in enumerate(at.items(str(position))):
            if not _is_results(tests):
                raise at.error(
                    "wrong type",
                    f"{position}[{number}]",
                    expected="a list of true, false and codes",
                    found=repr(tests),
                )
            detail = _metadata(_item(details, number))
            yield Entry(
                at,
                problem_id=problem_id,
                verdict=_from_tests(at, tests, str(detail.get("error_message", ""))),
            )


def _graded(record: Fields, count: int) -> list[Verdict]:
    grades = record.items("graded_list")
    metadata = record.items("metadata") if record.has("metadata") else []
    for name, values in (("graded_list", grades), ("metadata", metadata or grades)):
        if len(values) != count:
            raise record.error(
                "not one value for each program",
                name,
                expected=f"{count} values, as in code_list",
                found=f"{len(values)} values",
            )
    verdicts = []
    for index, grade in enumerate(grades):
        if not isinstance(grade, bool):
            raise record.error(
                "wrong type", f"graded_list[{index}]", expected="true or false", found=repr(grade)
            )
        detail = _metadata(_item(metadata, index))
        message = str(detail.get("error_message", ""))
        code = detail.get("error_code")
        status, _ = _CODES[code if isinstance(code, int) and code in _CODES else -2]
        verdicts.append(imported(Status.PASSED) if grade else imported(status, message))
    return verdicts


def _from_tests(at: Fields, tests: list[Any], message: str) -> Verdict:
    """The verdict of the tests' results; an attempt without any test has not passed."""
    outcomes = [_outcome(at, test) for test in tests]
    letters = "".join(letter for _, letter in outcomes)
    for status, _ in outcomes:
        if status is not Status.PASSED:
            return imported(status, message, tests=letters)
    return imported(Status.PASSED if tests else Status.WRONG_ANSWER, message, tests=letters)


def _outcome(at: Fields, test: Any) -> tuple[Status, str]:
    if isinstance(test, bool):
        return (Status.PASSED, TEST_PASSED) if test else _CODES[-2]
    if test in _CODES:
        return _CODES[test]
    raise at.error("an unknown code", expected=f"true, false, {sorted(_CODES)}", found=repr(test))


def _is_results(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, bool | int) for item in value)


def _item(values: Any, index: int) -> Any:
    return values[index] if isinstance(values, list) and index < len(values) else None


def _metadata(text: Any) -> dict[str, Any]:
    """Metadata only explains a failure: what is not an object says nothing."""
    if isinstance(text, dict):
        return text
    try:
        value = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
