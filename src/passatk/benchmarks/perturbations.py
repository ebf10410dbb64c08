"""Variants of problems that mean the same, to see whether a model solves a task or knows a text.

Each way of changing a problem is a function from a problem to a problem; where it has nothing to
act on, the problem comes back as it is. Ids stay, so that runs on both are compared problem by
problem. Whether a variant still means the same is for the judge to say: its references have to
pass its tests.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from passatk.benchmarks.fingerprint import content_hash
from passatk.errors import DataError
from passatk.records import Benchmark, CodeTests, Problem, Solution, Tests

Perturbation = Callable[[Problem], Problem]

_NAMES = ("solve", "solve_task", "answer", "compute_answer", "task_result")
_PARAMETERS = ("first", "second", "third", "fourth", "fifth", "sixth")
_LABEL = re.compile(
    r"^\s*(?:#+ *)?(?:for +)?examples?(?: +(?:input|output|usage))?(?: *\d+)?(?: are)? *:?\s*$",
    re.I,
)
_ENUMERATED = re.compile(r"\s*([-*•>|#]|\d+[.)]|:param|:return|@)")
_LINE = 56


def perturb(benchmark: Benchmark, ways: Sequence[str]) -> Benchmark:
    """The benchmark with every problem changed in these ways, one after the other.

    Raises:
        DataError: there is no such way.
    """
    for way in ways:
        if way not in WAYS:
            raise DataError(
                "no such way to change problems",
                field="--perturb",
                expected=" | ".join(WAYS),
                found=way,
            )
    problems = []
    for problem in benchmark.problems.values():
        for way in ways:
            problem = WAYS[way](problem)
        problems.append(problem)
    return _named(benchmark, ways, problems)


def only(benchmark: Benchmark, ids: Iterable[str]) -> Benchmark:
    """The benchmark without the problems that are not among these."""
    kept = set(ids)
    problems = {name: each for name, each in benchmark.problems.items() if name in kept}
    return Benchmark(benchmark.name, MappingProxyType(problems), content_hash(problems.values()))


def _named(benchmark: Benchmark, ways: Sequence[str], problems: list[Problem]) -> Benchmark:
    return Benchmark(
        "+".join((benchmark.name, *ways)),
        MappingProxyType({each.id: each for each in problems}),
        content_hash(problems),
    )


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


def remove_examples(problem: Problem) -> Problem:
    """The examples are not in the prompt; tests stay as they are."""
    lines = problem.prompt.splitlines(keepends=True)
    kept: list[str] = []
    inside = dropping = False
    for line in lines:
        stripped = line.strip()
        closes = stripped in ('"""', "'''") or (stripped.endswith(('"""', "'''")) and inside)
        if stripped.startswith(">>>") or (inside and stripped.startswith("...")):
            inside = True
            quotes = stripped[-3:]
            if closes and quotes in ('"""', "'''"):
                kept.append(_indentation(line) + quotes + "\n")
                inside = False
        elif inside and stripped and not closes:
            continue  # what an example gives
        elif _LABEL.match(line):
            dropping = problem.entry_point is None
        elif dropping and not _is_heading(line):
            continue
        else:
            inside = dropping = False
            kept.append(line)
    prompt = re.sub(r"\n(\s*\n){2,}", "\n\n", "".join(kept))
    prompt = re.sub(r"\n\s*\n(\s*)(\"\"\"|''')\n", r"\n\1\2\n", prompt)
    return _if_sound(problem, prompt)


def reword_layout(problem: Problem) -> Problem:
    """Paragraphs of the description stand in lines of another length; the words are the same."""
    if problem.entry_point is None:
        return _if_sound(problem, _rewrapped(problem.prompt))
    return _if_sound(problem, _in_docstrings(problem.prompt, _rewrapped))


def reorder(problem: Problem) -> Problem:
    """Constants and imports before the function, and the examples, stand in reverse order."""
    if problem.entry_point is None:
        return problem
    prompt = _reversed_head(problem.prompt)
    return _if_sound(problem, _in_docstrings(prompt, _reversed_examples))


WAYS: Mapping[str, Perturbation] = MappingProxyType(
    {
        "renamed": rename,
        "no-examples": remove_examples,
        "layout": reword_layout,
        "reordered": reorder,
    }
)


# Names


