"""What judge and zygote say to each other: messages of fixed size, with descriptors beside them.

The zygote forks once per attempt, and every page of memory that it writes to after that is copied.
So it parses nothing and builds nothing: it unpacks a few numbers.
"""

from __future__ import annotations

import _socket
import struct
from typing import Any, Mapping, NamedTuple, Sequence

from . import wire

STOP, HURRY = b"s", b"h"
_NO_CODE = -1
_LIMITS = {b"-": None, b"c": "cpu", b"w": "wall"}
_START = struct.Struct("=?dddQQ")
_REPORT = struct.Struct("=iic?ddQQQ")
_DESCRIPTORS = struct.Struct("=2i")
_SPACE = _socket.CMSG_SPACE(_DESCRIPTORS.size)


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
    data, (channel,) = _receive(sock, _START.size)
    script, cpu, load, wall, memory, output = _START.unpack(data)
    return script, cpu, load, wall, memory, output, channel


def send_report(
    sock: _socket.socket,
    code: int | None,
    signal: int,
    limit: bytes,
    confined: bool,
    used: tuple[float, float, int],
    printed: tuple[int, int],
    files: tuple[int, int],
) -> None:
    """Zygote: the fork has ended. ``limit`` is b"c", b"w" or b"-"; of ``files`` (standard output
    and error), those that are not empty go beside the report."""
    code = _NO_CODE if code is None else code
    data = _REPORT.pack(code, signal, limit, confined, *used, *printed)
    _send(sock, data, [file for file, size in zip(files, printed) if size])


def receive_report(sock: _socket.socket) -> tuple[Report, list[int]]:
    """Judge: the report, and the files of what was printed, those that are not empty."""
    data, files = _receive(sock, _REPORT.size)
    code, signal, limit, *others = _REPORT.unpack(data)
    return Report(None if code == _NO_CODE else code, signal, _LIMITS[limit], *others), files


def _send(sock: _socket.socket, data: bytes, files: Sequence[int]) -> None:
    rights = struct.pack("=%di" % len(files), *files)
    beside = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)] if files else []
    try:
        sock.sendmsg([data], beside)  # smaller than what a socket takes at once
    except OSError as error:
        raise wire.Closed("the other side is gone: %s" % error)


def _receive(sock: _socket.socket, size: int) -> tuple[bytes, list[int]]:
    try:
        data, beside, _flags, _address = sock.recvmsg(size, _SPACE)
        if not data:
            raise wire.Closed("the other side closed the connection")
        if len(data) < size:
            data += wire.read_exactly(sock, size - len(data))
    except OSError as error:
        raise wire.Closed("the other side is gone: %s" % error)
    files = []
    for _level, _kind, rights in beside:
        files += [each for (each,) in struct.iter_unpack("=i", rights)]
    return data, files
