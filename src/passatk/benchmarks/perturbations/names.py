"""Names that say nothing, in place of those of the function and its parameters."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import replace

from passatk.benchmarks.perturbations.prompts import parse
from passatk.records import CodeTests, Problem, Solution, Tests

_NAMES = ("solve", "solve_task", "answer", "compute_answer", "task_result")
_PARAMETERS = ("first", "second", "third", "fourth", "fifth", "sixth")


def rename(problem: Problem) -> Problem:
    """The function and its parameters have names that say nothing.

    A parameter keeps its name where that is also a word of the description, or of a test.
    """
    old = problem.entry_point
    if old is None or not old.isidentifier():
        return problem
    sources = [problem.prompt, *(each.code for each in (*problem.references, *problem.wrong))]
    taken = set(re.findall(r"\w+", "\n".join([*sources, *_test_code(problem.tests)])))
    new = next((each for each in _NAMES if each not in taken), None)
    if new is None:
        return problem
    function = {old: new}
    parameters = _parameters_to_rename(problem, old, taken)
    prompt = _replaced(problem.prompt, {**function, **parameters})
    return replace(
        problem,
        prompt=prompt,
        entry_point=new,
        tests=_renamed_tests(problem.tests, function),
        references=_renamed(problem.references, function),
        wrong=_renamed(problem.wrong, function),
    )


def _parameters_to_rename(problem: Problem, function: str, taken: set[str]) -> dict[str, str]:
    tree = parse(problem.prompt)
    if tree is None:
        return {}
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    definitions = [node for node in ast.walk(tree) if isinstance(node, kinds)]
    if [each.name for each in definitions] != [function]:
        return {}
    (target,) = definitions
    names = [arg.arg for arg in (*target.args.posonlyargs, *target.args.args)]
    names = [name for name in names if name not in ("self", "cls")]
    prose = _prose(ast.get_docstring(target) or "")
    used = set(re.findall(r"\w+", prose + "\n" + "\n".join(_test_code(problem.tests))))
    free = (each for each in _PARAMETERS if each not in taken)
    return {name: new for name, new in zip(names, free, strict=False) if name not in used}


def _prose(docstring: str) -> str:
    """The description without what stands for code: examples, and words in backticks."""
    lines = [
        line for line in docstring.splitlines() if not line.lstrip().startswith((">>>", "..."))
    ]
    return re.sub(r"`[^`\n]*`", " ", "\n".join(lines))


def _replaced(text: str, names: Mapping[str, str]) -> str:
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b")
    return pattern.sub(lambda found: names[found[0]], text)


def _renamed(solutions: Iterable[Solution], names: Mapping[str, str]) -> tuple[Solution, ...]:
    return tuple(replace(each, code=_replaced_tokens(each.code, names)) for each in solutions)


def _renamed_tests(tests: Tests, names: Mapping[str, str]) -> Tests:
    if not isinstance(tests, CodeTests):
        return tests
    cases = tuple(replace(each, code=_replaced_tokens(each.code, names)) for each in tests.cases)
    return replace(tests, setup=_replaced_tokens(tests.setup, names), cases=cases)


def _replaced_tokens(code: str, names: Mapping[str, str]) -> str:
    """The code with identifiers replaced, and strings and comments as they were."""
    lines = code.splitlines(keepends=True)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        return code
    for token in reversed(tokens):
        if token.type == tokenize.NAME and token.string in names:
            row, start = token.start
            line = lines[row - 1]
            lines[row - 1] = line[:start] + names[token.string] + line[token.end[1] :]
    return "".join(lines)


def _test_code(tests: Tests) -> list[str]:
    if isinstance(tests, CodeTests):
        return [tests.setup, *(each.code for each in tests.cases)]
    return [tests.comparison.code or ""]
