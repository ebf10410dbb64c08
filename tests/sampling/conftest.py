from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from passatk.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "passatk.db") as opened:
        yield opened
