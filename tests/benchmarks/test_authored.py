"""passatk's own TOML format, as a user writes a benchmark."""

from __future__ import annotations

import contextlib
import gzip
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passatk.benchmarks import load
from passatk.benchmarks.authored import read_table
from passatk.benchmarks.plain_data import MAX_DEPTH, parse_literal
from passatk.benchmarks.rows import Row
from passatk.errors import DataError
from passatk.records import (
    CallCase,
    CallTests,
    CodeCase,
    CodeTests,
    Comparison,
    Problem,
    Solution,
    StreamCase,
    StreamTests,
)

STDIO = """\
id = "a"
kind = "stdio"
prompt = "Print twice the number."
[tests]
visible = [["2", "4"]]
hidden = [["0\\n", "0\\n"]]
[[references]]
approach = "sum"
code = "n = int(input()); print(n + n)"
"""

CODE = """\
id = "b"
kind = "code"
entry_point = "Stack.push"
prompt = "class Stack:\\n"
[tests]
hidden = ["assert Stack().push(1) is None"]
[[references]]
approach = "list"
code = "class Stack(list):\\n    push = list.append"
"""


@pytest.fixture
def load_toml(tmp_path: Path):
    """Load a file with this text and return its problem."""

    def load_text(text: str) -> Problem:
        path = tmp_path / "problem.toml"
        path.write_text(text)
        (problem,) = load(path).problems.values()
        return problem

    return load_text


def test_function(load_toml, toml) -> None:
    """A function problem has literal arguments and results."""
    expected = Problem(
        id="numbers/double",
        prompt='def double(n: int) -> int:\n    """Twice n."""\n',
        tests=CallTests((CallCase((2,), 4, visible=True), CallCase((-1,), -2), CallCase((0,), 0))),
        entry_point="double",
        references=(Solution("addition", "def double(n): return n + n"),),
        wrong=(Solution("squares", "def double(n): return n * n"),),
        title="Double",
        category="numbers",
        difficulty="easy",
    )
    assert expected == load_toml(toml)


def test_stdio(load_toml) -> None:
    """A program has texts in and out, compared by tokens."""
    expected = StreamTests((StreamCase("2", "4", visible=True), StreamCase("0\n", "0\n")))
    assert expected == load_toml(STDIO).tests
    assert Comparison("tokens") == expected.comparison


def test_code(load_toml) -> None:
    """Tests as code refer to the program by name."""
    problem = load_toml(CODE)
    assert CodeTests(cases=(CodeCase("assert Stack().push(1) is None"),)) == problem.tests
    assert problem.entry_point == "Stack.push"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", ()),
        ("[1, 2], 3", ([1, 2], 3)),
        ("(1, 2)", ((1, 2),)),
        ("'a,b'", ("a,b",)),
        ("{1: {2, 3}}, b'x', set()", ({1: {2, 3}}, b"x", set())),
        ("-1.5, None, True", (-1.5, None, True)),
    ],
)
def test_arguments(load_toml, toml, arguments: str, expected: tuple[object, ...]) -> None:
    """An argument list is read as the call would be written."""
    problem = load_toml(toml.replace('[["2", "4"]]', f'[["{arguments}", "4"]]'))
    assert expected == problem.tests.cases[0].args


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        ('kind = "float"\nrelative = 1e-9\nabsolute = 1', Comparison("float", 1e-9, 1.0)),
        ('kind = "float"', Comparison("float")),
        ('kind = "exact"', Comparison("exact")),
        (
            'kind = "checker"\ncode = "def check(input, output, expected): return True"',
            Comparison("checker", code="def check(input, output, expected): return True"),
        ),
    ],
)
def test_comparison(load_toml, toml, comparison: str, expected: Comparison) -> None:
    """The comparison table says how results are held against each other."""
    text = toml.replace("[tests]", f"[comparison]\n{comparison}\n[tests]")
    assert expected == load_toml(text).tests.comparison


def test_when_a_problem_was_published(load_toml, toml) -> None:
    """A date of its own; none is no error."""
    assert None is load_toml(toml).date
    assert "2024-05-31" == load_toml('date = "2024-05-31"\n' + toml).date


def test_folder(tmp_path: Path, toml) -> None:
    """A folder is a benchmark: its files by path, whatever the folder's name."""
    folder = tmp_path / "mine"
    for name in ("b/x", "a/z", "a/y"):
        path = folder / f"{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(toml.replace("numbers/double", name))
    (folder / "README.md").write_text("not a problem")
    benchmark = load(folder)
    assert list(benchmark.problems) == ["a/y", "a/z", "b/x"]
    assert benchmark.name == "mine"


def test_compressed_file(tmp_path: Path, toml) -> None:
    """A compressed TOML file is one as well."""
    path = tmp_path / "x.toml.gz"
    path.write_bytes(gzip.compress(toml.encode()))
    assert list(load(path).problems) == ["numbers/double"]


def test_forced_format(tmp_path: Path, toml) -> None:
    """--format reads TOML under any name."""
    path = tmp_path / "problem"
    path.write_text(toml)
    assert list(load(path, format="passatk").problems) == ["numbers/double"]


def test_twice_the_same_id(tmp_path: Path, toml) -> None:
    """The second file with an id is the one that is named."""
    (tmp_path / "a.toml").write_text(toml)
    (tmp_path / "b.toml").write_text(toml)
    with pytest.raises(DataError, match=r"b.toml: a problem occurs twice"):
        load(tmp_path)


def test_folder_without_problems(tmp_path: Path) -> None:
    """An empty folder is no benchmark."""
    with pytest.raises(DataError, match="no problem in this folder"):
        load(tmp_path)


