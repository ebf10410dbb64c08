"""One pool for all tests that only want programs judged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from passatk.errors import NoBubblewrap, NoUserNamespaces
from passatk.execution.pool import Pool, Settings
from passatk.execution.sandbox import interpreter


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    try:
        with Pool(Settings(interpreter(), workers=2)) as ready:
            yield ready
    except (NoBubblewrap, NoUserNamespaces) as error:
        pytest.skip(f"strict isolation is not to be had here: {error}")
