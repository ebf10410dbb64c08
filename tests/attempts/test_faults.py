"""Every fault names the file, the line, the field, what was expected and what was found."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passatk.attempts import formats, read, read_results
from passatk.errors import DataError
from passatk.files import MAX_LINE_BYTES
from passatk.records import Problem

Save = Callable[..., Path]
Problems = dict[str, Problem]
GOOD = '{"task_id": "Demo/0", "completion": ""}\n'


LINES = {
    "truncated JSON": (GOOD + '{"task_id": "Demo/0", "compl', ":2", "not valid JSON"),
    "unknown problem": (GOOD + '{"task_id": "Demo/7", "completion": ""}', ":2", "found: Demo/7"),
    "no task_id": (GOOD + '{"completion": ""}', ":2", "field: task_id"),
    "no completion": (GOOD + '{"task_id": "Demo/0"}', ":2", "field: completion"),
    "completion is null": ('{"task_id": "Demo/0", "completion": null}', ":1", "found: None"),
    "completion is a list": (
        '{"task_id": "Demo/0", "completion": ["a"]}',
        ":1",
        "expected: a string",
    ),
    "task_id is true": ('{"task_id": true, "completion": ""}', ":1", "found: True"),
    "not an object": (GOOD + '["Demo/0", ""]', ":2", "expected: one JSON object"),
    "mixed formats": (GOOD + '{"task_id": "Demo/0", "solution": ""}', ":2", "found: solution"),
    "negative number": (
        '{"task_id": "Demo/0", "completion": "", "completion_id": -1}',
        ":1",
        "field: completion_id",
    ),
    "the same attempt twice": (
        '{"task_id": "Demo/0", "completion": "", "completion_id": 1}\n' * 2,
        ":2",
        "found: attempt 1 of Demo/0 again",
    ),
    "numbers on some lines": (
        GOOD + '{"task_id": "Demo/0", "completion": "", "completion_id": 1}',
        ":2",
        "only some attempts have a number",
    ),
}


@pytest.mark.parametrize(("content", "line", "message"), LINES.values(), ids=LINES)
def test_faults_in_lines(
    problems: Problems, save: Save, content: str, line: str, message: str
) -> None:
    """Each is found where it is."""
    path = save("samples.jsonl", content)
    with pytest.raises(DataError) as error:
        list(read(path, problems))
    assert f"{path}{line}: " in str(error.value)
    assert message in str(error.value)


FILES = {
    "empty": ("x.jsonl", b"", "the file is empty"),
    "only white space": ("x.jsonl", b"\n  \n", "the file is empty"),
    "binary": ("x.jsonl", b"\x00\x01\xff" * 50, "not UTF-8 text"),
    "binary after a good line": ("x.jsonl", GOOD.encode() + b"\xff\xfe", "not UTF-8 text"),
    "damaged gzip": ("x.jsonl", b"\x1f\x8b\x08\x00broken", "damaged"),
    "truncated document": ("x.json", b'[["a", ', "not valid JSON"),
    "no known format": ("x.json", b'{"a": 1}', "the format is not known"),
    "prose": ("x.txt", b"hello there\n", "the format is not known"),
    "empty list": ("x.json", b"[]", "the format is not known"),
    "too few problems": ("x.json", b'[["a"]]', "found: 1 problems"),
    "a generation that is no text": ("x.json", b'[["a"], [3]]', "field: [1][0]"),
    "no attempts": ("x.json", b"[[], []]", "there is no attempt in it"),
    "bad program in code_list": (
        "x.json",
        b'[{"question_id": "Demo/0", "code_list": [1]}]',
        "field: [0].code_list[0]",
    ),
    "CSV with a cell too many": ("x.csv", b"task_id,attempt,code\nDemo/0,0,a,b\n", "x.csv:2"),
    "CSV with a cell too few": ("x.csv", b"task_id,attempt,code\nDemo/0,0\n", "x.csv:2"),
    "CSV with a bad attempt": ("x.csv", b"task_id,attempt,code\nDemo/0,one,\n", "field: attempt"),
    "CSV with a lone quote": ("x.csv", b'task_id,attempt,code\nDemo/0,0,"a\n', "not valid CSV"),
    "CSV without code": ("x.csv", b"task_id,attempt,passed\nDemo/0,0,1\n", "no program"),
    "CSV with one attempt twice": (
        "x.csv",
        b"task_id,attempt,code\nDemo/0,0,a\nDemo/0,0,b\n",
        "the same attempt twice",
    ),
    "CSV with no rows": ("x.csv", b"task_id,attempt,code\n", "there is no attempt in it"),
    "CSV with completions": ("x.csv", b"task_id,completion\na,b\n", "the format is not known"),
    "not a zip of inspect": ("x.eval", b"PK\x03\x04 and no more", "the format is not known"),
}


@pytest.mark.parametrize(("name", "content", "message"), FILES.values(), ids=FILES)
def test_faults_in_files(
    problems: Problems, save: Save, name: str, content: bytes, message: str
) -> None:
    """Each is a DataError that names the file, never a traceback."""
    path = save(name, content)
    with pytest.raises(DataError) as error:
        list(read(path, problems))
    assert str(path) in str(error.value)
    assert message in str(error.value)


def test_a_line_beyond_the_limit(problems: Problems, tmp_path: Path) -> None:
    """A line over 64 MiB is refused with its number, without holding all of it."""
    path = tmp_path / "samples.jsonl"
    with open(path, "w") as stream:
        stream.write(GOOD + '{"task_id": "Demo/0", "completion": "')
        for _ in range(MAX_LINE_BYTES // 2**20 + 1):
            stream.write("#" * 2**20)
        stream.write('"}\n')
    with pytest.raises(DataError, match=r"samples.jsonl:2: the line is too long"):
        list(read(path, problems))


def test_no_such_file(problems: Problems, tmp_path: Path) -> None:
    """Said at once, before anything is iterated."""
    with pytest.raises(DataError, match="cannot be read: No such file"):
        read(tmp_path / "absent.jsonl", problems)


def test_no_such_format(problems: Problems, save: Save) -> None:
    """The message lists the names there are."""
    with pytest.raises(DataError, match=r"table \| evalplus \| human-eval"):
        read(save("x.jsonl", GOOD), problems, format="humaneval")


def test_a_folder_with_a_misnamed_program(problems: Problems, save: Save, tmp_path: Path) -> None:
    """Attempt numbers are the file names."""
    save("runs/Demo_0/first.py", "pass")
    with pytest.raises(DataError, match=r"expected: 0.py"):
        list(read(tmp_path / "runs", problems))


def test_a_folder_of_an_unknown_problem(problems: Problems, save: Save, tmp_path: Path) -> None:
    """The folder's name is read as a problem id."""
    save("runs/Demo_9/0.py", "pass")
    with pytest.raises(DataError, match="found: Demo/9"):
        list(read(tmp_path / "runs", problems))


