"""The page on sampling does what it says: its commands run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from .command import COMMAND, Passatk

PAGE = Path(__file__).parents[2] / "docs" / "generation.md"
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split("\n")[0][:50])
def test_commands_of_the_page(passatk: Passatk, block: str) -> None:
    """Each block runs in an empty folder, with no network and no model."""
    environment = passatk.environment(PATH=f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}")
    done = subprocess.run(
        ["sh", "-e", "-c", block],
        cwd=passatk.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr


def test_the_page_has_commands() -> None:
    """The blocks were found."""
    assert len(BLOCKS) >= 6
