"""HumanEval and EvalPlus problems with a test function.

A record has ``task_id``, ``prompt``, ``entry_point``, ``canonical_solution`` (which continues the
prompt) and ``test``, which defines ``check(candidate)``: the form of openai/human-eval, kept by
HumanEval+ and MBPP+. Source: Chen et al. 2021, "Evaluating Large Language Models Trained on Code".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from passatk.benchmarks.rows import Row
from passatk.records import CodeTests, Problem, Solution

_CHECK = re.compile(r"^def check\s*\(", re.MULTILINE)


def recognises(record: Mapping[str, Any]) -> bool:
    return {"task_id", "prompt", "entry_point"} <= record.keys()


def read(row: Row) -> Problem:
    """The problem that a record states.

    Raises:
        DataError: a field is missing or wrong; also for EvalPlus files that give inputs without
            expected outputs.
    """
    if "test" not in row.record and "base_input" in row.record:
        raise row.error(
            "the file has inputs but not what is expected of them",
            "test",
            expected="a test function check(candidate)",
            found="only base_input and plus_input",
            hint="use the EvalPlus file whose records have a `test` field",
        )
    prompt, test = row.text("prompt"), row.text("test")
    if not _CHECK.search(test):
        raise row.error(
            "the test has no check function", "test", expected="def check(candidate)", found=test
        )
    solution = row.text_or_none("canonical_solution")
    references = (Solution("canonical solution", prompt + solution),) if solution else ()
    return Problem(
        id=row.text("task_id"),
        prompt=prompt,
        tests=CodeTests(setup=test, check="check"),
        entry_point=row.callable_name("entry_point"),
        references=references,
    )
