"""HumanEval and EvalPlus records."""

from __future__ import annotations

import pytest

from passatk.benchmarks import load
from passatk.errors import DataError
from passatk.records import CodeTests, Problem, Solution


def test_record(load_one, human_eval) -> None:
    """The test is the setup, `check` its function, and the reference a whole program."""
    expected = Problem(
        id="Tiny/0",
        prompt=human_eval["prompt"],
        tests=CodeTests(setup=human_eval["test"], check="check"),
        entry_point="double",
        references=(Solution("canonical solution", human_eval["prompt"] + "    return 2 * n\n"),),
    )
    assert expected == load_one(human_eval)


def test_eval_plus_fields_do_not_matter(load_one, human_eval) -> None:
    """HumanEval+ has more fields and the same meaning."""
    plus = human_eval | {"contract": "", "base_input": [[2]], "plus_input": [[9]], "atol": 0}
    assert load_one(human_eval) == load_one(plus)


def test_eval_plus_without_expected_outputs(write_lines, human_eval) -> None:
    """Inputs alone cannot be judged; the error names the file that can."""
    del human_eval["test"]
    with pytest.raises(DataError, match=r"not what is expected[\s\S]*`test` field"):
        load(write_lines(human_eval | {"base_input": [[2]], "plus_input": [], "atol": 0}))


@pytest.mark.parametrize("absent", [{}, {"canonical_solution": None}, {"canonical_solution": ""}])
def test_no_reference(load_one, human_eval, absent) -> None:
    """A problem may come without its solution."""
    del human_eval["canonical_solution"]
    assert load_one(human_eval | absent).references == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"task_id": 7}, r"wrong type\n  field: task_id\n  expected: a text\n  found: 7"),
        ({"prompt": ""}, r"blank\n  field: prompt"),
        ({"entry_point": "a b"}, r"not a function's name\n  field: entry_point"),
        ({"test": "assert double(2) == 4"}, r"no check function\n  field: test"),
        ({"canonical_solution": ["x"]}, r"wrong type\n  field: canonical_solution"),
    ],
)
def test_wrong_fields(write_lines, human_eval, change, message) -> None:
    """Each field is checked, and the error says where it stands."""
    with pytest.raises(DataError, match=rf"problems.jsonl:1: .*{message}"):
        load(write_lines(human_eval | change))
