"""APPS records."""

from __future__ import annotations

import json

import pytest

from passatk.benchmarks import load
from passatk.errors import DataError
from passatk.records import CallCase, CallTests, Comparison, Solution, StreamCase, StreamTests


def io_field(**fields: object) -> dict[str, str]:
    return {"input_output": json.dumps(fields)}


def test_programs(load_one, apps) -> None:
    """Texts, or lists of lines, are standard input and output; every solution is a reference."""
    problem = load_one(apps)
    assert problem.id == "APPS/4000"
    assert StreamTests((StreamCase("2\n", "4\n"), StreamCase("0\n", "0"))) == problem.tests
    assert None is problem.entry_point
    assert problem.difficulty == "introductory"
    assert (
        Solution("solution 1", "print(2 * int(input()))"),
        Solution("solution 2", "n = int(input())\nprint(n + n)"),
    ) == problem.references


def test_fractions_are_compared_with_a_tolerance(load_one, apps) -> None:
    """Only where an expected answer has a fraction do numbers get a tolerance."""
    problem = load_one(apps | io_field(inputs=["1", "2"], outputs=["1", "yes 0.3333"]))
    assert Comparison("float", relative=1e-5, absolute=1e-8) == problem.tests.comparison


def test_functions(load_one, apps) -> None:
    """fn_name asks for calls; starter code with a class makes it a method."""
    calls = io_field(fn_name="pick", inputs=[[[5, 6], 1], [[7, 8, 9], 0]], outputs=[6, 7])
    problem = load_one(apps | calls)
    expected = CallTests(
        (CallCase(([5, 6], 1), 6), CallCase(([7, 8, 9], 0), 7)),
        Comparison("exact", sequences_alike=True),
    )
    assert expected == problem.tests
    assert problem.entry_point == "pick"
    starter = "class Solution:\n    def pick(self, items, at):\n"
    problem = load_one(apps | calls | {"starter_code": starter})
    assert problem.entry_point == "Solution.pick"
    assert f"Print twice the number.\n\n{starter}" == problem.prompt


def test_wrapped_outputs(load_one, apps) -> None:
    """Where each output stands in a list of its own, the answer counts with and without it."""
    problem = load_one(apps | io_field(fn_name="pair", inputs=[[1], [2]], outputs=[[[1, 1]], [4]]))
    assert problem.tests.comparison.kind == "checker"
    namespace: dict = {}
    exec(problem.tests.comparison.code, namespace)
    check = namespace["check"]
    assert check((1,), [1, 1], [[1, 1]])
    assert check((1,), (1, 1), [[1, 1]])
    assert check((1,), [[1, 1]], [[1, 1]])
    assert check((2,), 4, [4])
    assert not check((2,), 5, [4])
    assert not check((2,), [], [4])


@pytest.mark.parametrize("solutions", [None, "", "[]"])
def test_no_solutions(load_one, apps, solutions) -> None:
    """A problem may come without solutions."""
    assert load_one(apps | {"solutions": solutions}).references == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"input_output": ""}, r"no tests\n  field: input_output"),
        ({"input_output": "[1]"}, r"other JSON\n  field: input_output"),
        ({"input_output": '{"inputs": ['}, r"hold JSON.*\n  field: input_output"),
        (io_field(inputs=["1"]), r"missing\n  field: input_output.outputs"),
        (io_field(inputs=["1"], outputs=[]), r"do not pair up"),
        (io_field(inputs=[], outputs=[]), r"do not pair up"),
        (io_field(inputs=[3], outputs=["3"]), r"not a text\n  field: input_output.inputs\[0\]"),
        (
            io_field(fn_name="f", inputs=[3], outputs=[3]),
            r"not a list of arguments\n  field: input_output.inputs\[0\]",
        ),
        (io_field(fn_name="a b", inputs=[[3]], outputs=[3]), r"not a function's name"),
        ({"solutions": '["a", 2]'}, r"wrong type\n  field: solutions\[1\]"),
        ({"solutions": 5}, r"wrong type\n  field: solutions"),
        ({"problem_id": 1.5}, r"wrong type\n  field: problem_id"),
    ],
)
def test_wrong_fields(write_lines, apps, change, message) -> None:
    """Each field is checked, down to the single test."""
    with pytest.raises(DataError, match=rf"problems.jsonl:1: .*{message}"):
        load(write_lines(apps | change))
