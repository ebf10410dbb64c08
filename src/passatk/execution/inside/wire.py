"""Frames between pool, judge and program.

A frame is a 4-byte big-endian length and that many bytes of JSON: a message. Values inside messages
travel as texts of their own (``plain``).
"""

from __future__ import annotations

import _socket
import json
import json.encoder
import json.scanner
import struct
from typing import Any, Callable

MAX_FRAME = 16 << 20
RECENT_PROBLEMS = 4  # how many problems a judge keeps; pool and judge forget the same ones

_length = len  # a program may put something else in its place
_HEADER = struct.Struct(">I")


class WireError(Exception):
    """A frame is malformed or too large, or the other side is gone."""


class Closed(WireError):
    """The other side closed its end."""


class TooLarge(WireError):
    """A frame is larger than the receiver accepts."""


# ``to_json`` and ``reader`` are the innards of json.dumps and json.loads without the Python around
# them, which costs more than they do: in a fork, the pages of every function that runs are copied.


def _writer() -> Callable[[Any], str]:
    plain = json.JSONEncoder(separators=(",", ":"), check_circular=False)
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # an interpreter without the C accelerator of json
        return plain.encode
    ascii_text = json.encoder.encode_basestring_ascii
    write = make(None, plain.default, ascii_text, None, ":", ",", False, False, True)
    return lambda value: "".join(write(value, 0))


def reader(**options: Any) -> Callable[[str], Any]:
    """What reads one JSON value, with these options of JSONDecoder; it raises ValueError."""
    decoder: Any = json.JSONDecoder(**options)
    scan: Any = json.scanner.make_scanner(decoder)

    def read(text: str) -> Any:
        try:
            value, end = scan(text, 0)
        except StopIteration:
            end = -1
        if end != _length(text):
            raise ValueError("not one JSON value")
        return value

    return read


to_json = _writer()
_from_json = reader()


def frame(message: dict[str, Any]) -> bytes:
    """A message as the bytes that travel."""
    body = to_json(message).encode("ascii")
    return _HEADER.pack(_length(body)) + body


def take_frame(received: bytearray) -> dict[str, Any] | None:
    """Take the first whole message off what was received, or None while it is incomplete."""
    if len(received) < 4:
        return None
    (size,) = _HEADER.unpack(received[:4])
    if len(received) < 4 + size:
        return None
    body = bytes(received[4 : 4 + size])
    del received[: 4 + size]
    return parse(body)


def parse(body: bytes) -> dict[str, Any]:
    """The message in a frame's body: a JSON object; its fields are as the sender chose them."""
    try:
        message = _from_json(body.decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise WireError("malformed message: %s" % type(error).__name__)
    if type(message) is not dict:
        raise WireError("malformed message: not an object")
    return message


def read_exactly(sock: _socket.socket, size: int) -> bytes:
    chunk = sock.recv(size)
    if _length(chunk) == size:
        return chunk
    chunks = []
    while True:
        if not chunk:
            raise Closed("the other side closed the connection")
        chunks.append(chunk)
        size -= _length(chunk)
        if not size:
            return b"".join(chunks)
        chunk = sock.recv(min(size, 1 << 20))


def send(sock: _socket.socket, message: dict[str, Any]) -> None:
    """Send one message. Raises Closed."""
    data = frame(message)
    try:
        sock.sendall(data)
    except OSError as error:
        raise Closed("the other side is gone: %s" % error)


def receive(sock: _socket.socket, limit: int = MAX_FRAME) -> dict[str, Any]:
    """Receive one message of at most ``limit`` bytes. Raises Closed, TooLarge, WireError."""
    try:
        (size,) = _HEADER.unpack(read_exactly(sock, 4))
        if size > limit:
            raise TooLarge("a message of %d bytes; at most %d are taken" % (size, limit))
        return parse(read_exactly(sock, size))
    except OSError as error:
        raise Closed("the other side is gone: %s" % error)
