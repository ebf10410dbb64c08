"""The pages on analyses: every code block runs, and prints what stands below it."""

import contextlib
import io
import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "docs" / "analysis"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([\w./-]+\.md)\)")


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_the_code_of_a_page_prints_what_the_page_shows(page: Path) -> None:
    """Blocks of a page run in order, in one namespace; a text block is the output of the last."""
    names: dict[str, object] = {"__name__": page.stem}
    printed = ""
    for match in BLOCK.finditer(page.read_text()):
        language, text = match[1], match[2]
        if language == "python":
            assert "" == printed
            with contextlib.redirect_stdout(io.StringIO()) as output:
                exec(compile(text, page.name, "exec"), names)
            printed = output.getvalue()
        elif language == "text":
            assert text == printed
            printed = ""
    assert "" == printed


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    """To other pages of the documents."""
    links = LINK.findall(page.read_text())
    assert [] == [link for link in links if not (page.parent / link).exists()]


def test_the_index_lists_every_page() -> None:
    """No page is hidden."""
    listed = set(LINK.findall((PAGES / "index.md").read_text()))
    assert set() == {page.name for page in PAGES.glob("*.md")} - listed - {"index.md"}
