"""benchmarks.load: names, paths, formats, and what the hash covers."""

from __future__ import annotations

import contextlib
import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passatk.benchmarks import formats, load, names
from passatk.benchmarks.fingerprint import content_hash
from passatk.errors import DataError
from passatk.records import CallCase, CallTests, CodeTests, Problem, Solution, Trust

HUMAN_EVAL = Path(__file__).parents[3] / "shared/data/humaneval/HumanEval.jsonl.gz"
HUMAN_EVAL_X = HUMAN_EVAL.parents[1] / "humaneval_x/humaneval_js_even.jsonl.gz"
needs_data = pytest.mark.skipif(not HUMAN_EVAL.exists(), reason="needs ../shared/data")


def test_builtin_ids_equal_their_paths() -> None:
    """The built-in benchmark loads by name, in order, each problem with references and category."""
    benchmark = load("builtin")
    assert benchmark.name == "builtin"
    assert names() == ["builtin"]
    assert sorted(benchmark.problems) == list(benchmark.problems)
    for id_, problem in benchmark.problems.items():
        assert id_ == problem.id
        assert id_.split("/")[0] == problem.category
        assert problem.references
        assert problem.wrong


@needs_data
def test_human_eval() -> None:
    """The file of openai/human-eval is 164 problems whose references continue their prompts."""
    benchmark = load(HUMAN_EVAL)
    assert len(benchmark) == 164
    assert benchmark.name == "HumanEval"
    assert [f"HumanEval/{number}" for number in range(164)] == list(benchmark.problems)
    first = benchmark.problems["HumanEval/0"]
    assert first.entry_point == "has_close_elements"
    assert first.references[0].code.startswith(first.prompt)


@needs_data
def test_other_languages_are_refused() -> None:
    """HumanEval-X is recognised and the language is named."""
    with pytest.raises(DataError, match=r"judges Python only[\s\S]*found: JavaScript"):
        load(HUMAN_EVAL_X)


def test_other_languages_of_multipl_e(write_lines) -> None:
    """MultiPL-E is recognised by its own fields."""
    record = {"name": "HumanEval_0_f", "language": "lua", "prompt": "", "tests": "", "x": []}
    with pytest.raises(DataError, match=r"judges Python only[\s\S]*found: lua"):
        load(write_lines(record))


def test_unknown_name() -> None:
    """A name that is none says which there are, and that a path works too."""
    with pytest.raises(DataError, match=r"no such benchmark[\s\S]*builtin[\s\S]*path"):
        load("HumanEvil")


def test_unknown_format(write_lines, human_eval) -> None:
    """A format that is none says which there are."""
    with pytest.raises(DataError, match=r"unknown format[\s\S]*human-eval \| mbpp"):
        load(write_lines(human_eval), format="humaneval")


def test_formats_have_one_line_each() -> None:
    """The command line's help can list the formats."""
    assert list(formats()) == ["passatk", "human-eval", "mbpp", "livecodebench", "apps"]
    assert all("\n" not in summary for summary in formats().values())


@pytest.mark.parametrize("name", ["human_eval", "mbpp", "livecodebench", "apps"])
def test_content_tells_the_format(tmp_path: Path, request, name: str) -> None:
    """JSON Lines, gzip and a JSON list of the same record are the same benchmark."""
    record = request.getfixturevalue(name)
    text = json.dumps(record)
    (tmp_path / "a").write_text(text)
    (tmp_path / "b").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "c").write_text(json.dumps([record], indent=2))
    expected = load(tmp_path / "a", format=name.replace("_", "-"))
    for path in "abc":
        assert expected.problems == load(tmp_path / path).problems
        assert expected.hash == load(tmp_path / path).hash


def test_forced_format(write_lines, mbpp) -> None:
    """A forced format reads by its own fields, whatever the content looks like."""
    with pytest.raises(DataError, match=r"problems.jsonl:1: a field is missing\n  field: prompt"):
        load(write_lines(mbpp), format="human-eval")


def test_samples_are_no_problems(write_lines) -> None:
    """The common mix-up of samples and problems is named."""
    with pytest.raises(DataError, match=r"not a known format[\s\S]*a samples file"):
        load(write_lines({"task_id": "HumanEval/0", "completion": "    return 1"}))


def test_mixed_formats(write_lines, human_eval, mbpp) -> None:
    """A file whose second line is of another format fails at that line."""
    with pytest.raises(DataError, match=r"problems.jsonl:2: a field is missing"):
        load(write_lines(human_eval, mbpp))


@pytest.mark.parametrize("name", ["human_eval", "mbpp", "livecodebench", "apps"])
def test_twice_the_same_id(write_lines, request, name: str) -> None:
    """An id that occurs twice is an error in every format, at the second line."""
    record = request.getfixturevalue(name)
    with pytest.raises(DataError, match=r"problems.jsonl:2: a problem occurs twice"):
        load(write_lines(record, record))


