"""What a chatty answer holds: reasoning to be dropped, fenced blocks, code among prose.

Only text is looked at here and nothing is run.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from passatk.attempts.python_source import error_line, lines_of, parse

# Possessive: a hostile line must not make the search try every split of it.
_FENCE = re.compile(r"^([ \t]*+)(`{3,}+|~{3,}+)[ \t]*+([^\s`]*+)[^`\n]*+$", re.MULTILINE)
_OPENED_IN_LINE = re.compile(r"(?<=[^\s`])(```(?:python|py)[ \t]*)$", re.MULTILINE)
_PYTHON_TAGS = ("python", "py", "python3", "python2", "py3", "{python}", "{.python}")
_REASONING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL)
_REASONING_END = re.compile(r"\A.*</(?:think|thinking|reasoning)>", re.DOTALL)
_CODE_START = re.compile(
    r"^(?:(?:async +)?def +\w+ *\(|class +\w+ *[(:]|import +\w+|from +[\w.]+ +import\b|@\w"
    r"|\w+(?: *, *\w+)* *=(?!=)|(?:for|while|if|with) .*: *$|print *\()",
    re.MULTILINE,
)
_MAX_CLOSERS = 8
_MAX_CUTS = 32


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its code, and whether its fence says that this is Python."""

    code: str
    tagged: bool


def has_fence(text: str) -> bool:
    """Whether a line of the text opens or closes a Markdown code block."""
    return _FENCE.search(text) is not None


def without_reasoning(text: str) -> str:
    """The text without ``<think>...</think>``, be it cut off or its start left to the template."""
    text = _REASONING.sub("", text)
    return _REASONING_END.sub("", text)


def python_blocks(text: str) -> list[Block]:
    """The fenced blocks that may be Python, in order; those tagged otherwise are left out.

    A block that is not closed reaches to the end of the text. A bare fence too many, with code
    before it, closes a block that the prompt had opened: the block is what stands before it.
    """
    text = _OPENED_IN_LINE.sub(r"\n\1", text)
    fences = list(_FENCE.finditer(text))
    blocks = []
    if len(fences) % 2 and not fences[0][3]:
        before = text[: fences[0].start()]
        if _looks_like_code(before):
            blocks = [Block(before, tagged=False)]
            fences = fences[1:]
    found = _blocks(text, fences)
    return blocks + [block for block, tag in found if not tag or tag in _PYTHON_TAGS]


def _blocks(text: str, fences: list[re.Match[str]]) -> Iterator[tuple[Block, str]]:
    position = 0
    while position < len(fences):
        opening = fences[position]
        closers = list(islice(_closers(fences, position), _MAX_CLOSERS))
        codes = {index: _between(text, opening, fences[index]) for index in closers}
        # A fence inside a docstring closes nothing: the block ends where its code is complete.
        closing = next((index for index in closers if parse(codes[index])), None)
        if closing is None and closers:
            closing = closers[0]
        code = _between(text, opening, None) if closing is None else codes[closing]
        tag = opening[3].lower()
        yield Block(code, tagged=tag in _PYTHON_TAGS), tag
        if closing is None:
            return
        position = closing + 1


def _closers(fences: list[re.Match[str]], position: int) -> Iterator[int]:
    for index in range(position + 1, len(fences)):
        if not fences[index][3] and fences[index][2].startswith(fences[position][2]):
            yield index


def _between(text: str, opening: re.Match[str], closing: re.Match[str] | None) -> str:
    """The lines between two fences, without the indentation of the opening one."""
    code = text[opening.end() + 1 : closing.start() if closing else len(text)]
    indentation = opening[1]
    if not indentation:
        return code
    lines = code.splitlines(keepends=True)
    return "".join(line.removeprefix(indentation) for line in lines)


def code_in_prose(text: str) -> str | None:
    """The code of an answer that has prose around it but no fences; None where there is none.

    It starts at the first line that can only be code, and ends before the first line that keeps
    it from being a program.
    """
    start = _CODE_START.search(text)
    if start is None:
        return None
    lines = lines_of(text[start.start() :])
    for _ in range(_MAX_CUTS):
        error = error_line("".join(lines))
        if error is None:
            break
        end = min(error, len(lines)) - 1
        while end > 0 and not _starts_statement(lines[end]):
            end -= 1
        lines = lines[:end]
    return "".join(lines).rstrip("\n") + "\n" if lines else text[start.start() :]


def _starts_statement(line: str) -> bool:
    return bool(line.strip()) and line[0] not in " \t"


def _looks_like_code(text: str) -> bool:
    tree = parse(textwrap.dedent(text))
    if tree is None:
        return _CODE_START.search(text) is not None
    return any(not isinstance(statement, ast.Expr) for statement in tree.body)