def test_folder_in_another_format(tmp_path: Path) -> None:
    """No other format comes as a folder."""
    with pytest.raises(DataError, match="a folder holds problems in passatk's own format"):
        load(tmp_path, format="apps")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "numbers/double"\n', "", r"missing\n  field: id"),
        ('id = "numbers/double"', "id = 3", r"wrong type\n  field: id"),
        ('title = "Double"', "titel = 'Double'", r"unknown key\n  field: titel"),
        ('difficulty = "easy"', 'difficulty = "Easy"', r"known value\n  field: difficulty"),
        ('title = "Double"', 'date = "31.5.2024"', r"not a date\n  field: date"),
        ('kind = "function"', 'kind = "method"', r"known value\n  field: kind"),
        ('kind = "function"', 'kind = "stdio"', r"no entry point\n  field: entry_point"),
        ('entry_point = "double"\n', "", r"missing\n  field: entry_point"),
        (
            'entry_point = "double"',
            'entry_point = "a b"',
            r"not a function.s name\n  field: entry_point",
        ),
        ("[tests]", "[test]", r"unknown key\n  field: test\n"),
        ("visible = ", "public = ", r"unknown key\n  field: tests.public"),
        ('[["2", "4"]]', '[["2"]]', r"not a pair of texts\n  field: tests.visible\[0\]"),
        ('[["2", "4"]]', "[[2, 4]]", r"not a pair of texts\n  field: tests.visible\[0\]"),
        ('["0", "0"]]', '["f(0)", "0"]]', r"not a Python literal.*\n  field: tests.hidden\[1\]"),
        ('["0", "0"]]', '["0", "1j"]]', r"complex is not plain data\n  field: tests.hidden\[1\]"),
        ('["0", "0"]]', '["0", "..."]]', r"ellipsis is not plain data"),
        ('["0", "0"]]', '["{[]: 1}", "0"]]', r"not a Python literal"),
        ('approach = "addition"\n', "", r"missing\n  field: references\[0\].approach"),
        ("[[references]]", "[[wrong]]", r"known to be right\n  field: references"),
        ('mistake = "squares"', 'approach = "x"', r"unknown key\n  field: wrong\[0\].approach"),
        ("[tests]", "[tests", r"not valid TOML"),
        ("[tests]", f"[x]\ny = 1{'0' * 5000}\n[tests]", r"not valid TOML: .*4300 digits"),
        (
            "[tests]",
            '[comparison]\nkind = "tokens"\n[tests]',
            r"known value\n  field: comparison.kind\n  expected: exact | float | checker",
        ),
        (
            "[tests]",
            '[comparison]\nkind = "exact"\nrelative = 0.1\n[tests]',
            r"only kind float has this key\n  field: comparison.relative",
        ),
        (
            "[tests]",
            '[comparison]\nkind = "float"\nrelative = -1\n[tests]',
            r"not a tolerance\n  field: comparison.relative",
        ),
        (
            "[tests]",
            '[comparison]\nkind = "float"\nabsolute = nan\n[tests]',
            r"not a tolerance\n  field: comparison.absolute",
        ),
        (
            "[tests]",
            '[comparison]\nkind = "checker"\n[tests]',
            r"missing\n  field: comparison.code",
        ),
        (
            "[tests]",
            '[comparison]\nkind = "checker"\ncode = "def chek(): ..."\n[tests]',
            r"no check function\n  field: comparison.code",
        ),
    ],
)
def test_strictness(load_toml, toml, old: str, new: str, message: str) -> None:
    """What the format does not say is an error at its key, never ignored."""
    assert old in toml
    with pytest.raises(DataError, match=rf"problem.toml: .*{message}"):
        load_toml(toml.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("assert Stack()", "assert Stack(", r"not Python.*\n  field: tests.hidden\[0\]"),
        ('["assert Stack().push(1) is None"]', '["# later"]', r"not a test"),
        ('["assert Stack().push(1) is None"]', "[]", r"there is no test"),
        ("[tests]", '[comparison]\nkind = "exact"\n[tests]', r"compare by themselves"),
    ],
)
def test_strictness_for_code(load_toml, old: str, new: str, message: str) -> None:
    """Tests in code are Python with something to run."""
    with pytest.raises(DataError, match=message):
        load_toml(CODE.replace(old, new))


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text()
        | st.binary(),
        lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_literals_survive(value: object) -> None:
    """Plain data written by repr reads back as it was, types included."""
    assert repr(value) == repr(parse_literal(repr(value)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_key_may_be_broken(toml, data) -> None:
    """Whatever stands at a key, the problem is read or the error says where it is wrong."""
    value = st.none() | st.integers() | st.floats() | st.text()
    values = st.recursive(
        value, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=6
    )
    table = tomllib.loads(data.draw(st.sampled_from([toml, STDIO, CODE])))
    tables = [table, table["tests"], table["references"][0], table.setdefault("comparison", {})]
    keys = ["kind", "prompt", "tests", "visible", "hidden", "code", "relative", "wrong", "id"]
    broken = data.draw(st.sampled_from(tables))
    broken[data.draw(st.sampled_from(keys))] = data.draw(values)
    with contextlib.suppress(DataError):
        assert isinstance(read_table(Row(table, Path("x.toml"))), Problem)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 5000])
def test_deep_nesting_is_refused(depth: int) -> None:
    """Nesting that could exhaust a stack is refused, not met with a crash."""
    parse_literal("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    with pytest.raises(ValueError, match=r"nested deeper|not a Python literal"):
        parse_literal("[" * depth + "]" * depth)
