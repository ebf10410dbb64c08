"""Attempts from every format that holds programs."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from passatk.attempts import formats, read
from passatk.errors import DataError, MissingExtra
from passatk.records import Attempt, Problem

Save = Callable[..., Path]
Problems = dict[str, Problem]
A = "def add(a, b):\n    return a + b\n"
B = "def add(a, b):\n    return b + a\n"
T = "total = sum\n"


def brief(attempts: Iterator[Attempt]) -> list[tuple[str, int, str]]:
    return [(attempt.problem_id, attempt.number, attempt.program) for attempt in attempts]


def test_human_eval_lines(problems: Problems, save_lines: Save) -> None:
    """Numbers follow the order per problem; the program is prompt and completion."""
    path = save_lines(
        {"task_id": "Demo/0", "completion": "    return a"},
        {"task_id": "Demo/1", "completion": "    return 1"},
        {"task_id": "Demo/0", "completion": "    return b", "seed": 7},
    )
    add, total = (problem.prompt for problem in problems.values())
    expected = [
        ("Demo/0", 0, add + "    return a"),
        ("Demo/1", 0, total + "    return 1"),
        ("Demo/0", 1, add + "    return b"),
    ]
    assert expected == brief(read(path, problems))
    last = list(read(path, problems))[-1]
    expected = ("    return b", "completion", {"seed": 7})
    assert expected == (last.text, last.text_field, last.extra)


def test_the_number_in_the_file_wins(problems: Problems, save_lines: Save) -> None:
    """completion_id is the attempt's number, whatever the order of the lines."""
    path = save_lines(
        {"task_id": "Demo/0", "completion": "", "completion_id": 3},
        {"task_id": "Demo/0", "completion": "", "completion_id": 1},
    )
    expected = [3, 1]
    assert expected == [attempt.number for attempt in read(path, problems)]


def test_evalplus_lines(problems: Problems, save_lines: Save) -> None:
    """solution wins over completion and stands alone; completion continues the prompt."""
    path = save_lines(
        {"task_id": "Demo/0", "solution": A, "completion": "ignored"},
        {"task_id": "Demo/0", "completion": "    return a"},
    )
    expected = [("Demo/0", 0, A), ("Demo/0", 1, problems["Demo/0"].prompt + "    return a")]
    assert expected == brief(read(path, problems, format="evalplus"))
    expected = {"completion": "ignored"}
    assert expected == next(read(path, problems)).extra


def test_evalplus_folder(problems: Problems, save: Save, tmp_path: Path) -> None:
    """DIR/Demo_0/10.py is attempt 10 of Demo/0, and comes after attempt 9."""
    for name, code in {"Demo_0/10.py": B, "Demo_0/9.py": A, "Demo_1/0.py": T}.items():
        save("runs/" + name, code)
    expected = [("Demo/0", 9, A), ("Demo/0", 10, B), ("Demo/1", 0, T)]
    assert expected == brief(read(tmp_path / "runs", problems))


@pytest.mark.parametrize("more", [{}, {"graded_list": [True, False], "pass@1": 0.5}])
def test_livecodebench(problems: Problems, save: Save, more: dict[str, object]) -> None:
    """code_list in generation order, with or without the grades beside it."""
    record = {"question_id": "Demo/0", "code_list": [A, B], "difficulty": "easy", **more}
    path = save("Model_0.2.json", [record])
    expected = [("Demo/0", 0, A), ("Demo/0", 1, B)]
    assert expected == brief(read(path, problems))
    expected = {"difficulty": "easy"}
    assert expected == next(read(path, problems)).extra


def test_bigcode_generations_go_by_the_order_of_the_problems(
    problems: Problems, save: Save
) -> None:
    """The file has no ids: its first list is of the first problem."""
    path = save("generations_demo.json", [[A, B], [T]])
    expected = [("Demo/0", 0, A), ("Demo/0", 1, B), ("Demo/1", 0, T)]
    assert expected == brief(read(path, problems))


def test_table_with_code(problems: Problems, save: Save) -> None:
    """CSV with quoted programs, chains and steps; other columns are kept."""
    path = save(
        "attempts.csv",
        "task_id,attempt,chain,step,tokens,code\n"
        'Demo/0,0,1,0,12,"def add(a, b):\n    return a + b\n"\n'
        "Demo/0,1,1,1,,\n",
    )
    first, second = read(path, problems)
    assert Attempt("Demo/0", 0, A, A, "solution", 1, 0, {"tokens": "12"}) == first
    assert Attempt("Demo/0", 1, "", "", "solution", 1, 1, {}) == second


def test_table_as_json_lines(problems: Problems, save_lines: Save) -> None:
    """The same columns, with the types that JSON has."""
    path = save_lines({"task_id": "Demo/0", "attempt": 4, "code": A, "tokens": 12})
    assert [Attempt("Demo/0", 4, A, A, "solution", extra={"tokens": 12})] == list(
        read(path, problems)
    )


def test_results_can_be_judged_again(problems: Problems, save: Save) -> None:
    """The programs in EvalPlus results are read like samples."""
    path = save(
        "x.eval_results.json", {"eval": {"Demo/0": [{"solution": A, "base_status": "fail"}]}}
    )
    expected = [("Demo/0", 0, A)]
    assert expected == brief(read(path, problems))


def test_chatty_completions_are_extracted_unless_told_otherwise(
    problems: Problems, save_lines: Save
) -> None:
    """ "auto" takes the program out of a fence, "never" does not."""
    text = f"Sure:\n```python\n{A}```"
    path = save_lines({"task_id": "Demo/0", "completion": text})
    expected = A
    assert expected == next(read(path, problems)).program
    assert text == next(read(path, problems)).text
    never = next(read(path, problems, extract="never")).program
    assert problems["Demo/0"].prompt + text == never


@pytest.mark.parametrize("name", ["samples.jsonl.gz", "samples_without_suffix"])
def test_compression_shows_in_the_content(problems: Problems, save: Save, name: str) -> None:
    """gzip is recognised by its first bytes, with or without the suffix."""
    content = '{"task_id": "Demo/0", "completion": ""}\n'
    path = save(name, content if name.endswith(".gz") else gzip.compress(content.encode()))
    expected = 1
    assert expected == len(list(read(path, problems)))


def test_a_long_program_is_no_fault(problems: Problems, save_lines: Save) -> None:
    """A line of 50 MB is one attempt; only beyond 64 MiB is a line refused."""
    path = save_lines({"task_id": "Demo/0", "completion": "#" * 50_000_000})
    expected = 50_000_000
    assert expected == len(next(read(path, problems)).text)


def test_a_parquet_table_without_pyarrow(
    problems: Problems, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extra that is missing is named."""
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match=r"passatk\[parquet\]"):
        list(read(save("x.parquet", b"PAR1...."), problems))


def test_formats_are_listed_with_one_line_each() -> None:
    """What the command line shows, and what --format takes."""
    assert {"human-eval", "evalplus", "livecodebench", "bigcode", "table"} <= formats().keys()
    assert all(summary and "\n" not in summary for summary in formats().values())


def test_a_selection_needs_something_to_select(problems: Problems, save_lines: Save) -> None:
    """human-eval lines have no models to choose from, and the choice is not ignored."""
    path = save_lines({"task_id": "Demo/0", "completion": ""})
    with pytest.raises(DataError, match="nothing can be selected"):
        read(path, problems, select="gpt")
