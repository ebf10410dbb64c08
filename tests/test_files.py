"""passatk.files: what a user's file may look like, and what is said when it is broken."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk import files
from passatk.errors import DataError, MissingExtra
from passatk.files import open_text, read_json, read_json_lines

JSON_OBJECTS = st.dictionaries(
    st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers())
)


def read_text(path: Path) -> str:
    with open_text(path) as stream:
        return stream.read()


READERS = pytest.mark.parametrize(
    "read",
    [lambda path: list(read_json_lines(path)), read_json, read_text],
    ids=["lines", "json", "text"],
)


@given(records=st.lists(JSON_OBJECTS, min_size=1), zipped=st.booleans())
def test_lines_come_back_as_written(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, object]], zipped: bool
) -> None:
    """Objects survive writing and reading, compressed or not, with their line numbers."""
    path = tmp_path_factory.getbasetemp() / "records.jsonl"
    data = "".join(json.dumps(record) + "\n" for record in records).encode()
    path.write_bytes(gzip.compress(data) if zipped else data)
    assert list(enumerate(records, 1)) == list(read_json_lines(path))


def test_content_tells_compression(tmp_path: Path) -> None:
    """A gzip file is read as such under any name."""
    path = tmp_path / "no-suffix"
    path.write_bytes(gzip.compress(b'{"a": 1}'))
    assert read_json(path) == {"a": 1}


def test_blank_lines_count_but_do_not_matter(tmp_path: Path) -> None:
    """Line numbers are those an editor shows."""
    path = tmp_path / "x.jsonl"
    path.write_text('\n{"a": 1}\r\n\n  \n{"a": 2}')
    assert list(read_json_lines(path)) == [(2, {"a": 1}), (5, {"a": 2})]


@READERS
def test_byte_order_mark_is_dropped(tmp_path: Path, read) -> None:
    """Files that an editor marked as UTF-8 read like any other."""
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert read(path) in ([(1, {"a": 1})], {"a": 1}, '{"a": 1}')


def test_text_keeps_line_ends(tmp_path: Path) -> None:
    """A CSV reader sees the line ends of the file."""
    path = tmp_path / "x.csv"
    path.write_bytes(b'a,b\r\n1,"x\ny"\r\n')
    assert read_text(path) == 'a,b\r\n1,"x\ny"\r\n'


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b'{"a": 1}\n{"a": 2', 2, "not valid JSON"),
        (b'{"a": 1}\n\n[1]\n', 3, "not a JSON object"),
        (b'{"a": 1}\n{"a": "\xff"}\n', 2, "not UTF-8 text"),
        (b'{"a": ' + b"[" * 20_000, 1, "cannot be read"),
        (b'{"a": ' + b"9" * 5_000 + b"}", 1, "cannot be read"),
    ],
    ids=["cut short", "no object", "not UTF-8", "too deep", "number too long"],
)
def test_bad_line_is_named(tmp_path: Path, content: bytes, line: int, message: str) -> None:
    """The error says which line of which file is wrong, and how."""
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    with pytest.raises(DataError, match=re.escape(f"{path}:{line}: ") + f".*{message}") as caught:
        list(read_json_lines(path))
    assert line == caught.value.line


@READERS
@pytest.mark.parametrize(
    "content",
    [b"\x7fELF\x02\x01\x01\0\0\0", '{"a": 1}'.encode("utf-16"), b'{"a": "\0"}', b"\xff\xff\xff"],
    ids=["program", "UTF-16", "NUL", "noise"],
)
def test_binary_files_are_refused(tmp_path: Path, read, content: bytes) -> None:
    """No reader takes bytes that are not UTF-8 text."""
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(DataError, match="not UTF-8 text"):
        read(path)


@pytest.mark.parametrize(
    "content", [b"", b"\n \n", gzip.compress(b"")], ids=["nothing", "blank lines", "zipped nothing"]
)
@pytest.mark.parametrize("read", [lambda path: list(read_json_lines(path)), read_json])
def test_empty_file_is_an_error(tmp_path: Path, read, content: bytes) -> None:
    """A file without a record is a mistake, not a result of zero records."""
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(DataError, match="the file is empty"):
        read(path)


@READERS
def test_damaged_gzip(tmp_path: Path, read) -> None:
    """A download that broke off is said to be damaged."""
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b'{"a": 1}\n' * 1000)[:-12])
    with pytest.raises(DataError, match="damaged or cut short"):
        read(path)


@READERS
@pytest.mark.parametrize("name", ["missing", "."])
def test_what_is_no_file(tmp_path: Path, read, name: str) -> None:
    """A missing file and a folder are named."""
    with pytest.raises(DataError, match=r"cannot be read: (No such file|Is a directory)"):
        read(tmp_path / name)


@READERS
def test_pipes_are_refused(tmp_path: Path, read) -> None:
    """What can be read only once is refused at once, without waiting for who writes to it."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="found: a pipe"):
        read(tmp_path / "pipe")


