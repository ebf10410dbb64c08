"""One worker for all attacks: what one leaves behind, the next would find."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from passatk.errors import NoBubblewrap, NoUserNamespaces

from . import harness


@pytest.fixture(scope="session")
def arena() -> Iterator[harness.Arena]:
    try:
        with harness.arena() as ready:
            yield ready
    except (NoBubblewrap, NoUserNamespaces) as error:
        pytest.skip(f"strict isolation is not to be had here: {error}")
