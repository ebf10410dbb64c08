"""Reading text and JSON that users bring along: plain, gzip or zstd, told apart by content.

Whatever keeps a file from being read as what it should be is a ``DataError`` that names the file
and, where there is one, the line.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, TextIO, cast

from passatk.errors import DataError, MissingExtra

MAX_LINE_BYTES = 64 * 2**20
"""A longer line is refused: no record of a samples or problems file comes near it."""
MAX_DOCUMENT_BYTES = 2**30
"""A larger JSON document is refused: it has to be held in memory, and a small compressed file
can unfold into an endless one."""

_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_BOM = b"\xef\xbb\xbf"


@contextmanager
def open_text(path: str | Path) -> Iterator[TextIO]:
    """Open a plain, gzip or zstd file as UTF-8 text (a byte order mark is dropped).

    Line ends come through as they stand in the file, as ``csv`` wants them.

    Raises:
        DataError: there is no such file, or, while the block reads from it, the file turns out
            to be damaged or not UTF-8 text.
        MissingExtra: the file is zstd and ``zstandard`` is not installed.
    """
    with _open_bytes(path) as stream:
        yield io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")


def read_json_lines(path: str | Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield ``(line number from 1, object)`` for each line of a JSON Lines file; blank lines skip.

    One line is held at a time.

    Raises:
        DataError: as ``open_text``; or a line is not one JSON object, or exceeds
            ``MAX_LINE_BYTES``; or there is no object at all.
        MissingExtra: the file is zstd and ``zstandard`` is not installed.
    """
    empty = True
    with _open_bytes(path) as stream:
        for number, line in enumerate(_bounded_lines(path, stream), start=1):
            text = _decode(line.removeprefix(_BOM) if number == 1 else line, path, number)
            if not text.strip():
                continue
            empty = False
            record = _parse_json(text, path, number)
            if not isinstance(record, dict):
                raise DataError(
                    "not a JSON object",
                    path=path,
                    line=number,
                    expected="one JSON object a line, {...}",
                    found=text,
                )
            yield number, record
    if empty:
        raise _empty(path)


def read_json(path: str | Path) -> Any:
    """Return the one JSON document that a file holds.

    Raises:
        DataError: as ``open_text``; or the file is empty, is not JSON, or exceeds
            ``MAX_DOCUMENT_BYTES`` when unpacked.
        MissingExtra: the file is zstd and ``zstandard`` is not installed.
    """
    with _open_bytes(path) as stream:
        data = stream.read(MAX_DOCUMENT_BYTES + 1)
    if len(data) > MAX_DOCUMENT_BYTES:
        raise DataError(
            "the document is too large",
            path=path,
            expected=f"at most {MAX_DOCUMENT_BYTES:,} bytes when unpacked",
            hint="use the JSON Lines form of the file, which is read line by line",
        )
    text = _decode(data.removeprefix(_BOM), path, None)
    if not text.strip():
        raise _empty(path)
    return _parse_json(text, path, None)


@contextmanager
def open_bytes(path: str | Path) -> Iterator[io.BufferedReader]:
    """Open a file as it stands, for who tells its kind by its first bytes.

    Raises:
        DataError: there is no such file, or it is a pipe or a device (files are read more than
            once, and opening a pipe would wait for a writer), or, while the block reads from it,
            reading fails.
    """
    try:
        mode = os.stat(path).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise DataError(
                "not a regular file",
                path=path,
                expected="a file, which can be read more than once",
                found="a pipe" if stat.S_ISFIFO(mode) else "a device or socket",
                hint="write what it gives to a file first",
            )
        with open(path, "rb") as stream:
            yield stream
    except OSError as error:
        raise DataError(
            f"cannot be read: {error.strerror or error}", path=path, expected="a file"
        ) from error


class _NoNul(io.BufferedReader):
    """Refuses NUL bytes, which are legal UTF-8 but only binary files have them."""

    def read1(self, size: int = -1, /) -> bytes:
        return self._checked(super().read1(size))

    def read(self, size: int | None = -1, /) -> bytes:
        return self._checked(super().read(size))

    def readline(self, size: int | None = -1, /) -> bytes:
        return self._checked(super().readline(size))

    def _checked(self, data: bytes) -> bytes:
        if b"\0" in data:
            at = data.index(b"\0")
            raise UnicodeDecodeError("utf-8", data, at, at + 1, "NUL byte")
        return data


@contextmanager
def _open_bytes(path: str | Path) -> Iterator[io.BufferedReader]:
    """The unpacked bytes of a file; what goes wrong on the way becomes a ``DataError``."""
    with ExitStack() as stack:
        raw = stack.enter_context(open_bytes(path))
        unpacked, damage = _unpack(raw)
        stream = stack.enter_context(_NoNul(cast(io.RawIOBase, unpacked)))
        try:
            yield stream
        except UnicodeDecodeError as error:
            raise _not_text(path, None, error) from error
        except damage as error:
            raise DataError(
                f"the compressed file is damaged or cut short: {error}",
                path=path,
                hint="fetch or write the file again",
            ) from error


def _unpack(raw: io.BufferedReader) -> tuple[IO[bytes], tuple[type[Exception], ...]]:
    """The stream of unpacked bytes, and the errors that tell of a damaged file."""
    start = raw.peek(len(_ZSTD_MAGIC))
    if start.startswith(_GZIP_MAGIC):
        unzipped = cast(IO[bytes], gzip.GzipFile(fileobj=raw))
        return unzipped, (EOFError, zlib.error, gzip.BadGzipFile)
    if start.startswith(_ZSTD_MAGIC):
        try:
            import zstandard
        except ImportError:
            raise MissingExtra(f"{raw.name}: reading zstd", "zstd") from None
        reader = zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
        return cast(IO[bytes], reader), (zstandard.ZstdError,)
    return raw, ()


def _bounded_lines(path: str | Path, stream: io.BufferedReader) -> Iterator[bytes]:
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            raise DataError(
                "the line is too long",
                path=path,
                line=number,
                expected=f"at most {MAX_LINE_BYTES:,} bytes",
                found=line[:200].decode("utf-8", "replace") + "...",
                hint="JSON Lines has one object a line; check how the file was written",
            )
        yield line


def _decode(data: bytes, path: str | Path, line: int | None) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_text(path, line, error) from error


def parse_json(text: str) -> Any:
    """The JSON value of a text, in which no object may have one name twice.

    JSON leaves open which of the two would hold, so that it would depend on the reader what is
    judged.

    Raises:
        ValueError: the text is not JSON, or has such an object.
        RecursionError: it is nested too deep.
    """
    return json.loads(text, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object has the name {twice[:50]!r} twice")
    return result


def _parse_json(text: str, path: str | Path, line: int | None) -> Any:
    try:
        return parse_json(text)
    except json.JSONDecodeError as error:
        raise DataError(
            f"not valid JSON: {error.msg} at column {error.colno}",
            path=path,
            line=line or error.lineno,
            found=text[max(error.pos - 30, 0) : error.pos + 30],
            hint="the file may have been cut short while it was written",
        ) from error
    except (RecursionError, ValueError) as error:
        raise DataError(f"JSON that cannot be read: {error}", path=path, line=line) from error


def _not_text(path: str | Path, line: int | None, error: UnicodeDecodeError) -> DataError:
    return DataError(
        f"not UTF-8 text ({error.reason})",
        path=path,
        line=line,
        expected="UTF-8 text, plain or compressed with gzip or zstd",
        found=repr(error.object[error.start : error.start + 16]),
    )


def _empty(path: str | Path) -> DataError:
    return DataError("the file is empty", path=path, expected="at least one record", found="none")
