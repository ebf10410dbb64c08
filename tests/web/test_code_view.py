"""Programs with highlighted syntax."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.report.visible import visible
from passatk.web.code import MOST_CHARACTERS, MOST_LINES, highlighted, plain


@given(st.text(max_size=200))
def test_highlighting_keeps_the_text(program: str) -> None:
    """Without its spans it is the program, made visible; there is nothing but spans in it."""
    lines = highlighted(program, "python").lines
    assert all(
        re.sub(r"<span class=\"[a-z0-9]+\">|</span>", "", each).count("<") == 0 for each in lines
    )
    found = [unescape(re.sub(r"</?span[^>]*>", "", each)) for each in lines]
    assert visible(program).removesuffix("\n").split("\n") == found


def test_tokens() -> None:
    """Keywords, strings and comments have classes; a string over lines is closed on each."""
    lines = highlighted('def f():\n    """a\n    b"""\n', "python").lines
    assert '<span class="k">def</span>' in lines[0]
    assert 3 == len(lines)
    assert all(each.count("<span") == each.count("</span>") for each in lines)


@pytest.mark.parametrize("language", ["c++", "javascript", "no such language", None])
def test_languages(language: str | None) -> None:
    """An unknown language is plain text."""
    assert "return" in "".join(highlighted("return 1;", language).lines)


def test_cuts() -> None:
    """Long texts are cut, and what is left out is counted."""
    long = plain("x" * (MOST_CHARACTERS + 5))
    assert (1, 5) == (len(long.lines), long.left_out)
    tall = plain("\n" * (MOST_LINES + 5))
    assert MOST_LINES >= len(tall.lines)
    assert 6 == tall.left_out
    assert 0 == plain("short").left_out