def test_place_in_a_json_list(tmp_path: Path, human_eval) -> None:
    """In a JSON list the place is an index, as jq writes it."""
    path = tmp_path / "x.json"
    path.write_text(json.dumps([human_eval, human_eval | {"task_id": "b", "test": 7}]))
    with pytest.raises(DataError, match=r"field: \[1\]\.test\n  expected: a text\n  found: 7"):
        load(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        ("[]", "the list is empty"),
        ("[1]", "not a JSON object"),
        ("task_id,passed\n", "not a problems file"),
        ('{"task_id": "a"', "not valid JSON"),
    ],
)
def test_what_is_no_problems_file(tmp_path: Path, content: str, message: str) -> None:
    """Broken files are told apart."""
    path = tmp_path / "x.jsonl"
    path.write_text(content)
    with pytest.raises(DataError, match=message):
        load(path)


def test_hash_ignores_the_order_of_keys(write_lines, human_eval) -> None:
    """Writing a record's fields in another order leaves the hash alone."""
    backwards = dict(reversed(human_eval.items()))
    assert load(write_lines(human_eval)).hash == load(write_lines(backwards)).hash


DOUBLE = Problem(
    "a", "def f(n):", CallTests((CallCase((1,), 2),)), "f", (Solution("x", "y"),), title="T"
)


@pytest.mark.parametrize(
    "changed",
    [
        replace(DOUBLE, id="b"),
        replace(DOUBLE, prompt="def f(m):"),
        replace(DOUBLE, entry_point="g"),
        replace(DOUBLE, trust=Trust.SHARED_PROCESS),
        replace(DOUBLE, language="cpp"),
        replace(DOUBLE, tests=CodeTests("x")),
        replace(DOUBLE, tests=CallTests((CallCase((1,), 2.0),))),
        replace(DOUBLE, tests=CallTests((CallCase(([1],), 2),))),
        replace(DOUBLE, tests=CallTests((CallCase(((1,),), 2),))),
        replace(DOUBLE, tests=CallTests((CallCase((1,), 2), CallCase((2,), 4)))),
        replace(DOUBLE, tests=CallTests((CallCase((1,), {"a": 1, "b": 2}),))),
        replace(DOUBLE, tests=CallTests((CallCase((1,), {"b": 2, "a": 1}),))),
        replace(DOUBLE, tests=CallTests((CallCase((1,), {"dict": [["a", {"int": "0x1"}]]}),))),
        replace(DOUBLE, tests=CallTests((CallCase((1,), {"a": 1}),))),
    ],
)
def test_hash_covers_what_can_change_a_verdict(changed: Problem) -> None:
    """Whatever the judge sees changes the hash, down to the type of a value."""
    assert content_hash([DOUBLE]) != content_hash([changed])


def test_hash_leaves_out_what_cannot() -> None:
    """Reference solutions, titles and labels are not part of the hash."""
    bare = replace(DOUBLE, references=(), title=None, category="c", difficulty="hard", cluster="k")
    assert content_hash([DOUBLE]) == content_hash([bare])


def test_order_of_problems_counts() -> None:
    """The same problems in another order are another benchmark."""
    other = replace(DOUBLE, id="b")
    assert content_hash([DOUBLE, other]) != content_hash([other, DOUBLE])


def test_hash_is_pinned() -> None:
    """The hash of stored runs stays comparable: it may change only with intent."""
    expected = "df22c9fabc7a9428fbb190daadb78b953fcd581cd3475355c615df817d7c367c"
    assert expected == content_hash([DOUBLE])


def hash_of_value(value: object) -> str:
    return content_hash([replace(DOUBLE, tests=CallTests((CallCase((), value),)))])


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@pytest.mark.parametrize("name", ["human_eval", "mbpp", "livecodebench", "functional", "apps"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data(), value=JSON | JSON.map(json.dumps))
def test_any_field_may_be_broken(write_lines, request, name: str, data, value: object) -> None:
    """Whatever stands in a field, the record loads or the error says where it is wrong."""
    record = request.getfixturevalue(name)
    field = data.draw(st.sampled_from(sorted(record)))
    with contextlib.suppress(DataError):
        assert len(load(write_lines(record | {field: value}))) == 1


@given(PLAIN, PLAIN)
def test_different_values_hash_differently(one: object, other: object) -> None:
    """Two values share a hash only when they are written alike."""
    assert (repr(one) == repr(other)) == (hash_of_value(one) == hash_of_value(other))


@given(st.data(), st.lists(st.text() | st.integers(), unique=True))
def test_sets_hash_alike_in_any_order(data: st.DataObject, items: list[object]) -> None:
    """The order in which a set was filled leaves the hash alone."""
    shuffled = data.draw(st.permutations(items))
    assert hash_of_value(set(items)) == hash_of_value(set(shuffled))
