"""Writing a file whole or not at all."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from passatk.errors import PassatkError


@contextmanager
def open_output(path: str | Path) -> Iterator[IO[bytes]]:
    """Open a file for writing bytes; it appears, or replaces the old one, when the block ends.

    The bytes go to a temporary file in the same folder. If the block raises, or the disk is full,
    that file is removed and what was at ``path`` stays. "-" is standard output, ``.gz`` compresses,
    and what is not a regular file (a pipe, /dev/null) is written to directly.

    Raises:
        PassatkError: the file cannot be written, for want of space or of permission.
    """
    if str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file():
            with open(target, "wb") as device:
                yield device
            return
        with _replacing(target) as stream, _packing(stream, target) as packed:
            yield packed
    except OSError as error:
        raise PassatkError(
            f"{path}: cannot be written: {error.strerror or error}\n"
            "  next: nothing was left behind; free space or choose another place"
        ) from error


@contextmanager
def _replacing(target: Path) -> Iterator[IO[bytes]]:
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _packing(stream: IO[bytes], target: Path) -> Iterator[IO[bytes]]:
    if target.suffix != ".gz":
        yield stream
        return
    # No name and no time inside: the same attempts give the same bytes.
    with gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0) as packed:
        yield cast(IO[bytes], packed)
