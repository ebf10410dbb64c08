"""The pages on integrity: every code block runs, and prints what stands below it."""

import contextlib
import io
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[3] / "docs" / "analysis"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://)([^)#]+)\)")


@pytest.mark.parametrize("name", ["integrity", "validation"])
def test_the_code_of_a_page_prints_what_the_page_shows(name: str) -> None:
    """Blocks of a page run in order, in one namespace; a text block is the output of the last."""
    names: dict[str, object] = {"__name__": name}
    printed = ""
    for language, text in BLOCK.findall((DOCS / f"{name}.md").read_text()):
        if language == "python":
            assert not printed
            with contextlib.redirect_stdout(io.StringIO()) as output:
                exec(compile(text, name, "exec"), names)
            printed = output.getvalue()
        elif language == "text":
            assert text == printed
            printed = ""
    assert not printed


@pytest.mark.parametrize("name", ["integrity", "validation"])
def test_links_lead_somewhere(name: str) -> None:
    """To files of the project."""
    links = LINK.findall((DOCS / f"{name}.md").read_text())
    assert [] == [link for link in links if not (DOCS / link).exists()]
