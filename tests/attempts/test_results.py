"""Results that were judged elsewhere, from every format that holds them."""

import io
import json
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from passatk.attempts import read, read_results
from passatk.errors import DataError, MissingExtra
from passatk.records import Attempt, Problem, Status, Trust, Verdict

Save = Callable[..., Path]
Problems = dict[str, Problem]
Judged = Iterator[tuple[Attempt, Verdict]]


def statuses(judged: Judged) -> list[str]:
    return [str(verdict.status) for _, verdict in judged]


def keys(judged: Judged) -> list[tuple[str, int]]:
    return [(attempt.problem_id, attempt.number) for attempt, _ in judged]


HUMAN_EVAL_RESULTS = [
    ("passed", "passed"),
    ("timed out", "time_limit_exceeded"),
    ("failed: ", "wrong_answer"),
    ("failed: Test 3", "wrong_answer"),
    ("failed: name 'foo' is not defined", "runtime_error"),
    ("failed: list index out of range", "runtime_error"),
    ("failed: No module named 'pandas'", "runtime_error"),
    ("failed: invalid syntax (<string>, line 12)", "syntax_error"),
    (
        "failed: unindent does not match any outer indentation level (<string>, line 3)",
        "syntax_error",
    ),
]


@pytest.mark.parametrize(("result", "status"), HUMAN_EVAL_RESULTS)
def test_human_eval(save_lines: Save, result: str, status: str) -> None:
    """A reason is told only where the message proves it; the message is kept."""
    passed = result == "passed"
    path = save_lines({"task_id": "a", "completion": "x", "result": result, "passed": passed})
    [(attempt, verdict)] = read_results(path, None)
    assert Attempt("a", 0, "x", "x") == attempt
    detail = result.removeprefix("failed: ") if result.startswith("failed: ") else ""
    assert Verdict(Status(status), Trust.IMPORTED, detail=detail) == verdict


def test_evalplus(save: Save) -> None:
    """Passed only if the base tests pass and, where they ran, the added ones too."""
    pairs = [
        ("pass", "pass"),
        ("pass", None),
        ("pass", "fail"),
        ("fail", "pass"),
        ("timeout", None),
    ]
    records = [
        {"task_id": "a", "solution": "x", "base_status": base, "plus_status": plus}
        for base, plus in pairs
    ]
    path = save("x.eval_results.json", {"date": "", "hash": "", "eval": {"a": records}})
    expected = ["passed", "passed", "wrong_answer", "wrong_answer", "time_limit_exceeded"]
    assert expected == statuses(read_results(path, None))
    expected = "failed the plus tests"
    assert expected == list(read_results(path, None))[2][1].detail


def test_bigcodebench(save: Save) -> None:
    """The first failed test and the last line of its traceback explain the failure."""
    failed = {
        "solution": "x",
        "status": "fail",
        "details": {"test_1": "Traceback\n  ...\nKeyError\n"},
    }
    passed = {"solution": "y", "status": "pass", "details": {}}
    path = save("x_eval_results.json", {"eval": {"BigCodeBench/0": [failed, passed]}})
    expected = ["wrong_answer", "passed"]
    assert expected == statuses(read_results(path, None))
    expected = "test_1: KeyError"
    assert expected == next(read_results(path, None))[1].detail


def test_livecodebench_eval_all(save: Save) -> None:
    """Grades decide; the metadata says why an attempt failed, where it is there."""
    metadata = [json.dumps({"error_code": -3, "error_message": "Time Limit Exceeded"}), "{}", "{}"]
    record = {
        "question_id": "abc301_a",
        "code_list": ["x", "y", "z"],
        "graded_list": [False, True, False],
        "metadata": metadata,
    }
    path = save("m_eval_all.json", [record])
    expected = ["time_limit_exceeded", "passed", "wrong_answer"]
    assert expected == statuses(read_results(path, None))


def test_livecodebench_eval(problems: Problems, save: Save) -> None:
    """One letter a test; problems go by their order, or by position where none are given."""
    results = {"0": [[True, True], [True, -2]], "1": [[-4], [-3]]}
    path = save("m_eval.json", [{"pass@1": 0.25}, results, [["{}", "{}"], ["{}", "{}"]]])
    expected = [("passed", "pp"), ("wrong_answer", "pw"), ("runtime_error", "e")]
    judged = list(read_results(path, problems))
    assert expected == [(str(verdict.status), verdict.tests) for _, verdict in judged[:3]]
    expected = "time_limit_exceeded"
    assert expected == str(judged[3][1].status)
    expected = [("Demo/0", 0), ("Demo/0", 1), ("Demo/1", 0), ("Demo/1", 1)]
    assert expected == keys(iter(judged))
    expected = ("1", 1)
    assert expected == keys(read_results(path, None))[-1]


