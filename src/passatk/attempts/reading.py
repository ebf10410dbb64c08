"""From the entries of a file to attempts: held against the problems, numbered, assembled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from passatk.attempts.entry import Entry
from passatk.attempts.extract import Extract, assemble
from passatk.attempts.registry import choose
from passatk.attempts.source import look_at
from passatk.errors import DataError
from passatk.records import Attempt, Problem, Verdict


def read(
    path: str | Path,
    problems: Mapping[str, Problem],
    *,
    format: str | None = None,
    extract: Extract = "auto",
    select: str | None = None,
) -> Iterator[Attempt]:
    """Read the attempts that are to be judged from a file or folder, in its order.

    JSON Lines and tables are read record by record; memory does not grow with their programs.

    Args:
        path: a file (plain, gzip or zstd) or a folder.
        problems: the benchmark's problems by id, in its order.
        format: a name from ``formats()``; detected from the content when None.
        extract: how a program is made of what the model wrote, see ``assemble``.
        select: the model (table) or scorer (inspect) that is wanted, where a file has several.

    Returns:
        Attempts with 0-based numbers per problem: the file's own where it has them, else their
        order in the file.

    Raises:
        DataError: at once where the format cannot be told; while iterating for a record that is
            malformed, names an unknown problem, repeats an attempt or has no program. What was
            yielded before is then not to be kept.
        MissingExtra: the file needs a decompressor or Parquet reader that is not installed.
    """
    source = look_at(path, problems, select)
    entries = choose(source, format).entries(source)
    return (
        attempt for attempt, _ in _checked(entries, source.path, problems, extract, needs_text=True)
    )


def read_results(
    path: str | Path,
    problems: Mapping[str, Problem] | None,
    *,
    format: str | None = None,
    select: str | None = None,
) -> Iterator[tuple[Attempt, Verdict]]:
    """Read results that were judged elsewhere: attempts with verdicts of ``trust="imported"``.

    Without problems (None) no id is checked, and the program of a completion is the completion
    alone. An attempt whose program the file does not keep has an empty one. Arguments and errors
    otherwise as for ``read``.
    """
    source = look_at(path, problems, select)
    entries = choose(source, format).entries(source)
    return _with_verdicts(_checked(entries, source.path, problems, "auto", needs_text=False))


def _with_verdicts(
    checked: Iterator[tuple[Attempt, Entry]],
) -> Iterator[tuple[Attempt, Verdict]]:
    for attempt, entry in checked:
        if entry.verdict is None:
            raise entry.at.error(
                "the attempt has no result",
                expected="a result for every attempt",
                hint="to judge the attempts, evaluate the file instead of importing it",
            )
        yield attempt, entry.verdict


def _checked(
    entries: Iterator[Entry],
    path: Path,
    problems: Mapping[str, Problem] | None,
    extract: Extract,
    *,
    needs_text: bool,
) -> Iterator[tuple[Attempt, Entry]]:
    """Attempts with their entries; ``needs_text``: each must have what the model wrote."""
    numbering = _Numbering()
    for entry in entries:
        if needs_text and entry.text is None:
            raise entry.at.error(
                "the attempt has no program",
                expected="what the model wrote, for every attempt",
                hint="results without programs can be imported, not judged",
            )
        problem = None if problems is None else _problem(entry, problems)
        yield (
            Attempt(
                problem_id=entry.problem_id,
                number=numbering.number(entry),
                program=_program(entry, problem, extract),
                text=entry.text or "",
                text_field=entry.text_field,
                chain=entry.chain,
                step=entry.step,
                extra=entry.extra,
            ),
            entry,
        )
    if numbering.is_empty:
        raise DataError("there is no attempt in it", path=path, expected="at least one attempt")


def _problem(entry: Entry, problems: Mapping[str, Problem]) -> Problem:
    if entry.problem_id in problems:
        return problems[entry.problem_id]
    example = next(iter(problems), "none")
    raise entry.at.error(
        "unknown problem id",
        expected=f"an id of the benchmark's {len(problems)} problems, such as {example}",
        found=entry.problem_id,
        hint="give the benchmark that the attempts were made for",
    )


def _program(entry: Entry, problem: Problem | None, extract: Extract) -> str:
    if entry.program is not None:
        return entry.program
    if entry.text is None or problem is None:
        return entry.text or ""
    return assemble(problem, entry.text, field=entry.text_field, extract=extract)


class _Numbering:
    """Numbers attempts per problem, by order or as the file does, but not both in one file."""

    def __init__(self) -> None:
        self._next: defaultdict[str, int] = defaultdict(int)
        self._seen: defaultdict[str, set[int]] = defaultdict(set)

    @property
    def is_empty(self) -> bool:
        return not self._next and not self._seen

    def number(self, entry: Entry) -> int:
        if (entry.number is None and self._seen) or (entry.number is not None and self._next):
            raise entry.at.error(
                "only some attempts have a number of their own",
                expected="a number for every attempt of the file, or for none",
            )
        if entry.number is None:
            self._next[entry.problem_id] += 1
            return self._next[entry.problem_id] - 1
        if entry.number in self._seen[entry.problem_id]:
            raise entry.at.error(
                "the same attempt twice",
                expected="one record for each problem and attempt",
                found=f"attempt {entry.number} of {entry.problem_id} again",
            )
        self._seen[entry.problem_id].add(entry.number)
        return entry.number
