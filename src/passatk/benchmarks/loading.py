"""From a name, a file or a folder to a benchmark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from passatk.benchmarks import apps, authored, human_eval, livecodebench, mbpp, other_languages
from passatk.benchmarks.fingerprint import content_hash
from passatk.benchmarks.rows import Row, read_rows
from passatk.errors import DataError
from passatk.records import Benchmark, Problem

BUILTIN = "builtin"


@dataclass(frozen=True, slots=True)
class _RecordFormat:
    """A public format with one record a problem, told by the keys of its first record."""

    summary: str
    recognises: Callable[[Mapping[str, Any]], bool]
    read: Callable[[Row], Problem]


_RECORD_FORMATS = {
    "human-eval": _RecordFormat(
        "HumanEval and EvalPlus: prompt, entry_point, test",
        human_eval.recognises,
        human_eval.read,
    ),
    "mbpp": _RecordFormat(
        "MBPP, sanitized MBPP, MBPP+: code, test_list", mbpp.recognises, mbpp.read
    ),
    "livecodebench": _RecordFormat(
        "LiveCodeBench: public_test_cases, private_test_cases",
        livecodebench.recognises,
        livecodebench.read,
    ),
    "apps": _RecordFormat("APPS: question, input_output", apps.recognises, apps.read),
}
_REFUSED_FORMAT = _RecordFormat(
    "HumanEval-X, MultiPL-E: not judged", other_languages.recognises, other_languages.read
)
_AUTHORED = "passatk"


def names() -> list[str]:
    """The benchmarks that come with passatk."""
    return [BUILTIN]


def formats() -> dict[str, str]:
    """The names that ``load`` takes as ``format``, each with one line on what it is."""
    public = {name: known.summary for name, known in _RECORD_FORMATS.items()}
    return {_AUTHORED: "passatk's own: a TOML file a problem, or a folder of them", **public}


def load(source: str | Path, *, format: str | None = None) -> Benchmark:
    """Load a benchmark.

    Args:
        source: a name out of ``names()``, or the path of a file (plain, gzip or zstd; JSON Lines,
            a JSON list, or passatk's TOML) or of a folder of TOML files. A name comes before a
            path; ``./builtin`` is a path.
        format: a name out of ``formats()``, instead of telling the format by the content.

    Raises:
        DataError: there is no such benchmark, or what is there cannot be read whole: an unknown
            format, a missing field, an id that occurs twice. Says file, line and field.
        MissingExtra: the file is zstd and ``zstandard`` is not installed.
    """
    if format is not None and format not in formats():
        raise DataError("unknown format of problems", expected=" | ".join(formats()), found=format)
    if source in names():
        with resources.as_file(resources.files(__package__) / "builtin" / "problems") as folder:
            return _benchmark(BUILTIN, _read(folder, format))
    path = Path(source)
    if not path.exists():
        raise DataError(
            "no such benchmark",
            expected=f"a name ({', '.join(names())}) or the path of a problems file or folder",
            found=str(source),
        )
    return _benchmark(path.resolve().name.partition(".")[0], _read(path, format))


def _read(path: Path, format: str | None) -> Iterable[tuple[Row, Problem]]:
    if path.is_dir():
        if format not in (None, _AUTHORED):
            raise DataError(
                "a folder holds problems in passatk's own format",
                path=path,
                expected=f"format {_AUTHORED}, or a file",
                found=format,
            )
        return authored.read_folder(path)
    if format == _AUTHORED or (format is None and ".toml" in path.suffixes):
        return [authored.read_file(path)]
    return _read_records(path, None if format is None else _RECORD_FORMATS[format])


def _read_records(path: Path, known: _RecordFormat | None) -> Iterator[tuple[Row, Problem]]:
    for row in read_rows(path):
        known = known or _recognise(row)
        yield row, known.read(row)


def _recognise(first: Row) -> _RecordFormat:
    for known in (_REFUSED_FORMAT, *_RECORD_FORMATS.values()):
        if known.recognises(first.record):
            return known
    summaries = "; ".join(known.summary for known in _RECORD_FORMATS.values())
    raise first.error(
        "not a known format of problems",
        expected=summaries,
        found=f"the fields {sorted(first.record)}",
        hint="a samples file is no problems file; --format forces a format",
    )


def _benchmark(name: str, rows: Iterable[tuple[Row, Problem]]) -> Benchmark:
    problems: dict[str, Problem] = {}
    for row, problem in rows:
        if problem.id in problems:
            raise row.error("a problem occurs twice", expected="unique ids", found=problem.id)
        problems[problem.id] = problem
    return Benchmark(name, MappingProxyType(problems), content_hash(problems.values()))
