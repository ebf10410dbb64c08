"""Configuration out of files that are not passatk's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from passatk.cli import configuration
from passatk.errors import DataError


@pytest.mark.parametrize("content", ["", "tool = 3\n", "[tool.other]\n", "[tool\n", "a = '\udcff'"])
def test_a_project_that_says_nothing_about_passatk(tmp_path: Path, content: str) -> None:
    """Whatever else is wrong with it is for its own tools to say."""
    path = tmp_path / "pyproject.toml"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert {} == configuration._tables(path)


@pytest.mark.parametrize("content", ["[tool]\npassatk = 'x'\n", "[tool]\npassatk = [1]\n"])
def test_a_project_whose_configuration_is_no_table(tmp_path: Path, content: str) -> None:
    """Refused, with the file and the place in it."""
    path = tmp_path / "pyproject.toml"
    path.write_text(content)
    with pytest.raises(DataError, match=r"pyproject.toml: .*\n  field: tool.passatk"):
        configuration._tables(path)
