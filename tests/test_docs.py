"""The pages on statistics and analyses: their code prints what stands below it; links lead on."""

import contextlib
import io
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
FOLDERS = [DOCS / "analysis", DOCS / "statistics"]
PAGES = [page for folder in FOLDERS for page in sorted(folder.glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([\w./-]+\.md)\)")

of_every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@of_every_page
def test_the_code_of_a_page_prints_what_the_page_shows(page: Path) -> None:
    """Blocks of a page run in order, in one namespace; a text block is the output of the last."""
    names: dict[str, object] = {"__name__": page.stem}
    printed = ""
    for match in BLOCK.finditer(page.read_text()):
        language, text = match[1], match[2]
        if language == "python":
            assert not printed, f"{page.name} does not show what it prints: {printed}"
            with contextlib.redirect_stdout(io.StringIO()) as output:
                exec(compile(text, page.name, "exec"), names)
            printed = output.getvalue()
        elif language == "text":
            assert text == printed
            printed = ""
    assert not printed, f"{page.name} does not show what it prints: {printed}"


@of_every_page
def test_links_lead_somewhere(page: Path) -> None:
    """To other pages of the documents."""
    links = LINK.findall(page.read_text())
    assert [] == [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_index_lists_every_page(folder: Path) -> None:
    """No page is hidden."""
    listed = set(LINK.findall((folder / "index.md").read_text()))
    assert set() == {page.name for page in folder.glob("*.md")} - listed - {"index.md"}