RESULTS = {
    "samples have no results": ({"task_id": "a", "completion": ""}, "evaluate the file"),
    "passed contradicts result": (
        {"task_id": "a", "completion": "", "result": "passed", "passed": False},
        "contradict",
    ),
    "an unknown result": (
        {"task_id": "a", "completion": "", "result": "exploded", "passed": False},
        "found: exploded",
    ),
    "passed is a word": ({"task_id": "a", "completion": "", "passed": "yes"}, "field: passed"),
    "an unknown status": (
        {"eval": {"a": [{"solution": "", "base_status": "maybe"}]}},
        "field: eval.a[0].base_status",
    ),
    "grades for other programs": (
        [{"question_id": "a", "code_list": ["x", "y"], "graded_list": [True]}],
        "field: [0].graded_list",
    ),
    "an unknown code": ([{}, {"0": [[True, -9]]}, []], "found: -9"),
    "a reward that is not a number": (
        {"task_id": "a", "attempt": 0, "reward": float("nan")},
        "expected: a finite number",
    ),
    "lm-evaluation-harness": (
        {"doc_id": 0, "doc": {}, "resps": [["x"]], "filtered_resps": [["x"]], "pass@1": 1.0},
        "judge them again",
    ),
}


@pytest.mark.parametrize(("content", "message"), RESULTS.values(), ids=RESULTS)
def test_faults_in_results(save: Save, content: object, message: str) -> None:
    """Verdicts are not guessed."""
    path = save("results.json", content)
    with pytest.raises(DataError) as error:
        list(read_results(path, None))
    assert str(path) in str(error.value)
    assert message in str(error.value)


VALID: list[Any] = [
    {"task_id": "a", "completion": "x", "result": "failed: z", "passed": False},
    {"task_id": "a", "attempt": 0, "status": "passed", "trust": "apart", "code": "x", "score": 1},
    {"task_id": "a", "attempt": 0, "reward": 0.5, "code": "x", "chain": 1, "step": 0},
    {"eval": {"a": [{"solution": "x", "base_status": "pass", "plus_status": None}]}},
    {"eval": {"a": [{"solution": "x", "status": "fail", "details": {"t": "E"}}]}},
    {"name": "n", "language": "py", "results": [{"program": "x", "stderr": "", "status": "OK"}]},
    [{"question_id": "a", "code_list": ["x"], "graded_list": [False], "metadata": ["{}"]}],
    [{"pass@1": 1}, {"0": [[True, -2]], "1": [[-4]]}, [["{}"], ["{}"]]],
    [{"pass@1": 1}, {"0": [[0, {"passed": True, "result": "passed", "completion_id": 0}]]}],
    {
        "eval": {},
        "samples": [
            {
                "id": 1,
                "epoch": 1,
                "scores": {"s": {"value": "C", "explanation": "because"}},
                "output": {"choices": [{"message": {"content": [{"type": "text"}]}}]},
            }
        ],
    },
]
ODD = [None, True, -1, 1.5, float("nan"), 10**400, "", "x", [], {}, [[]], [None], {"a": 1}]


def spoiled(value: Any, draw: Callable[[Any], Any]) -> Any:
    """The value with something odd in place of one of its parts, or one part gone."""
    if not isinstance(value, dict | list) or not value or draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(ODD))
    spoiled_value = value.copy()
    key = draw(st.sampled_from(list(value) if isinstance(value, dict) else range(len(value))))
    if draw(st.integers(0, 4)) == 0:
        del spoiled_value[key]
    else:
        spoiled_value[key] = spoiled(value[key], draw)
    return spoiled_value


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400)
@given(data=st.data(), valid=st.sampled_from(VALID), format=st.sampled_from([None, *formats()]))
def test_no_spoiled_document_gives_anything_but_an_error_in_words(
    tmp_path: Path, data: st.DataObject, valid: Any, format: str | None
) -> None:
    """Whatever is wrong in a file of results, and whatever format it is taken for."""
    path = tmp_path / "results.json"
    path.write_text(json.dumps(spoiled(valid, data.draw)))
    with contextlib.suppress(DataError):
        list(read_results(path, None, format=format))


def test_results_of_unknown_problems(problems: Problems, save: Save) -> None:
    """With a benchmark at hand, imported ids are checked against it."""
    path = save("r.jsonl", json.dumps({"task_id": "a", "attempt": 0, "passed": True}))
    with pytest.raises(DataError, match="unknown problem id"):
        list(read_results(path, problems))
