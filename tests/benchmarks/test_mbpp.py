"""MBPP in its three forms."""

from __future__ import annotations

import ast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passatk.benchmarks import load
from passatk.errors import DataError
from passatk.records import CodeCase, CodeTests, Problem, Solution, Trust


def test_record(load_one, mbpp) -> None:
    """Assertions become visible cases, challenges hidden ones; the prompt is a docstring."""
    expected = Problem(
        id="Mbpp/11",
        prompt='"""\nWrite a function that doubles a number.\n'
        'assert double(2) == 4\nassert double(0) == 0\n"""\n',
        tests=CodeTests(
            cases=(
                CodeCase("assert double(2) == 4", visible=True),
                CodeCase("assert double(0) == 0", visible=True),
                CodeCase("assert double(-3) == -6"),
            )
        ),
        entry_point="double",
        references=(Solution("code", mbpp["code"]),),
    )
    assert expected == load_one(mbpp)


def test_sanitized_form(load_one, mbpp) -> None:
    """`prompt` and `test_imports` mean what `text` and `test_setup_code` do."""
    mbpp["prompt"] = mbpp.pop("text")
    del mbpp["test_setup_code"], mbpp["challenge_test_list"]
    problem = load_one(mbpp | {"test_imports": ["import math", "import cmath"]})
    assert problem.tests.setup == "import math\nimport cmath\n"
    assert len(problem.tests.cases) == 2


def test_plus_form(load_one, mbpp) -> None:
    """The script of MBPP+ is the one test: it repeats the assertions with a tolerance."""
    script = "for n in range(100):\n    assert double(n) == 2 * n\n"
    assert (CodeCase(script),) == load_one(mbpp | {"test": script}).tests.cases


@pytest.mark.parametrize(
    ("assertion", "entry_point"),
    [
        ("assert double(2) == 4", "double"),
        ("assert set(double(2)) == {4}", "double"),
        ("assert math.isclose(double(2), 4, rel_tol=0.001)", "double"),
        ("assert double(helper(2)) == 4", "double"),
        ("assert len(triple(2)) == 4", "triple"),
    ],
)
def test_entry_point(load_one, mbpp, assertion: str, entry_point: str) -> None:
    """The entry point is what the assertions call, not any helper or built-in."""
    assert entry_point == load_one(mbpp | {"test_list": [assertion]}).entry_point


def test_objects_of_the_program(load_one, mbpp) -> None:
    """Assertions that build the program's own objects cannot be judged apart from it."""
    mbpp["code"] = "class Pair: ...\n" + mbpp["code"]
    assert load_one(mbpp).trust == Trust.APART
    mbpp["test_list"].append("assert double(Pair()) == 0")
    assert load_one(mbpp).trust == Trust.SHARED_PROCESS


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sentence=st.text(min_size=1).filter(str.strip))
def test_prompt_is_python(load_one, mbpp, sentence: str) -> None:
    """Whatever the sentence holds, the prompt is one docstring that a program can follow."""
    prompt = load_one(mbpp | {"text": sentence}).prompt
    if "\0" not in sentence:
        tree = ast.parse(prompt + mbpp["code"])
        assert sentence.strip().replace("\r\n", "\n").replace("\r", "\n") in ast.get_docstring(
            tree, clean=False
        )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"test_list": []}, r"no assertion\n  field: test_list"),
        ({"test_list": ["assert 4 == 4"]}, r"call no function\n  field: test_list"),
        ({"test_list": ["assert double(2 == 4"]}, r"not Python.*\n  field: test_list"),
        ({"test_list": ["assert double(2) == 4", 3]}, r"wrong type\n  field: test_list\[1\]"),
        ({"test_list": "assert double(2) == 4"}, r"wrong type\n  field: test_list\n"),
        ({"code": "def double(n) return n"}, r"not Python.*\n  field: code"),
        ({"task_id": True}, r"wrong type\n  field: task_id"),
        ({"text": None}, r"wrong type\n  field: text"),
    ],
)
def test_wrong_fields(write_lines, mbpp, change, message) -> None:
    """Each field is checked, and the error says where it stands."""
    with pytest.raises(DataError, match=rf"problems.jsonl:1: .*{message}"):
        load(write_lines(mbpp | change))
