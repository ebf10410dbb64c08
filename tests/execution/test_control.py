"""What judge and zygote say to each other."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.execution.inside import control, wire
from passatk.execution.limits import Limits

LIMITS = Limits(cpu_seconds=0.1, wall_seconds=7.3, load_seconds=2.0)
USED = (0.25, 1.5, 10 << 20)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    judge, zygote = socket.socketpair()
    with judge, zygote:
        yield judge, zygote


@pytest.mark.parametrize("script", [True, False])
def test_a_start_arrives_with_its_channel(
    pair: tuple[socket.socket, socket.socket], script: bool
) -> None:
    """Mode and limits arrive as they were sent, and what is written to the channel comes out."""
    judge, zygote = pair
    ours, theirs = socket.socketpair()
    with ours, theirs:
        control.send_start(judge, script, LIMITS.to_dict(), theirs.fileno())
        *found, channel = control.receive_start(zygote)
        with socket.socket(fileno=channel) as crossed:
            crossed.sendall(b"across")
            assert b"across" == ours.recv(10)
    limits = LIMITS
    expected = [script, limits.cpu_seconds, limits.load_seconds, limits.wall_seconds]
    assert [*expected, limits.memory_bytes, limits.output_bytes] == found


@pytest.mark.parametrize("word", [control.STOP, control.HURRY])
def test_a_word_follows_a_start(pair: tuple[socket.socket, socket.socket], word: bytes) -> None:
    """A word that was sent right behind a start is not taken for a part of it."""
    judge, zygote = pair
    control.send_start(judge, False, LIMITS.to_dict(), judge.fileno())
    control.say(judge, word)
    os.close(control.receive_start(zygote)[-1])
    assert word == zygote.recv(16)


@pytest.mark.parametrize(
    ("printed", "expected"), [((0, 0), []), ((3, 0), ["out"]), ((0, 3), ["err"]), ((3, 3), None)]
)
def test_only_files_with_something_in_them_cross(
    pair: tuple[socket.socket, socket.socket],
    printed: tuple[int, int],
    expected: list[str] | None,
) -> None:
    """Standard output and error come in this order; an empty one does not come at all."""
    judge, zygote = pair
    files = tuple(os.memfd_create(name) for name in ("out", "err"))
    for file, name in zip(files, (b"out", b"err"), strict=True):
        os.write(file, name)
    control.send_report(zygote, 0, b"-", True, USED, printed, (files[0], files[1]))
    report, received = control.receive_report(judge)
    try:
        assert printed == (report.stdout_bytes, report.stderr_bytes)
        texts = [os.pread(file, 10, 0).decode() for file in received]
        assert (["out", "err"] if expected is None else expected) == texts
    finally:
        for file in (*files, *received):
            os.close(file)


@given(
    code=st.none() | st.integers(0, 255),
    signal=st.integers(1, 64),
    limit=st.sampled_from([(b"-", None), (b"c", "cpu"), (b"w", "wall")]),
    confined=st.booleans(),
    peak=st.integers(0, 2**63),
)
def test_a_report_arrives_as_it_was_sent(
    code: int | None, signal: int, limit: tuple[bytes, str | None], confined: bool, peak: int
) -> None:
    """Every field, also those that may be missing."""
    judge, zygote = socket.socketpair()
    with judge, zygote:
        used = (0.5, 2.25, peak)
        status = signal if code is None else code << 8  # as wait(2) has it
        control.send_report(zygote, status, limit[0], confined, used, (0, 0), (-1, -1))
        report, files = control.receive_report(judge)
    killed_by = signal if code is None else 0
    expected = control.Report(code, killed_by, limit[1], confined, *used, 0, 0)
    assert (expected, []) == (report, files)


@pytest.mark.parametrize("receive", [control.receive_start, control.receive_report])
def test_the_other_side_is_gone(pair: tuple[socket.socket, socket.socket], receive) -> None:
    """Nothing left to read, and in the middle of a message: an error that is expected here."""
    for sent in (b"", b"half"):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.sendall(sent)
            theirs.close()
            with pytest.raises(wire.Closed):
                receive(ours)


def test_nobody_to_talk_to(pair: tuple[socket.socket, socket.socket]) -> None:
    """Sending to a side that is gone is the same error, never a signal or an OSError."""
    judge, zygote = pair
    zygote.close()
    with pytest.raises(wire.Closed):
        control.say(judge, control.STOP)
    with pytest.raises(wire.Closed):
        control.send_start(judge, True, LIMITS.to_dict(), judge.fileno())
