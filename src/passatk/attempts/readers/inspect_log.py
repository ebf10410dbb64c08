"""inspect_ai logs: ``.json``, or ``.eval``, a zip archive with one member a sample.

``epoch`` counts attempts from 1. Score values follow inspect_ai's own ``value_to_float``: C, I, P,
N, booleans, yes and no are results (P counts 0.5), numbers are graded. A sample that has no score
(NaN, null, or the sample ended in an error) is nobody's failure: it is a ``judge_error``.
Format: UKGovernmentBEIS/inspect_ai.
"""

from __future__ import annotations

import lzma
import math
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from passatk.attempts.entry import COMPLETION, Entry
from passatk.attempts.fields import Fields
from passatk.attempts.imported import binary, graded, imported
from passatk.attempts.source import Source
from passatk.errors import DataError, MissingExtra
from passatk.files import MAX_LINE_BYTES, parse_json
from passatk.records import Status, Verdict

_ZSTD = 93  # compression method of the zip format, known to zipfile from Python 3.14
_LOCAL_HEADER_BYTES = 30
# What zipfile and the decompressors raise for archives that no program wrote, or with a password.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(OSError, RuntimeError, ValueError, OverflowError),
)
_MEMBERS = ("samples/", ".json")


def detect(source: Source) -> bool:
    if source.kind == "zip":
        return zipfile.is_zipfile(source.path)
    return source.head_has("eval", "samples")


def entries(source: Source) -> Iterator[Entry]:
    for sample in _archived(source.path) if source.kind == "zip" else _listed(source):
        score = _score(sample, source.select)
        yield Entry(
            sample,
            problem_id=sample.identifier("id"),
            number=_epoch(sample) - 1,
            text=_answer(sample),
            text_field=COMPLETION,
            verdict=_verdict(sample, score),
        )


def _listed(source: Source) -> Iterator[Fields]:
    log = source.object()
    if not log.has("samples"):
        raise log.error(
            "the log has no samples",
            "samples",
            expected="a list of samples",
            hint="give the full log, not its header",
        )
    yield from log.records("samples")


def _archived(path: Path) -> Iterator[Fields]:
    start, end = _MEMBERS
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.filename.startswith(start) and member.filename.endswith(end):
                    data = _unpacked(archive, member, path)
                    yield Fields.of(_parsed(data, member, path), path, member.filename)
    except _DAMAGE as error:
        raise DataError(
            f"the archive is damaged: {error}", path=path, hint="fetch or write the file again"
        ) from error


def _parsed(data: bytes, member: zipfile.ZipInfo, path: Path) -> Any:
    try:
        return parse_json(data.decode())
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"a sample of the archive is not JSON: {error}", path=path, field=member.filename
        ) from error


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> bytes:
    if member.file_size > MAX_LINE_BYTES:
        raise DataError(
            "a sample is too large",
            path=path,
            field=member.filename,
            expected=f"at most {MAX_LINE_BYTES:,} bytes",
            found=f"{member.file_size:,} bytes",
        )
    try:
        return archive.read(member)
    except NotImplementedError:
        if member.compress_type != _ZSTD:
            raise DataError(
                "an unknown compression",
                path=path,
                field=member.filename,
                expected="stored, deflate or zstd",
                found=f"method {member.compress_type}",
            ) from None
    return _unzstd(path, member)


def _unzstd(path: Path, member: zipfile.ZipInfo) -> bytes:
    try:
        import zstandard
    except ImportError:
        raise MissingExtra(f"{path}: reading zstd", "zstd") from None
    with open(path, "rb") as stream:
        stream.seek(member.header_offset)
        header = stream.read(_LOCAL_HEADER_BYTES)
        name_bytes = int.from_bytes(header[26:28], "little")
        extra_bytes = int.from_bytes(header[28:30], "little")
        stream.seek(name_bytes + extra_bytes, 1)
        packed = stream.read(member.compress_size)
    try:
        data = zstandard.ZstdDecompressor().decompress(packed, max_output_size=member.file_size)
    except zstandard.ZstdError as error:
        raise zipfile.BadZipFile(f"{member.filename}: {error}") from error
    if zlib.crc32(data) != member.CRC:
        raise zipfile.BadZipFile(f"{member.filename}: wrong checksum")
    return data


def _epoch(sample: Fields) -> int:
    epoch = sample.count("epoch")
    if epoch == 0:
        raise sample.error("wrong value", "epoch", expected="an integer from 1", found="0")
    return epoch


def _score(sample: Fields, scorer: str | None) -> Fields | None:
    """The score of the scorer that is wanted; None where the sample was not scored."""
    if not sample.has("scores") or not sample.inner("scores").values:
        return None
    scores = sample.inner("scores")
    names = list(scores.values)
    if scorer is None and len(names) > 1:
        raise scores.error(
            "several scorers judged this sample",
            expected="one scorer, or a choice",
            found=", ".join(names),
            hint="select the scorer whose results are wanted",
        )
    if scorer is not None and scorer not in names:
        raise scores.error("no such scorer", expected=scorer, found=", ".join(names))
    return scores.inner(scorer or names[0])


def _verdict(sample: Fields, score: Fields | None) -> Verdict:
    if sample.has("error"):
        message = sample.inner("error").values.get("message", "")
        return imported(Status.JUDGE_ERROR, f"the sample ended in an error: {message}")
    value = None if score is None else score.values.get("value")
    if score is None or value is None or (isinstance(value, float) and math.isnan(value)):
        return imported(Status.JUDGE_ERROR, "not scored")
    detail = score.text("explanation") if score.has("explanation") else ""
    if isinstance(value, bool):
        return binary(value, detail)
    if isinstance(value, int | float):
        return graded(score.number("value"), detail)
    match value.lower() if isinstance(value, str) else None:
        case "c" | "yes" | "true":
            return binary(True, detail)
        case "i" | "n" | "no" | "false":
            return binary(False, detail)
        case "p":
            return graded(0.5, detail)
    raise score.error(
        "a value that is neither a result nor a number",
        "value",
        expected="C, I, P, N, yes, no, true, false or a number",
        found=repr(value),
        hint="give the log a scorer with one value a sample",
    )


def _answer(sample: Fields) -> str | None:
    """What the model answered, its parts of text joined; None where there is no output."""
    if not sample.has("output") or not sample.inner("output").has("choices"):
        return None
    choice: Fields | None = next(sample.inner("output").records("choices"), None)
    if choice is None:
        return None
    content: Any = choice.inner("message").values.get("content", "")
    if isinstance(content, str):
        return content
    parts = choice.inner("message").records("content")
    return "\n".join(part.text("text") for part in parts if part.has("text"))
