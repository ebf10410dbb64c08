"""MBPP, its sanitized form, and MBPP+ in the form of its published table.

A record has ``task_id`` (a number), ``text`` or ``prompt`` (a sentence), ``code`` (a solution) and
``test_list`` (assertions); ``test_setup_code`` or ``test_imports`` run before them, and
``challenge_test_list`` has assertions the model does not see. MBPP+ adds ``test``, a script that
replaces the assertions. Source: Austin et al. 2021, "Program Synthesis with Large Language Models".
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from typing import Any

from passatk.benchmarks.rows import Row
from passatk.records import CodeCase, CodeTests, Problem, Solution, Trust


def recognises(record: Mapping[str, Any]) -> bool:
    return {"task_id", "code", "test_list"} <= record.keys()


def read(row: Row) -> Problem:
    """The problem that a record states.

    The prompt is the sentence with the assertions of ``test_list`` as a docstring, so that it is
    Python which a completion continues.

    Raises:
        DataError: a field is missing or wrong, or no function is called by the assertions.
    """
    code = row.text("code")
    visible, hidden = row.texts("test_list"), row.texts("challenge_test_list")
    script = row.text_or_none("test")
    if not visible:
        raise row.error("there is no assertion", "test_list", expected="at least one")
    parsed = row.python("\n".join(visible), "test_list")
    definitions = _definitions(row.python(code, "code"))
    entry_point = _entry_point(row, parsed, definitions)
    return Problem(
        id=row.identifier("task_id", "Mbpp"),
        prompt=_docstring([row.text("text" if "text" in row.record else "prompt"), *visible]),
        tests=CodeTests(setup=_setup(row), cases=_cases(visible, hidden, script)),
        entry_point=entry_point,
        references=(Solution("code", code),),
        trust=_trust(parsed, definitions),
    )


def _cases(visible: list[str], hidden: list[str], script: str | None) -> tuple[CodeCase, ...]:
    if script is not None:
        # The script repeats the assertions with its own tolerance; theirs would be a second rule.
        return (CodeCase(script),)
    shown = tuple(CodeCase(code, visible=True) for code in visible)
    return shown + tuple(CodeCase(code) for code in hidden)


def _setup(row: Row) -> str:
    parts = [*row.texts("test_imports"), row.text_or_none("test_setup_code")]
    return "".join(part + "\n" for part in parts if part)


def _docstring(lines: list[str]) -> str:
    text = "\n".join(line.strip() for line in lines)
    return '"""\n' + text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + '\n"""\n'


def _definitions(code: ast.Module) -> dict[str, ast.stmt]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name: node for node in code.body if isinstance(node, kinds)}


def _entry_point(row: Row, assertions: ast.Module, definitions: Mapping[str, ast.stmt]) -> str:
    """The function that the assertions call: one that ``code`` defines, else any not built in."""
    called = list(_called_names(assertions))
    functions = [name for name in called if isinstance(definitions.get(name), ast.FunctionDef)] or [
        name for name in called if not hasattr(builtins, name)
    ]
    if not functions:
        raise row.error(
            "the assertions call no function",
            "test_list",
            expected="a call of the function that `code` defines",
            found=ast.unparse(assertions),
        )
    return functions[0]


def _called_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def _trust(assertions: ast.Module, definitions: Mapping[str, ast.stmt]) -> Trust:
    """Assertions that build objects of the program's own classes need the program's process."""
    names = {node.id for node in ast.walk(assertions) if isinstance(node, ast.Name)}
    objects = any(isinstance(definitions.get(name), ast.ClassDef) for name in names)
    return Trust.SHARED_PROCESS if objects else Trust.APART
