"""Frames come out whole and in order; a hostile sender gets no further than a WireError."""

from __future__ import annotations

import socket
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.execution.inside import wire

_ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
MESSAGES = st.dictionaries(st.text(max_size=4), _ANY_JSON, max_size=4)


@given(st.lists(MESSAGES, max_size=4), st.integers(1, 7))
def test_frames_come_out_whole(messages: list[dict[str, Any]], step: int) -> None:
    """However the bytes trickle in, messages come out one by one and in order."""
    received, found = bytearray(), []
    data = b"".join(map(wire.frame, messages))
    for at in range(0, len(data), step):
        received += data[at : at + step]
        while (message := wire.take_frame(received)) is not None:
            found.append(message)
    assert (repr(messages), b"") == (repr(found), bytes(received))


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"1", b"{", b"\xff", b'{"a":1}x', b"[" * 100_000, b"null"]
)
def test_hostile_frames_are_refused(body: bytes) -> None:
    """A frame that holds no JSON object is a WireError."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack(">I", len(body)) + body)
        with pytest.raises(wire.WireError):
            wire.receive(ours)


def test_a_huge_frame_is_refused_before_it_is_read() -> None:
    """The size it announces is enough."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack(">I", wire.MAX_FRAME + 1))
        with pytest.raises(wire.TooLarge, match=str(wire.MAX_FRAME + 1)):
            wire.receive(ours)


@pytest.mark.parametrize("sent", [b"", b"\0\0", struct.pack(">I", 10) + b"{"])
def test_an_end_in_the_middle_is_an_end(sent: bytes) -> None:
    """A sender that dies within a frame has closed the connection."""
    ours, theirs = socket.socketpair()
    with ours:
        theirs.sendall(sent)
        theirs.close()
        with pytest.raises(wire.Closed):
            wire.receive(ours)


def test_sending_to_nobody_says_so() -> None:
    """The other side is gone: an error that is expected here, not a signal or an OSError."""
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours, pytest.raises(wire.Closed):
        wire.send(ours, {})
