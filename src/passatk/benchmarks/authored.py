"""passatk's own format: one TOML file a problem, in a folder or alone.

The built-in benchmark is written in it, and so are users' own:

    id = "numbers/double"               # unique in the benchmark
    kind = "function"                   # function | stdio | code
    entry_point = "double"              # function and code: what is called, or Class.method
    prompt = '''...'''                   # Python that a completion continues; stdio: a statement
    title, category, difficulty         # optional; easy | medium | hard
    cluster = "doubling"                # optional; related problems, which are not independent
    date = "2024-05-31"                 # optional; when it was published

    [comparison]                        # optional; function: exact, stdio: tokens
    kind = "float"                      # exact | tokens | float | checker
    relative = 1e-9                     # float only, as is absolute
    code = '''def check(input, output, expected) -> bool: ...'''    # checker only

    [tests]                             # at least one in all
    visible = [["2", "4"]]              # function: [arguments, result] as Python literals
    hidden = [["-1", "-2"]]             # stdio: [input, output]; code: one text a test

    [[references]]                      # at least one
    approach = "addition"
    code = '''...'''

    [[wrong]]                           # solutions that the tests have to reject
    mistake = "squares"
    code = '''...'''

Everything is checked: an unknown key is an error, and so is a problem without a reference.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from passatk.benchmarks.plain_data import parse_literal
from passatk.benchmarks.rows import Row
from passatk.errors import DataError
from passatk.files import open_text
from passatk.records import (
    CallCase,
    CallTests,
    CodeCase,
    CodeTests,
    Comparison,
    Difficulty,
    Problem,
    Solution,
    StreamCase,
    StreamTests,
    Tests,
)

_Rule = Literal["exact", "tokens", "float", "checker"]

_COMPARISONS: dict[str, tuple[_Rule, ...]] = {
    "function": ("exact", "float", "checker"),
    "stdio": ("tokens", "exact", "float", "checker"),
}
"""What a kind of problem may be compared by; the first is the default."""

_KEYS = {
    *("id", "title", "category", "difficulty", "cluster", "kind", "entry_point", "prompt"),
    *("date", "comparison", "tests", "references", "wrong"),
}


def read_folder(folder: Path) -> Iterator[tuple[Row, Problem]]:
    """The problems of a folder and the folders in it, by path.

    Raises:
        DataError: there is no ``.toml`` file, or one of them is wrong.
    """
    paths = sorted(folder.rglob("*.toml"), key=lambda path: path.relative_to(folder).parts)
    if not paths:
        raise DataError(
            "no problem in this folder", path=folder, expected=".toml files, one a problem"
        )
    for path in paths:
        yield read_file(path)


def read_file(path: Path) -> tuple[Row, Problem]:
    """The one problem that a TOML file states, and where it stands.

    Raises:
        DataError: the file is no TOML, or what it says is incomplete or wrong.
    """
    with open_text(path) as stream:
        text = stream.read()
    try:
        row = Row(tomllib.loads(text), path)
    except (ValueError, RecursionError) as error:  # also a number of too many digits
        raise DataError(f"not valid TOML: {error}", path=path) from error
    return row, read_table(row)


def read_table(row: Row) -> Problem:
    """The problem that a table, read from TOML, states.

    Raises:
        DataError: what it says is incomplete or wrong.
    """
    _only(row, _KEYS)
    kind = _choice(row, "kind", ("function", "stdio", "code"))
    if kind == "stdio" and "entry_point" in row.record:
        raise row.error(
            "a program has no entry point", "entry_point", expected="no such key for kind stdio"
        )
    return Problem(
        id=row.text("id"),
        prompt=row.text("prompt"),
        tests=_tests(row, kind),
        entry_point=None if kind == "stdio" else row.callable_name("entry_point"),
        references=_solutions(row, "references", "approach", required=True),
        wrong=_solutions(row, "wrong", "mistake"),
        title=row.text_or_none("title"),
        category=row.text_or_none("category"),
        difficulty=_choice(row, "difficulty", get_args(Difficulty), optional=True),
        cluster=row.text_or_none("cluster"),
        date=_date(row),
    )


def _date(row: Row) -> str | None:
    text = row.text_or_none("date")
    if text is not None:
        try:
            date.fromisoformat(text)
        except ValueError:
            raise row.error("not a date", "date", expected="2024-05-31", found=repr(text)) from None
    return text


def _tests(row: Row, kind: str) -> Tests:
    table = _table(row, "tests", {"visible", "hidden"})
    texts = [(*case, True) for case in _items(table, "visible")]
    texts += [(*case, False) for case in _items(table, "hidden")]
    if not texts:
        raise row.error("there is no test", "tests", expected="visible or hidden tests")
    if kind == "code":
        if "comparison" in row.record:
            raise row.error(
                "tests in code compare by themselves",
                "comparison",
                expected="no such table for kind code",
            )
        cases = (CodeCase(_code(table, where, code), seen) for where, code, seen in texts)
        return CodeTests(cases=tuple(cases))
    comparison = _comparison(row, _COMPARISONS[kind])
    if kind == "function":
        calls = (_call_case(table, where, pair, seen) for where, pair, seen in texts)
        return CallTests(tuple(calls), comparison)
    streams = (StreamCase(*_pair(table, where, pair), seen) for where, pair, seen in texts)
    return StreamTests(tuple(streams), comparison)


def _items(table: Row, field: str) -> Iterator[tuple[str, Any]]:
    """Each test with its place, such as ``hidden[3]``."""
    if field in table.record:
        for position, item in enumerate(table.value(field, list, "a list of tests")):
            yield f"{field}[{position}]", item


def _code(table: Row, where: str, item: object) -> str:
    if not isinstance(item, str) or not table.python(item, where).body:
        raise table.error("not a test", where, expected="Python with an assert", found=repr(item))
    return item


def _pair(table: Row, where: str, item: object) -> tuple[str, str]:
    if not isinstance(item, list) or [type(part) for part in item] != [str, str]:
        raise table.error(
            "not a pair of texts", where, expected="[input, output]", found=repr(item)
        )
    return item[0], item[1]


def _call_case(table: Row, where: str, item: object, visible: bool) -> CallCase:
    args, result = _pair(table, where, item)
    try:
        return CallCase(
            parse_literal(f"({args},)") if args.strip() else (), parse_literal(result), visible
        )
    except ValueError as error:
        raise table.error(
            str(error), where, expected="[arguments, result], as Python literals", found=item
        ) from error


def _comparison(row: Row, kinds: tuple[_Rule, ...]) -> Comparison:
    if "comparison" not in row.record:
        return Comparison(kinds[0])
    table = _table(row, "comparison", {"kind", "relative", "absolute", "code"})
    kind = _choice(table, "kind", kinds)
    for field, owner in (("relative", "float"), ("absolute", "float"), ("code", "checker")):
        if field in table.record and kind != owner:
            raise table.error(f"only kind {owner} has this key", field, found=f"kind {kind}")
    return Comparison(
        kind,
        relative=_tolerance(table, "relative"),
        absolute=_tolerance(table, "absolute"),
        code=_checker(table) if kind == "checker" else None,
    )


def _checker(table: Row) -> str:
    code = table.text("code")
    names = [getattr(node, "name", None) for node in table.python(code, "code").body]
    if "check" not in names:
        raise table.error(
            "the checker has no check function",
            "code",
            expected="def check(input, output, expected) -> bool",
            found=code,
        )
    return code


def _tolerance(table: Row, field: str) -> float:
    if field not in table.record:
        return 0.0
    value = table.value(field, (int, float), "a number")
    if not 0 <= value <= sys.float_info.max:
        raise table.error("not a tolerance", field, expected="a number >= 0", found=value)
    return float(value)


def _solutions(row: Row, field: str, label: str, *, required: bool = False) -> tuple[Solution, ...]:
    items = row.value(field, list, "a list of tables") if field in row.record else []
    if required and not items:
        raise row.error(
            "the problem has no solution that is known to be right",
            field,
            expected=f"at least one [[{field}]] with {label} and code",
            hint="a problem that nothing is known to solve cannot be trusted",
        )
    solutions = []
    for position, item in enumerate(items):
        solution = _within(row, f"{field}[{position}]", item, {label, "code"})
        solutions.append(Solution(solution.text(label), solution.text("code")))
    return tuple(solutions)


def _table(row: Row, field: str, keys: set[str]) -> Row:
    return _within(row, field, row.value(field, dict, "a table"), keys)


def _within(row: Row, where: str, table: object, keys: set[str]) -> Row:
    if not isinstance(table, dict):
        raise row.error("not a table", where, expected=f"keys {sorted(keys)}", found=repr(table))
    inner = row.inside(where, table)
    _only(inner, keys)
    return inner


def _only(row: Row, keys: set[str]) -> None:
    for key in row.record:
        if key not in keys:
            raise row.error("unknown key", key, expected=f"one of {sorted(keys)}", found=key)


def _choice(row: Row, field: str, choices: tuple[str, ...], *, optional: bool = False) -> Any:
    if optional and field not in row.record:
        return None
    value = row.text(field)
    if value not in choices:
        raise row.error("not a known value", field, expected=" | ".join(choices), found=value)
    return value
