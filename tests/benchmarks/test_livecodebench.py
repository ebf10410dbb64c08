"""LiveCodeBench, with tests in the open and packed."""

from __future__ import annotations

import base64
import collections
import json
import pickle
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.benchmarks import livecodebench as room
from passatk.benchmarks import load
from passatk.errors import DataError
from passatk.records import CallCase, CallTests, Comparison, StreamCase, StreamTests


def pack(content: object, protocol: int = 4) -> str:
    """Pack as the published files do."""
    return base64.b64encode(zlib.compress(pickle.dumps(content, protocol))).decode()


def test_programs(load_one, livecodebench) -> None:
    """Public tests are visible, private ones hidden; numbers compare as decimals."""
    problem = load_one(livecodebench)
    expected = StreamTests(
        (StreamCase("2\n", "4\n", visible=True), StreamCase("0\n", "0\n")),
        Comparison("float", relative=0, absolute=0),
    )
    assert expected == problem.tests
    assert problem.id == "abc999_a"
    assert None is problem.entry_point
    assert (problem.title, problem.category, problem.difficulty) == ("Double", "atcoder", "easy")
    assert "2026-01-01T00:00:00" == problem.date
    assert problem.prompt.startswith("### Question:\nPrint twice the number.\n\n### Format: ")


def test_functions(load_one, functional) -> None:
    """One JSON value a line is the arguments of a method of Solution; tuples equal lists."""
    problem = load_one(functional)
    expected = CallTests(
        (CallCase(([5, 6], 1), 6, visible=True), CallCase(([7], 0), 7)),
        Comparison("exact", sequences_alike=True),
    )
    assert expected == problem.tests
    assert problem.entry_point == "Solution.pick"
    assert f"```python\n{functional['starter_code']}\n```" in problem.prompt


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_packed_tests(load_one, livecodebench, protocol: int) -> None:
    """Packed private tests read like open ones, whatever the pickle's protocol."""
    packed = pack(livecodebench["private_test_cases"], protocol)
    expected = load_one(livecodebench)
    assert expected == load_one(livecodebench | {"private_test_cases": packed})


@given(st.text())
def test_any_text_is_unpacked(text: str) -> None:
    """Reading the opcodes gives what unpickling would."""
    assert text == room._pickled_text(pickle.dumps(text))


class Bomb:
    def __reduce__(self):
        return print, ("unpickled",)


@pytest.mark.parametrize(
    "content",
    [Bomb(), ["[]", Bomb()], collections.OrderedDict(), ["[]"], b"[]", 7, None, ("[]", "[]")],
    ids=lambda content: type(content).__name__,
)
def test_nothing_but_a_text_is_unpacked(write_lines, livecodebench, capsys, content) -> None:
    """A pickle of anything else is refused, and none of it runs."""
    with pytest.raises(DataError, match=r":1: the packed tests [\s\S]*private_test_cases"):
        load(write_lines(livecodebench | {"private_test_cases": pack(content)}))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: packed[: len(packed) // 2 // 4 * 4],
        lambda packed: packed[:-5],
        lambda packed: "not base64 at all!",
        lambda packed: base64.b64encode(b"not zlib").decode(),
        lambda packed: base64.b64encode(zlib.compress(b"not a pickle")).decode(),
        lambda packed: base64.b64encode(zlib.compress(pickle.dumps("[]")[:-1])).decode(),
    ],
    ids=["half", "cut", "no base64", "no zlib", "no pickle", "no end"],
)
def test_damaged_packing(write_lines, livecodebench, damage) -> None:
    """Damaged packing is an error at its field, never a guess."""
    packed = damage(pack(livecodebench["private_test_cases"]))
    with pytest.raises(DataError, match=r"problems.jsonl:1: [\s\S]*field: private_test_cases"):
        load(write_lines(livecodebench | {"private_test_cases": packed}))


def test_zip_bomb(write_lines, livecodebench, monkeypatch) -> None:
    """Tests that unfold beyond the bound are refused before they fill the memory."""
    monkeypatch.setattr(room, "MAX_UNPACKED_BYTES", 10_000)
    packed = pack("[" + " " * 1_000_000 + "]")
    assert len(packed) < 10_000
    with pytest.raises(DataError, match="cut short or too large"):
        load(write_lines(livecodebench | {"private_test_cases": packed}))


def case(**change: object) -> str:
    return json.dumps([{"input": "1", "output": "1", "testtype": "stdin"} | change])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"public_test_cases": "[{"}, r"hold JSON.*\n  field: public_test_cases"),
        ({"public_test_cases": "{}"}, r"other JSON\n  field: public_test_cases"),
        ({"public_test_cases": "[3]"}, r"no object\n  field: public_test_cases\[0\]"),
        (
            {"public_test_cases": case(testtype="magic")},
            r"unknown kind of test\n  field: public_test_cases\[0\].testtype",
        ),
        (
            {"public_test_cases": case(input=3)},
            r"wrong type\n  field: public_test_cases\[0\].input",
        ),
        ({"public_test_cases": case(testtype="functional")}, "not of one kind"),
        ({"public_test_cases": "[]", "private_test_cases": "[]"}, "not of one kind"),
        ({"question_id": ""}, r"blank\n  field: question_id"),
        ({"private_test_cases": None}, r"wrong type\n  field: private_test_cases"),
    ],
)
def test_wrong_fields(write_lines, livecodebench, change, message) -> None:
    """Each field is checked, down to the single test."""
    with pytest.raises(DataError, match=rf"problems.jsonl:1: .*{message}"):
        load(write_lines(livecodebench | change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"metadata": "{}"}, r"missing\n  field: metadata.func_name"),
        ({"metadata": '{"func_name": "a b"}'}, r"not a function's name"),
        ({"metadata": "{"}, r"hold JSON.*\n  field: metadata"),
        (
            {"public_test_cases": case(testtype="functional", input="[1\n2")},
            r"hold JSON.*\n  field: public_test_cases\[0\].input",
        ),
        (
            {"public_test_cases": case(testtype="functional", output="[" * 200 + "]" * 200)},
            r"nested deeper.*\n  field: public_test_cases\[0\].output",
        ),
    ],
)
def test_wrong_functional_fields(write_lines, functional, change, message) -> None:
    """The method's name, its arguments and its result are checked."""
    with pytest.raises(DataError, match=rf"problems.jsonl:1: .*{message}"):
        load(write_lines(functional | change))