@pytest.mark.parametrize("name", ["HumanEval_0_f.results.json", "HumanEval_0_f.results.json.gz"])
def test_multipl_e(save: Save, name: str) -> None:
    """One file, or a folder with one file a problem."""
    results = [
        {"program": "x", "stdout": "1", "stderr": "", "exit_code": 0, "status": "OK"},
        {"program": "y", "stderr": "Traceback\nTypeError: no", "status": "Exception"},
    ]
    content = {
        "name": "HumanEval_0_f",
        "language": "py",
        "prompt": "",
        "tests": "",
        "results": results,
    }
    path = save(f"out/{name}", content)
    for source in (path, path.parent):
        judged = list(read_results(source, None))
        expected = ["passed", "runtime_error"]
        assert expected == statuses(iter(judged))
        expected = ("1", "TypeError: no")
        assert expected == (judged[0][1].output, judged[1][1].detail)
        assert ["py", "py"] == [attempt.extra["language"] for attempt, _ in judged]


@pytest.mark.parametrize("wrap", [lambda r: r, lambda r: [{"pass@1": 0.5}, r]])
def test_code_eval(problems: Problems, save: Save, wrap: Callable[[Any], Any]) -> None:
    """The results alone, or with pass@k before them; completion_id is the number."""
    results = {
        "0": [
            [1, {"task_id": 0, "passed": False, "result": "timed out", "completion_id": 1}],
            [0, {"task_id": 0, "passed": True, "result": "passed", "completion_id": 0}],
        ],
        "1": [[0, {"task_id": 1, "passed": True, "result": "passed", "completion_id": 0}]],
    }
    path = save("code_eval.json", wrap(results))
    judged = list(read_results(path, problems))
    expected = [("Demo/0", 1), ("Demo/0", 0), ("Demo/1", 0)]
    assert expected == keys(iter(judged))
    expected = ["time_limit_exceeded", "passed", "passed"]
    assert expected == statuses(iter(judged))


def test_rewards_of_0_and_1_are_binary(save: Save) -> None:
    """1.0 passes, 0.0 does not, and there is no score beside the status."""
    path = save("r.csv", "task_id,attempt,reward\n7,0,0.0\n7,1,1.0\n")
    expected = [(False, None), (True, None)]
    assert expected == [(v.passed, v.score) for _, v in read_results(path, None)]


def test_any_other_reward_makes_all_of_them_graded(save: Save) -> None:
    """The score is kept, and an attempt passed if it is 1 or more."""
    path = save("r.csv", "task_id,attempt,score\n7,0,1\n7,1,0.5\n7,2,0\n")
    expected = [(True, 1.0), (False, 0.5), (False, 0.0)]
    assert expected == [(v.passed, v.score) for _, v in read_results(path, None)]


@pytest.mark.parametrize("word", ["1", "true", "True"])
def test_passed_column(save: Save, word: str) -> None:
    """Numbers or words; the other columns of a table are kept."""
    path = save("r.csv", f"task_id,attempt,passed,cost\na,0,{word},0.25\n")
    [(attempt, verdict)] = read_results(path, None)
    assert verdict.passed
    expected = ("", {"cost": "0.25"})
    assert expected == (attempt.program, attempt.extra)


def test_a_table_of_two_models_asks_which(save: Save) -> None:
    """A run is of one model: the choice is the user's, and is named in the error."""
    path = save("r.csv", "model,task_id,attempt,passed\nm1,a,0,1\nm2,a,0,0\n")
    with pytest.raises(DataError, match="found: m1, m2"):
        list(read_results(path, None))
    expected = ["wrong_answer"]
    assert expected == statuses(read_results(path, None, select="m2"))
    with pytest.raises(DataError, match="no such model"):
        list(read_results(path, None, select="m3"))


def inspect_sample(value: object, epoch: int = 1, **more: object) -> dict[str, object]:
    return {
        "id": "Demo/0",
        "epoch": epoch,
        "scores": {"verify": {"value": value, "explanation": "why"}},
        "output": {"choices": [{"message": {"content": [{"type": "text", "text": "pass"}]}}]},
        **more,
    }


INSPECT_VALUES = [
    ("C", "passed", None),
    ("I", "wrong_answer", None),
    ("N", "wrong_answer", None),
    ("P", "wrong_answer", 0.5),
    (True, "passed", None),
    ("yes", "passed", None),
    (1.0, "passed", 1.0),
    (0.25, "wrong_answer", 0.25),
    (float("nan"), "judge_error", None),
    (None, "judge_error", None),
]


