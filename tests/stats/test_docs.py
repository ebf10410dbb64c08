"""The pages on statistics: every code block runs, and prints what stands below it."""

import contextlib
import io
import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "docs" / "statistics"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([\w-]+\.md)\)")


def blocks(page: Path) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in BLOCK.finditer(page.read_text())]


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_the_code_of_a_page_prints_what_the_page_shows(page: Path) -> None:
    """Blocks of a page run in order, in one namespace; a text block is the output of the last."""
    names: dict[str, object] = {"__name__": page.stem}
    printed = ""
    for language, text in blocks(page):
        if language == "python":
            assert not printed, f"{page.name} does not show what it prints: {printed}"
            with contextlib.redirect_stdout(io.StringIO()) as output:
                exec(compile(text, page.name, "exec"), names)
            printed = output.getvalue()
        elif language == "text":
            assert text == printed
            printed = ""
    assert not printed, f"{page.name} does not show what it prints: {printed}"


def test_the_index_lists_every_page() -> None:
    """And no page that is not there."""
    listed = LINK.findall((PAGES / "index.md").read_text())
    assert sorted(page.name for page in PAGES.glob("*.md") if page.stem != "index") == sorted(
        set(listed)
    )
