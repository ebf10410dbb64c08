"""Results that follow something which changes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from passatk.errors import PassatkError
from passatk.web.following import Followed, Following

from .waiting import Clock


@pytest.fixture
def following(clock: Clock) -> Iterator[Following]:
    made = Following(2, clock)
    yield made
    made.close()


def after(gate: str, value: str) -> str:
    """The value, as soon as the gate is open."""
    while not Path(gate).exists():
        time.sleep(0.01)
    return value


def noted(path: str, value: str) -> str:
    """The value; each call leaves a line."""
    with Path(path).open("a") as lines:
        lines.write("called\n")
    if value == "bad":
        raise PassatkError("no such luck")
    return value


def settled(following: Following, state: str, gate: Path) -> Followed[str]:
    for _ in range(1200):
        found = following.of("run", state, after, str(gate), state)
        if found.current:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{state} is never made")


def test_the_last_one_stays_until_the_next(
    following: Following, clock: Clock, tmp_path: Path
) -> None:
    """And it says which state it is of."""
    gate = tmp_path / "open"
    assert Followed(None, None, False) == following.of("run", "s1", after, str(gate), "s1")
    gate.touch()
    assert Followed("s1", "s1", True) == settled(following, "s1", gate)
    gate.unlink()
    clock.now += 1000.0
    for _ in range(3):
        found = following.of("run", "s2", after, str(gate), "s2", patience=60)
        assert ("s1", "s1", False) == (found.made, found.state, found.current)
    gate.touch()
    assert "s2" == settled(following, "s2", gate).made


def test_a_rest_after_each(following: Following, clock: Clock, tmp_path: Path) -> None:
    """What has just been made is not made anew at once, however often it is asked for."""
    calls = tmp_path / "calls"
    assert "1" == following.of("run", "1", noted, str(calls), "1", patience=60).made
    for state in ("2", "3", "4"):
        assert "1" == following.of("run", state, noted, str(calls), state).made
    assert 1 == calls.read_text().count("called")
    clock.now += 1000.0
    while not (found := following.of("run", "4", noted, str(calls), "4")).current:
        assert "1" == found.made
    assert "4" == found.made
    assert 2 == calls.read_text().count("called")


def test_an_error_is_tried_again_later(following: Following, clock: Clock, tmp_path: Path) -> None:
    """Not at each look: what fails for want of memory would fail all the time."""
    calls = tmp_path / "calls"
    for _ in range(3):
        with pytest.raises(PassatkError, match="no such luck"):
            following.of("run", "1", noted, str(calls), "bad", patience=60)
    assert 1 == calls.read_text().count("called")
    clock.now += 1000.0
    assert "1" == following.of("run", "1", noted, str(calls), "1", patience=60).made


def test_subjects_are_apart(following: Following, tmp_path: Path) -> None:
    """Each has its own last result, and the oldest goes first."""
    calls = tmp_path / "calls"
    for name in ("a", "b", "c", "a"):
        assert name == following.of(name, "1", noted, str(calls), name, patience=60).made
    assert 4 == calls.read_text().count("called")
