"""Files of every format, damaged byte by byte: each is read, or refused by an error in words."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passatk.attempts import formats, read, read_results
from passatk.errors import DataError, MissingExtra
from passatk.records import Problem

_SAMPLE = {
    "id": "Demo/0",
    "epoch": 1,
    "scores": {"s": {"value": "C", "explanation": "because"}},
    "output": {"choices": [{"message": {"content": [{"type": "text", "text": "x"}]}}]},
}


def _lines(*records: dict[str, Any]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def _parquet() -> bytes:
    pyarrow = pytest.importorskip("pyarrow", reason="needs the extra parquet")
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra parquet")
    columns = {"task_id": ["Demo/0", "Demo/1"], "attempt": [0, 0], "passed": [True, False]}
    buffer = io.BytesIO()
    parquet.write_table(pyarrow.table(columns | {"code": ["x", "y"]}), buffer)
    return buffer.getvalue()


def _archive(compression: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.writestr("header.json", "{}")
        archive.writestr("samples/Demo_epoch_1.json", json.dumps(_SAMPLE))
    return buffer.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "human-eval": lambda: _lines(
        {"task_id": "Demo/0", "completion": "    return 1", "completion_id": 0},
        {"task_id": "Demo/1", "completion": "```python\nx = 1\n```", "completion_id": 0},
    ),
    "results": lambda: _lines(
        {"task_id": "Demo/0", "completion": "", "result": "failed: x", "passed": False}
    ),
    "CSV": lambda: (
        b'task_id,attempt,passed,code,model,chain\nDemo/0,0,true,"x\ny",m,0\nDemo/1,0,0,z,m,1\n'
    ),
    "own table": lambda: _lines(
        {"task_id": "Demo/0", "attempt": 0, "status": "passed", "trust": "apart", "code": "x"}
    ),
    "LiveCodeBench": lambda: json.dumps(
        [{"question_id": "Demo/0", "code_list": ["a"], "graded_list": [True], "metadata": ["{}"]}]
    ).encode(),
    "Parquet": _parquet,
    "inspect, stored": lambda: _archive(zipfile.ZIP_STORED),
    "inspect, deflated": lambda: _archive(zipfile.ZIP_DEFLATED),
}
_AT = st.floats(0, 1, exclude_max=True)
_DAMAGE = st.one_of(
    st.tuples(st.just("cut"), _AT, st.just(b"")),
    st.tuples(st.just("put in"), _AT, st.sampled_from([b"\0", b"\xff", b"\n", b'"', b"{", b","])),
    st.tuples(st.just("write over"), _AT, st.binary(min_size=1, max_size=4)),
    st.tuples(st.just("in front"), _AT, st.sampled_from([b"\xef\xbb\xbf", b"\xff\xfe", b"\n\r\n"])),
    st.tuples(st.just("twice"), _AT, st.just(b"")),
)


def damaged(data: bytes, damage: tuple[str, float, bytes]) -> bytes:
    """The bytes with one damage done to them."""
    way, share, with_bytes = damage
    at = int(share * len(data))
    match way:
        case "cut":
            return data[:at]
        case "put in":
            return data[:at] + with_bytes + data[at:]
        case "write over":
            return data[:at] + with_bytes + data[at + len(with_bytes) :]
        case "in front":
            return with_bytes + data
    return data + data[at:]


@pytest.mark.parametrize("name", FILES)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(
    damages=st.lists(_DAMAGE, min_size=1, max_size=3),
    packed=st.none() | _DAMAGE,
    format=st.sampled_from([None, None, *formats()]),
)
def test_no_damage_gives_anything_but_an_error_in_words(
    problems: dict[str, Problem],
    tmp_path: Path,
    name: str,
    damages: list[tuple[str, float, bytes]],
    packed: tuple[str, float, bytes] | None,
    format: str | None,
) -> None:
    """Also where the file was packed first, and whatever format it is taken for."""
    data = FILES[name]()
    for damage in damages:
        data = damaged(data, damage)
    path = tmp_path / "samples"
    path.write_bytes(data if packed is None else damaged(gzip.compress(data), packed))
    for reader in (read, read_results):
        with contextlib.suppress(DataError, MissingExtra):
            list(reader(path, problems, format=format))


def test_a_damaged_page_of_parquet_is_named(problems: dict[str, Problem], tmp_path: Path) -> None:
    """Arrow tells of it as if the disk had failed."""
    data = bytearray(_parquet())
    data[4:12] = b"\xff" * 8
    path = tmp_path / "results.parquet"
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"results.parquet: not a readable Parquet file"):
        list(read_results(path, problems))