@READERS
def test_a_file_that_stops_giving(read) -> None:
    """Where a disk or a network folder fails while it is read, the file is named."""
    with pytest.raises(DataError, match="/proc/self/mem: cannot be read: Input/output error"):
        read(Path("/proc/self/mem"))


@pytest.mark.parametrize("record", ['{"a": 1, "b": 2, "a": 3}', '{"x": [{"a": 1, "a": 1}]}'])
def test_one_name_twice(tmp_path: Path, record: str) -> None:
    """Which of the two would hold is left open by JSON: refused, with the line."""
    path = tmp_path / "x.jsonl"
    path.write_text('{"a": 1}\n' + record)
    with pytest.raises(DataError, match=r"x.jsonl:2: .*the name 'a' twice"):
        list(read_json_lines(path))


def test_endless_line_is_refused(tmp_path: Path) -> None:
    """A line beyond the bound is refused by its number, without being read to its end."""
    path = tmp_path / "x.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(b'{"a": 1}\n{"b": "')
        for _ in range(66):
            stream.write(b"x" * 2**20)
    lines = read_json_lines(path)
    assert next(lines) == (1, {"a": 1})
    with pytest.raises(DataError, match=":2: the line is too long"):
        next(lines)


def test_endless_document_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small compressed file that unfolds beyond the bound is refused."""
    monkeypatch.setattr(files, "MAX_DOCUMENT_BYTES", 1000)
    path = tmp_path / "x.json"
    path.write_bytes(gzip.compress(b"[" + b" " * 1000 + b"]"))
    with pytest.raises(DataError, match="too large"):
        read_json(path)


@pytest.fixture
def zstd_file(tmp_path: Path) -> Path:
    program = shutil.which("zstd")
    if program is None:
        pytest.skip("the zstd program is not installed")
    path = tmp_path / "x.zst"
    subprocess.run([program, "-q", "-o", path], input=b'{"a": 1}\n{"a": 2}\n', check=True)
    return path


@READERS
def test_zstd_without_its_extra(zstd_file: Path, monkeypatch: pytest.MonkeyPatch, read) -> None:
    """Where zstandard is missing, the error says what to install."""
    monkeypatch.setitem(__import__("sys").modules, "zstandard", None)
    with pytest.raises(MissingExtra, match=re.escape("passatk[zstd]")):
        read(zstd_file)


def test_zstd(zstd_file: Path) -> None:
    """zstd files read like any other, also when several frames follow each other."""
    pytest.importorskip("zstandard", reason="needs the extra zstd")
    frame = zstd_file.read_bytes()
    zstd_file.write_bytes(frame + frame)
    assert [record["a"] for _, record in read_json_lines(zstd_file)] == [1, 2, 1, 2]


def test_damaged_zstd(zstd_file: Path) -> None:
    """A zstd file with a broken frame is said to be damaged."""
    pytest.importorskip("zstandard", reason="needs the extra zstd")
    zstd_file.write_bytes(zstd_file.read_bytes()[:4] + b"\xff" * 50)
    with pytest.raises(DataError, match="damaged or cut short"):
        list(read_json_lines(zstd_file))
