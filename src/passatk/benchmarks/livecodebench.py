"""LiveCodeBench problems.

A record has ``question_id``, ``question_content``, ``starter_code``, ``metadata`` and two lists of
tests as JSON in a text: ``public_test_cases`` and ``private_test_cases``. A test reads and prints
(``stdin``) or calls a method of ``Solution`` (``functional``), whose name ``metadata`` gives; its
input has one JSON value a line. Private tests may be packed: base64 of zlib of a pickled text.
Source: Jain et al. 2024, "LiveCodeBench".
"""

from __future__ import annotations

import base64
import pickletools
import zlib
from collections.abc import Mapping
from typing import Any

from passatk.benchmarks.plain_data import check_plain
from passatk.benchmarks.rows import Row
from passatk.records import (
    CallCase,
    CallTests,
    Comparison,
    Problem,
    StreamCase,
    StreamTests,
    Tests,
)

MAX_UNPACKED_BYTES = 256 * 2**20
"""Packed tests of one problem that unfold to more are refused."""

_TEXT_OPCODES = {"UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"}
_IDLE_OPCODES = {"PROTO", "FRAME", "MEMOIZE", "BINPUT", "LONG_BINPUT", "PUT", "STOP"}


def recognises(record: Mapping[str, Any]) -> bool:
    return {"question_id", "question_content", "public_test_cases"} <= record.keys()


def read(row: Row) -> Problem:
    """The problem that a record states.

    Raises:
        DataError: a field is missing or wrong; packed tests that are damaged, too large, or hold
            anything but a text; a problem with both kinds of tests.
    """
    public = _tests(row, "public_test_cases", row.text("public_test_cases"))
    private = _tests(row, "private_test_cases", _unpack(row, "private_test_cases"))
    cases = [(test, True) for test in public] + [(test, False) for test in private]
    kinds = {case.record["testtype"] for case, _ in cases}
    starter = row.text_or_none("starter_code")
    tests: Tests
    if kinds == {"stdin"}:
        entry_point = None
        tests = StreamTests(
            tuple(_stream_case(case, visible) for case, visible in cases),
            Comparison("float"),
        )
    elif kinds == {"functional"}:
        entry_point = f"Solution.{_function_name(row)}"
        tests = CallTests(
            tuple(_call_case(case, visible) for case, visible in cases),
            Comparison("exact", sequences_alike=True),
        )
    else:
        raise row.error(
            "the tests are not of one kind",
            "public_test_cases",
            expected="all stdin or all functional",
            found=sorted(kinds) or "no test",
        )
    return Problem(
        id=row.text("question_id"),
        prompt=_prompt(row.text("question_content"), starter),
        tests=tests,
        entry_point=entry_point,
        preamble=PREAMBLE,
        title=row.text_or_none("question_title"),
        category=row.text_or_none("platform"),
        difficulty=row.text_or_none("difficulty"),
        date=row.text_or_none("contest_date"),
    )


_STAR = (
    "string re datetime collections heapq bisect copy math random statistics itertools functools "
    "operator io sys json typing"
)
PREAMBLE = "".join(f"from {name} import *\n" for name in _STAR.split())
PREAMBLE += f"import {', '.join(name for name in _STAR.split() if name != 'typing')}\n"
PREAMBLE += "sys.setrecursionlimit(50_000)\n"
"""What LiveCodeBench lets every solution take for granted, so that solutions leave it out."""


def _prompt(question: str, starter: str | None) -> str:
    if starter is None:
        rule = "Write a program that reads standard input and prints the answer."
        code = "# your program"
    else:
        rule, code = "Complete the following code.", starter
    return (
        f"### Question:\n{question}\n\n### Format: {rule}\n```python\n{code}\n```\n\n### Answer:\n"
    )


def _function_name(row: Row) -> str:
    metadata = row.embedded("metadata", dict, "an object with func_name")
    return row.inside("metadata", metadata).callable_name("func_name")


def _tests(row: Row, field: str, text: str) -> list[Row]:
    tests = []
    for position, record in enumerate(row.parse(text, field, list, "a list of tests")):
        where = f"{field}[{position}]"
        if not isinstance(record, dict):
            raise row.error(
                "a test is no object", where, expected="input, output, testtype", found=repr(record)
            )
        test = row.inside(where, record)
        kind = test.text("testtype")
        if kind not in {"stdin", "functional"}:
            raise test.error(
                "unknown kind of test", "testtype", expected="stdin or functional", found=kind
            )
        tests.append(test)
    return tests


def _stream_case(test: Row, visible: bool) -> StreamCase:
    texts = [test.value(field, str, "a text") for field in ("input", "output")]
    return StreamCase(texts[0], texts[1], visible)


def _call_case(test: Row, visible: bool) -> CallCase:
    given = test.value("input", str, "one JSON value a line")
    args = tuple(_plain(test, "input", line) for line in given.split("\n") if line.strip())
    return CallCase(args, _plain(test, "output", test.value("output", str, "JSON")), visible)


def _plain(test: Row, field: str, text: str) -> Any:
    value = test.parse(text, field)
    try:
        check_plain(value)
    except ValueError as error:
        raise test.error(str(error), field, expected="plain data", found=text) from error
    return value


def _unpack(row: Row, field: str) -> str:
    text = row.text(field)
    if text.lstrip().startswith("["):
        return text
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(text, validate=True), MAX_UNPACKED_BYTES)
    except (ValueError, zlib.error) as error:
        raise row.error(
            f"the packed tests are damaged: {error}",
            field,
            expected="a JSON list, or base64 of zlib of a pickled JSON list",
            found=text,
        ) from error
    if not unpacker.eof:
        raise row.error(
            "the packed tests are cut short or too large",
            field,
            expected=f"at most {MAX_UNPACKED_BYTES:,} bytes when unpacked",
            found=f"{len(data):,} bytes and no end",
        )
    try:
        return _pickled_text(data)
    except ValueError as error:
        raise row.error(str(error), field, expected="a pickled text and nothing else") from error


def _pickled_text(data: bytes) -> str:
    """The text in a pickle of one text, read off its opcodes: nothing is ever unpickled.

    Raises:
        ValueError: the pickle is damaged or holds anything else.
    """
    texts: list[str] = []
    for opcode, argument, _ in pickletools.genops(data):
        if opcode.name in _TEXT_OPCODES:
            texts.append(str(argument))
        elif opcode.name not in _IDLE_OPCODES:
            raise ValueError(f"the packed tests are no text: they contain {opcode.name}")
    if len(texts) != 1:
        raise ValueError(f"the packed tests hold {len(texts)} texts instead of one")
    return texts[0]
