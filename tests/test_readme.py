"""The README does what it says: its commands print what stands below them."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from passatk.errors import IsolationError
from passatk.execution.sandbox import check_strict, interpreter

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_RUNNABLE = re.compile(
    r"^<!-- runnable -->\n```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL
)
_LINK = re.compile(r"\]\((?!https?://)([^)#]+)\)")


def comparable(text: str) -> str:
    """Text without what depends on the clock, the memory or the ends of lines."""
    measured = re.sub(r"\d+\.\d+ (s|MiB)$", r"... \1", text, flags=re.MULTILINE)
    return "\n".join(line.rstrip() for line in measured.strip().splitlines())


def test_commands_print_what_is_shown(tmp_path: Path) -> None:
    """Every block marked as runnable, one after the other in one folder; some show no output."""
    try:
        check_strict(interpreter())
    except IsolationError as error:
        pytest.skip(f"strict isolation does not work here: {error}")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    blocks = _RUNNABLE.findall(README)
    assert README.count("<!-- runnable -->") == len(blocks) > 0
    for commands, shown in blocks:
        done = subprocess.run(
            ["sh", "-e", "-c", commands],
            cwd=tmp_path,
            env={"PATH": path, "COLUMNS": "80"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert not shown or comparable(shown) == comparable(done.stdout)


def test_python_examples() -> None:
    """The interpreter answers as shown."""
    (example,) = re.findall(r"^```pycon\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    test = doctest.DocTestParser().get_doctest(example, {}, "README.md", None, None)
    assert doctest.TestResults(failed=0, attempted=4) == doctest.DocTestRunner().run(test)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    """Every link to a file of the project leads to one."""
    links = _LINK.findall(document.read_text())
    assert [] == [link for link in links if not (document.parent / link).exists()]
