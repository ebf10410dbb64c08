"""The pages on diversity and selection: every code block runs, and prints what stands below it."""

import contextlib
import io
import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[3] / "docs" / "analysis"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["diversity", "selection"])
def test_the_code_of_a_page_prints_what_the_page_shows(name: str) -> None:
    """Blocks of a page run in order, in one namespace; a text block is the output of the last."""
    names: dict[str, object] = {"__name__": name}
    printed = ""
    blocks = BLOCK.findall((PAGES / f"{name}.md").read_text())
    assert len(blocks) >= 2
    for language, text in blocks:
        if language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as output:
                exec(compile(text, name, "exec"), names)
            printed = output.getvalue()
        else:
            assert text == printed