@pytest.mark.parametrize(("value", "status", "score"), INSPECT_VALUES)
def test_inspect_values(save: Save, value: object, status: str, score: float | None) -> None:
    """Letters and booleans are results, numbers are graded, no score is nobody's failure."""
    log = {"version": 2, "status": "success", "eval": {}, "samples": [inspect_sample(value, 3)]}
    [(attempt, verdict)] = read_results(save("log.json", log), None)
    assert (status, score) == (str(verdict.status), verdict.score)
    expected = ("Demo/0", 2, "pass")
    assert expected == (attempt.problem_id, attempt.number, attempt.text)


def test_inspect_error_is_a_judge_error(save: Save) -> None:
    """A sample that ended in an error was not judged."""
    sample = inspect_sample("I", error={"message": "container lost"})
    path = save("log.json", {"eval": {}, "samples": [sample]})
    [(_, verdict)] = read_results(path, None)
    expected = Status.JUDGE_ERROR
    assert expected == verdict.status
    assert "container lost" in verdict.detail


def test_inspect_with_two_scorers_asks_which(save: Save) -> None:
    """As for models: the choice is the user's."""
    scores = {"strict": {"value": "I"}, "loose": {"value": "C"}}
    path = save("log.json", {"eval": {}, "samples": [inspect_sample("C") | {"scores": scores}]})
    with pytest.raises(DataError, match="found: strict, loose"):
        list(read_results(path, None))
    expected = ["passed"]
    assert expected == statuses(read_results(path, None, select="loose"))


def test_inspect_value_that_is_a_map(save: Save) -> None:
    """A score of several values is no verdict, and the error says where it stands."""
    path = save("log.json", {"eval": {}, "samples": [inspect_sample({"a": 1})]})
    with pytest.raises(DataError, match=r"field: samples\[0\].scores.verify.value"):
        list(read_results(path, None))


def test_inspect_archive(problems: Problems, tmp_path: Path) -> None:
    """One member a sample; the answers can be judged again."""
    path = tmp_path / "log.eval"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", "{}")
        archive.writestr("samples/Demo_0_epoch_1.json", json.dumps(inspect_sample("C")))
        archive.writestr("samples/Demo_0_epoch_2.json", json.dumps(inspect_sample("I", 2)))
    expected = [("Demo/0", 0), ("Demo/0", 1)]
    assert expected == keys(read_results(path, problems))
    expected = ["passed", "wrong_answer"]
    assert expected == statuses(read_results(path, problems))
    assert problems["Demo/0"].prompt + "pass" == next(read(path, problems)).program


def test_inspect_archive_that_is_damaged(tmp_path: Path) -> None:
    """A wrong checksum is a fault of the file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("samples/a.json", json.dumps(inspect_sample("C")))
    path = tmp_path / "log.eval"
    path.write_bytes(stream.getvalue().replace(b'"value": "C"', b'"value": "I"'))
    with pytest.raises(DataError, match="the archive is damaged"):
        list(read_results(path, None))


def zstd_archive(path: Path, sample: dict[str, object]) -> Path:
    """A zip with one member in zstd: a single raw block, so that no compressor is needed."""
    data = json.dumps(sample).encode()
    frame = b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(data))
    frame += ((len(data) << 3) | 1).to_bytes(3, "little") + data
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("samples/a.json", frame)
    stored = struct.pack("<LLL", zlib.crc32(frame), len(frame), len(frame))
    real = struct.pack("<LLL", zlib.crc32(data), len(frame), len(data))
    content = stream.getvalue().replace(stored, real)
    for magic, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.index(magic) + offset
        content = content[:at] + struct.pack("<H", 93) + content[at + 2 :]
    path.write_bytes(content)
    return path


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="zipfile reads zstd itself")
def test_inspect_archive_in_zstd_without_zstandard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extra that is missing is named."""
    monkeypatch.setitem(sys.modules, "zstandard", None)
    path = zstd_archive(tmp_path / "log.eval", inspect_sample("C"))
    with pytest.raises(MissingExtra, match=r"passatk\[zstd\]"):
        list(read_results(path, None))


def test_inspect_archive_in_zstd(tmp_path: Path) -> None:
    """Members that zipfile does not know are unpacked by zstandard."""
    pytest.importorskip("zstandard")
    path = zstd_archive(tmp_path / "log.eval", inspect_sample("C"))
    expected = ["passed"]
    assert expected == statuses(read_results(path, None))
