"""Poisoned text: sources and outputs that upset whoever reads, stores or shows them."""

from __future__ import annotations

import json

import pytest

from passatk.records import CallCase, CallTests, Problem, Status

from .harness import (
    ERROR,
    FAILED,
    HARMLESS,
    HONEST,
    HONEST_SCRIPT,
    LIMIT,
    SYNTAX,
    WRONG,
    Arena,
    Attack,
    Round,
    rounds,
)

_NASTY = "\\0\\x1b[2J\\x1b]0;title\\x07\\ud800\\udfff\\u202e<script>alert(1)</script>\\r\\x85"


@rounds(
    Attack("nul-in-the-source", SYNTAX, function="x = '\0'\n" + HONEST, script="\0print(1)\n"),
    Attack(
        "surrogates-in-the-source",
        SYNTAX,
        function="x = '\ud800'\n" + HONEST,
        script="print('\udfff')\n",
    ),
    Attack(
        "no-python-at-all",
        SYNTAX,
        function="```python\n" + HONEST + "```",
        script="Certainly! Here is the code:\n",
    ),
    Attack("wrong-coding-declared", SYNTAX | HARMLESS, function="# coding: cp1252x\n" + HONEST),
    Attack(
        "bidirectional-and-invisible",
        SYNTAX | HARMLESS,
        function="# \u202e\u2066 \u200b\n" + HONEST,
        script="\ufeff" + HONEST_SCRIPT,
    ),
    Attack("empty", ERROR | WRONG, function="", script=""),
    Attack(
        "ten-megabytes-that-are-right",
        HARMLESS | LIMIT,
        function="# " + "x" * (10 << 20) + "\n" + HONEST,
        script="x = '" + "\u00e9" * (5 << 20) + "'\n" + HONEST_SCRIPT,
    ),
    Attack(
        "ten-megabytes-of-statements",
        LIMIT | ERROR | SYNTAX,
        function="x = [1]\n" * (10 << 17),
    ),
    Attack("one-endless-line", SYNTAX | LIMIT, function="x = 1 + " * (1 << 18)),
)
def test_a_poisoned_source_has_a_clear_end(arena: Arena, attack: Round) -> None:
    arena.holds(attack)


@rounds(
    Attack(
        "in-an-exception",
        ERROR,
        function=f"def f(x):\n    raise ValueError('{_NASTY}', {{'{_NASTY}': '{_NASTY}'}})\n",
        script=f"raise ValueError('{_NASTY}')\n",
    ),
    Attack(
        "in-the-name-of-an-exception",
        ERROR,
        function="E = type('E\\x1b\\ud800', (Exception,), {})\ndef f(x):\n    raise E()\n",
        script="raise type('E\\x1b\\ud800', (Exception,), {})('x')\n",
    ),
    Attack(
        "in-the-result",
        WRONG,
        function=f"def f(x):\n    return ['{_NASTY}', b'\\xff\\0', '{_NASTY}' * 9999]\n",
    ),
    Attack(
        "in-the-output",
        FAILED,
        function=f"""
import os
def f(x):
    os.write(1, b"\\xff\\xfe\\0\\x1b[31m" + "{_NASTY}".encode("utf-8", "surrogatepass"))
    os.write(2, b"\\xc3\\0" * 2999)
""",
        script="import os\nos.write(1, b'\\xff\\xfe\\0\\x1b[31m\\xed\\xa0\\x80' * 9)\n",
    ),
    Attack(
        "exception-that-cannot-be-described",
        ERROR,
        function="""
class Meta(type):
    @property
    def __mro__(cls): raise SystemExit(0)
    @property
    def __name__(cls): return 1 / 0
class Error(Exception, metaclass=Meta):
    __module__ = "builtins"
    def __str__(self): raise SystemExit(0)
    __repr__ = __str__
    args = property(__str__)
def f(x):
    raise Error()
""",
    ),
)
def test_poisoned_words_are_made_sound(arena: Arena, attack: Round) -> None:
    """What a verdict says can be written to every file and database."""
    verdict = arena.holds(attack)
    for text in (verdict.detail, verdict.output):
        assert "\0" not in text
        assert text == text.encode().decode()
        assert json.loads(json.dumps(text)) == text
    assert len(verdict.detail) < 10_000
    assert len(verdict.output) < 50_000


def test_text_crosses_unharmed(arena: Arena) -> None:
    """Where it is asked for, any text can be an argument and a result."""
    texts = ("\0", "\x1b[2J", "\ud800", "\U0001f600\u202e", "<script>", '{"t": "set", "v": []}')
    echo = Problem("echo", "", CallTests(tuple(CallCase((t,), t) for t in texts)), entry_point="f")
    assert arena.judge("def f(x): return x", echo).status == Status.PASSED
    assert arena.judge("def f(x): return x + ' '", echo).status == Status.WRONG_ANSWER


@pytest.mark.parametrize("kind", ["calls", "stream"])
def test_the_sources_own_line_is_told(arena: Arena, kind: str) -> None:
    """However long a source is, a syntax error names its line."""
    verdict = arena.judge("x = 1\n" * 5000 + "def f(:\n", kind)
    assert verdict.status in SYNTAX
    assert "line 5001" in verdict.detail
