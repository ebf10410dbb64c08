"""What judge and zygote say to each other: messages of fixed size, with descriptors beside them.

The zygote forks once per attempt, and every page of memory that it writes to after that is copied.
So it parses nothing and builds nothing: it unpacks a few numbers.
"""

from __future__ import annotations

import _socket
import os
import struct
from typing import Any, Mapping, NamedTuple, Sequence

from . import wire

STOP, HURRY = b"s", b"h"
_LIMITS = {b"-": None, b"c": "cpu", b"w": "wall"}
_START = struct.Struct("=?dddQQ")
_REPORT = struct.Struct("=ic?ddQQQ")
_DESCRIPTOR = struct.Struct("=i")
_SPACE = _socket.CMSG_SPACE(2 * _DESCRIPTOR.size)


class Report(NamedTuple):
    """How a fork ended: exit code or signal, the limit it ran into ("cpu", "wall"), what it used.

    ``confined`` tells whether it was behind the wall before it saw the program. Printed bytes are
    how much there is in the files of what it printed.
    """

    code: int | None
    signal: int
    limit: str | None
    confined: bool
    cpu_seconds: float
    wall_seconds: float
    peak_memory_bytes: int
    stdout_bytes: int
    stderr_bytes: int


def send_start(sock: _socket.socket, script: bool, limits: Mapping[str, Any], channel: int) -> None:
    """Judge: start an attempt, which talks over ``channel``.

    A script ends by itself; anything else ends when the judge says ``STOP``. Raises wire.Closed.
    """
    data = _START.pack(
        script,
        limits["cpu_seconds"],
        limits["load_seconds"],
        limits["wall_seconds"],
        limits["memory_bytes"],
        limits["output_bytes"],
    )
    _send(sock, data, [channel])


def say(sock: _socket.socket, word: bytes) -> None:
    """Judge: ``HURRY`` or ``STOP`` the attempt that was started. Raises wire.Closed."""
    try:
        sock.sendall(word)
    except OSError as error:
        raise wire.Closed("the other side is gone: %s" % error)


def receive_start(sock: _socket.socket) -> tuple[bool, float, float, float, int, int, int]:
    """Zygote: what ``send_start`` sent, in its order, with the descriptor last.

    Raises wire.Closed when the judge is gone.
    """
    data, rights = _receive(sock, _START.size)
    script, cpu, load, wall, memory, output = _START.unpack(data)
    (channel,) = _DESCRIPTOR.unpack(rights)
    return script, cpu, load, wall, memory, output, channel


def send_report(
    sock: _socket.socket,
    status: int,
    limit: bytes,
    confined: bool,
    used: tuple[float, float, int],
    printed: tuple[int, int],
    files: tuple[int, int],
) -> None:
    """Zygote: the fork has ended, with this wait status. ``limit`` is b"c", b"w" or b"-"; of
    ``files`` (standard output and error), those that are not empty go beside the report."""
    data = _REPORT.pack(status, limit, confined, *used, *printed)
    written = [file for file, size in zip(files, printed) if size] if printed != (0, 0) else []
    _send(sock, data, written)


def receive_report(sock: _socket.socket) -> tuple[Report, list[int]]:
    """Judge: the report, and the files of what was printed, those that are not empty."""
    data, rights = _receive(sock, _REPORT.size)
    status, limit, *others = _REPORT.unpack(data)
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
    files = [file for (file,) in _DESCRIPTOR.iter_unpack(rights)]
    return Report(code, os.WTERMSIG(status), _LIMITS[limit], *others), files


def _send(sock: _socket.socket, data: bytes, files: Sequence[int]) -> None:
    beside = []
    if files:
        rights = b"".join(map(_DESCRIPTOR.pack, files))
        beside = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)]
    try:
        sock.sendmsg([data], beside)  # smaller than what a socket takes at once
    except OSError as error:
        raise wire.Closed("the other side is gone: %s" % error)


def _receive(sock: _socket.socket, size: int) -> tuple[bytes, bytes]:
    """A message and the descriptors beside it, as the bytes that they are."""
    try:
        data, beside, _flags, _address = sock.recvmsg(size, _SPACE)
        if not data:
            raise wire.Closed("the other side closed the connection")
        if len(data) < size:
            data += wire.read_exactly(sock, size - len(data))
    except OSError as error:
        raise wire.Closed("the other side is gone: %s" % error)
    return data, beside[0][2] if beside else b""
