"""Pages whose parts are made beside them, and the clock that what is made goes by."""

from __future__ import annotations

import time
from typing import Any

from fastapi.testclient import TestClient


class Clock:
    """A clock that the test turns."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def whole(visitor: TestClient, path: str) -> Any:
    """A page as soon as nothing in it is still being made."""
    for _ in range(1200):
        answer = visitor.get(path)
        if "data-waiting" not in answer.text:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{path} is never made")


def wait_for(visitor: TestClient, path: str, words: str) -> str:
    """The page as soon as it has the words: counts are made beside the pages."""
    for _ in range(1200):
        text: str = visitor.get(path).text
        if words in text:
            return text
        time.sleep(0.1)
    raise AssertionError(f"{path} never said {words!r}")
