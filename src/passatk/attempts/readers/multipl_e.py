"""MultiPL-E: one ``<problem>.results.json[.gz]`` a problem, or a folder of them.

Format: nuprl/MultiPL-E, evaluation/src.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from passatk.attempts.entry import Entry
from passatk.attempts.fields import Fields
from passatk.attempts.imported import from_word, imported, last_line
from passatk.attempts.source import Source
from passatk.files import read_json
from passatk.records import Status

_WORDS = {
    "OK": Status.PASSED,
    "Exception": Status.RUNTIME_ERROR,
    "SyntaxError": Status.SYNTAX_ERROR,
    "Timeout": Status.TIME_LIMIT_EXCEEDED,
}


_SUFFIXES = (".results.json", ".results.json.gz")


def detect(source: Source) -> bool:
    if source.kind == "folder":
        return bool(_files(source.path))
    return source.head_has("name", "language", "results")


def entries(source: Source) -> Iterator[Entry]:
    if source.kind == "folder":
        for path in _files(source.path):
            yield from _problem(Fields.of(read_json(path), path))
    else:
        yield from _problem(source.object())


def _problem(problem: Fields) -> Iterator[Entry]:
    told = {"language": problem.text("language")} if problem.has("language") else {}
    for result in problem.records("results"):
        status = from_word(result, "status", _WORDS)
        error = result.text("stderr") if result.has("stderr") else ""
        output = result.text("stdout") if result.has("stdout") else ""
        yield Entry(
            result,
            problem_id=problem.text("name"),
            text=result.text("program"),
            verdict=imported(status, last_line(error), output=output),
            extra={**told, **result.rest("program", dropped=("stdout", "stderr", "status"))},
        )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name.endswith(_SUFFIXES))
