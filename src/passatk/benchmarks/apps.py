"""APPS problems.

A record has ``problem_id``, ``question``, ``starter_code``, ``difficulty``, ``solutions`` (a list
of programs) and ``input_output``: ``inputs``, ``outputs`` and, when a function is to be called,
``fn_name``; the last two fields as JSON in a text.
Source: Hendrycks et al. 2021, "Measuring Coding Challenge Competence With APPS".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from passatk.benchmarks.plain_data import check_plain
from passatk.benchmarks.rows import Row
from passatk.records import (
    CallCase,
    CallTests,
    Comparison,
    Problem,
    Solution,
    StreamCase,
    StreamTests,
)

_FRACTION = re.compile(r"(?<!\S)[-+]?\d*\.\d+(?!\S)")

# Many outputs stand in a list of their own, and no field says which do.
_MAYBE_WRAPPED = """
def check(input, output, expected):
    def plain(value):
        return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value

    return plain(output) in (expected, expected[0])
"""


def recognises(record: Mapping[str, Any]) -> bool:
    return {"problem_id", "question", "input_output"} <= record.keys()


def read(row: Row) -> Problem:
    """The problem that a record states.

    Raises:
        DataError: a field is missing or wrong, or there is no test.
    """
    starter = row.text_or_none("starter_code")
    if row.record.get("input_output") in (None, ""):
        raise row.error(
            "the problem has no tests",
            "input_output",
            expected="inputs and outputs",
            hint="leave the record out: nothing can be judged without tests",
        )
    tests = row.inside(
        "input_output", row.embedded("input_output", dict, "an object with inputs and outputs")
    )
    function = tests.callable_name("fn_name") if tests.record.get("fn_name") else None
    in_class = starter is not None and "class Solution" in starter
    return Problem(
        id=row.identifier("problem_id", "APPS"),
        prompt=row.text("question") + (f"\n\n{starter}" if starter else ""),
        tests=_call_tests(tests) if function else _stream_tests(tests),
        entry_point=f"Solution.{function}" if function and in_class else function,
        references=_solutions(row),
        difficulty=row.text_or_none("difficulty"),
    )


def _solutions(row: Row) -> tuple[Solution, ...]:
    if not row.record.get("solutions"):
        return ()
    programs = row.embedded("solutions", list, "a list of programs")
    texts = replace(row, record={"solutions": programs}).texts("solutions")
    return tuple(Solution(f"solution {number}", code) for number, code in enumerate(texts, 1))


def _pairs(tests: Row) -> list[tuple[Any, Any]]:
    inputs = tests.value("inputs", list, "a list with one item a test")
    outputs = tests.value("outputs", list, "a list with one item a test")
    if len(inputs) != len(outputs) or not inputs:
        raise tests.error(
            "inputs and outputs do not pair up",
            "outputs",
            expected="as many outputs as inputs, at least one",
            found=f"{len(inputs)} inputs, {len(outputs)} outputs",
        )
    return list(zip(inputs, outputs, strict=True))


def _stream_tests(tests: Row) -> StreamTests:
    cases = tuple(
        StreamCase(
            _lines(tests, f"inputs[{position}]", given),
            _lines(tests, f"outputs[{position}]", wanted),
        )
        for position, (given, wanted) in enumerate(_pairs(tests))
    )
    # The tolerances are those of the paper's checker, which lets whole numbers differ too; here
    # they count only where an answer has a fraction.
    fractions = any(_FRACTION.search(case.stdout) for case in cases)
    comparison = Comparison("float", 1e-5, 1e-8) if fractions else Comparison("tokens")
    return StreamTests(cases, comparison)


def _lines(tests: Row, field: str, value: object) -> str:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "\n".join(value)
    if not isinstance(value, str):
        raise tests.error(
            "not a text", field, expected="a text or a list of lines", found=repr(value)
        )
    return value


def _call_tests(tests: Row) -> CallTests:
    pairs = _pairs(tests)
    for position, (args, _) in enumerate(pairs):
        if not isinstance(args, list):
            raise tests.error(
                "not a list of arguments",
                f"inputs[{position}]",
                expected="a list",
                found=repr(args),
            )
    try:
        check_plain(pairs)
    except ValueError as error:
        raise tests.error(str(error), expected="plain data") from error
    cases = tuple(CallCase(tuple(args), wanted) for args, wanted in pairs)
    maybe_wrapped = all(isinstance(wanted, list) and len(wanted) == 1 for _, wanted in pairs)
    if maybe_wrapped:
        return CallTests(cases, Comparison("checker", code=_MAYBE_WRAPPED))
    return CallTests(cases, Comparison("exact", sequences_alike=True))