def _parameters_to_rename(problem: Problem, function: str, taken: set[str]) -> dict[str, str]:
    tree = _parse(problem.prompt)
    definitions = (
        []
        if tree is None
        else [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
    )
    target = next((node for node in definitions if node.name == function), None)
    if tree is None or target is None or len(definitions) > 1:
        return {}
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


# Layout


def _in_docstrings(prompt: str, change: Callable[[str], str]) -> str:
    """The prompt with its docstrings changed."""
    tree = _parse(prompt)
    if tree is None:
        return prompt
    lines = prompt.splitlines(keepends=True)
    holders = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = [
        node.body[0]
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and _is_docstring(node.body[0])
    ]
    for value in sorted(found, key=lambda each: -each.lineno):
        start, end = value.lineno - 1, value.end_lineno
        lines[start:end] = [change("".join(lines[start:end]))]
    return "".join(lines)


def _is_docstring(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False


def _rewrapped(text: str) -> str:
    """Paragraphs of prose in lines of about 56 characters; everything else as it was."""
    parts: list[str] = []
    paragraph: list[str] = []

    def end() -> None:
        if len(paragraph) > 1 and all(map(_is_prose, paragraph)):
            indentation = _indentation(paragraph[0])
            parts.extend(_wrapped(" ".join(line.strip() for line in paragraph), indentation))
        else:
            parts.extend(paragraph)
        paragraph.clear()

    for line in text.splitlines(keepends=True):
        fence = '"""' in line or "'''" in line or not line.strip()
        if fence or (paragraph and _indentation(line) != _indentation(paragraph[0])):
            end()
        if fence:
            parts.append(line)
        else:
            paragraph.append(line)
    end()
    return "".join(parts)


def _wrapped(words: str, indentation: str) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in words.split(" "):
        if line and len(line) + 1 + len(word) > _LINE:
            lines.append(indentation + line + "\n")
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, indentation + line + "\n"]


def _is_prose(line: str) -> bool:
    return len(line.split()) > 3 and _ENUMERATED.match(line) is None and "  " not in line.strip()


# Order


def _reversed_head(prompt: str) -> str:
    """Constants and imports that stand together before the first definition, last first."""
    tree = _parse(prompt)
    if tree is None:
        return prompt
    head: list[ast.stmt] = []
    for statement in tree.body:
        if not _is_independent(statement):
            break
        head.append(statement)
    names = [name for each in head for name in _bound(each)]
    used = {node.id for each in head for node in ast.walk(each) if isinstance(node, ast.Name)}
    # A constant that is made of another one has to come after it.
    if len(head) < 2 or used - set(names) or len(set(names)) < len(names):
        return prompt
    if any(set(_read(each)) & set(names) for each in head):
        return prompt
    lines = prompt.splitlines(keepends=True)
    first, last = head[0].lineno - 1, head[-1].end_lineno
    pieces = ["".join(lines[each.lineno - 1 : each.end_lineno]) for each in head]
    if not all(piece.endswith("\n") for piece in pieces):
        return prompt
    return "".join([*lines[:first], *reversed(pieces), *lines[last:]])


def _is_independent(statement: ast.stmt) -> bool:
    match statement:
        case ast.ImportFrom(module="__future__"):
            return False
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.Assign(targets=[ast.Name()]):
            return True
    return False


def _bound(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [each.asname or each.name.partition(".")[0] for each in names]
        case ast.Assign(targets=[ast.Name(id=name)]):
            return [name]
    return []


def _read(statement: ast.stmt) -> list[str]:
    return [
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    ]


def _reversed_examples(docstring: str) -> str:
    """Examples that follow each other, last first."""
    lines = docstring.splitlines(keepends=True)
    result: list[str] = []
    examples: list[list[str]] = []

    def end() -> None:
        result.extend(line for example in reversed(examples) for line in example)
        examples.clear()

    for line in lines:
        stripped = line.strip()
        if stripped.startswith(">>>") and '"""' not in line and "'''" not in line:
            examples.append([line])
        elif examples and stripped and '"""' not in line and "'''" not in line:
            examples[-1].append(line)
        else:
            end()
            result.append(line)
    end()
    return "".join(result)


# What a changed prompt has to be


def _if_sound(problem: Problem, prompt: str) -> Problem:
    """The problem with that prompt; as it was where the old one was Python and this one is not."""
    if prompt == problem.prompt or (_parse(problem.prompt) and _parse(prompt) is None):
        return problem
    return replace(problem, prompt=prompt)


def _parse(prompt: str) -> ast.Module | None:
    """The tree of a prompt whose last function may lack its body."""
    for text in (prompt, prompt.rstrip() + "\n    pass\n"):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            continue
    return None


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _is_heading(line: str) -> bool:
    return line.startswith("#") or bool(
        re.match(r"^(constraints|notes?|input|output)\b.*:", line, re.I)
    )
