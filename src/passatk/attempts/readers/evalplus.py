"""EvalPlus: JSON Lines where ``solution`` wins over ``completion``, a folder, and its results.

In the folder form ``DIR/HumanEval_0/3.py`` is attempt 3 of problem ``HumanEval/0``. Results
(``*eval_results.json``) hold ``base_status`` and ``plus_status``; an attempt passed if it passed
the base tests and, where they were run, the added ones. Format: evalplus/evalplus.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from passatk.attempts.entry import COMPLETION, SOLUTION, Entry
from passatk.attempts.fields import Fields
from passatk.attempts.imported import from_word, imported
from passatk.attempts.readers.human_eval import sample_entry
from passatk.attempts.source import Source
from passatk.errors import DataError
from passatk.files import open_text, read_json_lines
from passatk.records import Status, Verdict

WORDS = {
    "pass": Status.PASSED,
    "fail": Status.WRONG_ANSWER,
    "timeout": Status.TIME_LIMIT_EXCEEDED,
}


def detect_samples(source: Source) -> bool:
    if source.kind == "folder":
        return any(True for _ in _programs(source.path))
    return source.head_has("task_id", SOLUTION)


def samples(source: Source) -> Iterator[Entry]:
    if source.kind == "folder":
        yield from _folder(source)
        return
    for line, record in read_json_lines(source.path):
        only_completion = COMPLETION in record and SOLUTION not in record
        at = Fields(record, source.path, line)
        yield sample_entry(at, COMPLETION if only_completion else SOLUTION)


def detect_results(source: Source) -> bool:
    record = first_eval_record(source)
    return record is not None and "base_status" in record


def results(source: Source) -> Iterator[Entry]:
    for problem_id, record in eval_records(source):
        yield Entry(
            record,
            problem_id=problem_id,
            text=record.text(SOLUTION) if record.has(SOLUTION) else None,
            verdict=_verdict(record),
            extra=record.rest("task_id", SOLUTION),
        )


def eval_records(source: Source) -> Iterator[tuple[str, Fields]]:
    """Problem id and record for each attempt in the ``eval`` object of a results document."""
    by_problem = source.object().inner("eval")
    for problem_id in by_problem.values:
        for record in by_problem.records(problem_id):
            yield problem_id, record


def first_eval_record(source: Source) -> dict[str, Any] | None:
    """The first record in ``eval``; None where the file has not the shape of results."""
    if not source.head_has("eval") or not isinstance(source.head["eval"], dict):
        return None
    first = next(iter(source.head["eval"].values()), None)
    return first[0] if isinstance(first, list) and first and isinstance(first[0], dict) else None


def _verdict(record: Fields) -> Verdict:
    statuses = {"base": from_word(record, "base_status", WORDS)}
    if record.has("plus_status"):
        statuses["plus"] = from_word(record, "plus_status", WORDS)
    for tests, status in statuses.items():
        if status is not Status.PASSED:
            return imported(status, f"failed the {tests} tests")
    return imported(Status.PASSED)


def _folder(source: Source) -> Iterator[Entry]:
    problems = source.problems or {}
    ids = {problem_id.replace("/", "_"): problem_id for problem_id in problems}
    for program in _programs(source.path):
        at = Fields({}, program)
        if not program.stem.isdecimal():
            raise DataError(
                "the file name is not an attempt number",
                path=program,
                expected="0.py, 1.py, ...",
                found=program.name,
            )
        with open_text(program) as stream:
            text = stream.read()
        folder = program.parent.name
        yield Entry(
            at,
            problem_id=ids.get(folder, folder.replace("_", "/")),
            text=text,
            number=int(program.stem),
        )


def _programs(folder: Path) -> Iterator[Path]:
    """Programs in the folders of the problems, in generation order within each."""
    for problem in sorted(folder.iterdir()):
        if problem.is_dir() and not problem.name.startswith((".", "__")):
            yield from sorted(problem.glob("*.py"), key=lambda path: (len(path.stem), path.stem))
