"""Judged attempts out again: exact human-eval lines, tables that read back, whole files only."""

import gzip
import json
import resource
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passatk.attempts import read_results, write
from passatk.errors import DataError, MissingExtra, PassatkError
from passatk.records import Attempt, Problem, Status, Trust, Verdict

Save = Callable[..., Path]
PASSED = Verdict(Status.PASSED, Trust.IMPORTED)
ONE = (Attempt("a", 0, "x", "x"), PASSED)

# Half a surrogate pair has its own test; NUL is no text.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
seconds = st.none() | st.floats(0, 1e6)


@st.composite
def judged(draw: st.DrawFn) -> list[tuple[Attempt, Verdict]]:
    """Attempts of one problem with verdicts as an import has them."""
    rows = []
    for number in range(draw(st.integers(1, 3))):
        attempt = Attempt(
            "a",
            number,
            program=draw(texts),
            text=draw(texts),
            text_field=draw(st.sampled_from(["completion", "solution"])),
            chain=draw(st.none() | st.integers(0, 9)),
            step=draw(st.none() | st.integers(0, 9)),
            extra=draw(
                st.dictionaries(
                    st.sampled_from(["model", "status", "completion", "task_id"]), texts
                )
            ),
        )
        verdict = Verdict(
            draw(st.sampled_from(Status)),
            Trust.IMPORTED,
            tests=draw(st.text("pwel-", max_size=4)),
            detail=draw(texts),
            output=draw(texts),
            cpu_seconds=draw(seconds),
            wall_seconds=draw(seconds),
            peak_memory_bytes=draw(st.none() | st.integers(0, 2**40)),
            score=draw(st.none() | st.floats(0, 1)),
        )
        rows.append((attempt, verdict))
    return rows


within_one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@within_one_folder
@given(judged())
def test_jsonl_reads_back(tmp_path: Path, rows: list[tuple[Attempt, Verdict]]) -> None:
    """Everything but trust: what is read was judged elsewhere."""
    write(rows, tmp_path / "x.jsonl", "jsonl")
    models = {row[0].extra.get("model") for row in rows} - {None}
    if len(models) <= 1:
        assert rows == list(read_results(tmp_path / "x.jsonl", None))


@within_one_folder
@given(judged())
def test_csv_reads_back(tmp_path: Path, rows: list[tuple[Attempt, Verdict]]) -> None:
    """As jsonl, but a field of the user's that is empty is no field."""
    rows = [
        (Attempt(**{**fields(a), "extra": {k: v for k, v in a.extra.items() if v}}), verdict)
        for a, verdict in rows
    ]
    write(rows, tmp_path / "x.csv", "csv")
    models = {row[0].extra.get("model") for row in rows} - {None}
    if len(models) <= 1:
        assert rows == list(read_results(tmp_path / "x.csv", None))


def fields(attempt: Attempt) -> dict[str, object]:
    return {name: getattr(attempt, name) for name in Attempt.__slots__}


def test_parquet_reads_back(tmp_path: Path) -> None:
    """As jsonl, with lists as JSON texts."""
    pytest.importorskip("pyarrow")
    attempt = Attempt("a", 0, "p", "t", "completion", 1, 2, {"model": "m", "tokens": 12})
    rows = [(attempt, Verdict(Status.PASSED, Trust.IMPORTED, tests="pp", score=0.5))]
    write(rows, tmp_path / "x.parquet", "parquet")
    assert rows == list(read_results(tmp_path / "x.parquet", None))


def test_parquet_keeps_numbers_that_it_has_no_type_for(tmp_path: Path) -> None:
    """An integer of more than 63 bits stands there as text."""
    table = pytest.importorskip("pyarrow.parquet")
    rows = [
        (Attempt("a", 0, "p", "p", "solution", extra={"seed": 2**70}), PASSED),
        (Attempt("a", 1, "p", "p", "solution", extra={"seed": 7}), PASSED),
    ]
    write(rows, tmp_path / "x.parquet", "parquet")
    expected = [str(2**70), "7"]
    assert expected == table.read_table(tmp_path / "x.parquet")["seed"].to_pylist()


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, format: str) -> None:
    """A column that only the last of many rows has is there, and few rows were held for it."""
    if format == "parquet":
        pytest.importorskip("pyarrow")
    count, size = 5_000, 2_000

    def rows() -> Iterator[tuple[Attempt, Verdict]]:
        for number in range(count):
            program = f"{number:0{size}}"
            late = {"late": "here"} if number == count - 1 else {}
            yield Attempt("a", number, program, program, "solution", extra=late), PASSED

    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    try:
        write(rows(), tmp_path / f"x.{format}", format)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most - before < count * size * 2 / 3
    expected = "here"
    *_, (last, _) = read_results(tmp_path / f"x.{format}", None)
    assert expected == last.extra["late"]


def test_parquet_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named, and no file appears."""
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match=r"passatk\[parquet\]"):
        write([ONE], tmp_path / "x.parquet", "parquet")
    expected = []
    assert expected == list(tmp_path.iterdir())


def test_human_eval_lines_come_back_byte_for_byte(save: Save, tmp_path: Path) -> None:
    """Order of the fields, unknown fields and escapes included."""
    lines = (
        '{"task_id": "a", "completion": "\\u00e9\\ud83d", "result": "passed", "passed": true}\n'
        '{"model": "m", "completion": "x", "task_id": "b", "n": [1, null], "result": "timed out",'
        ' "passed": false}\n'
        '{"task_id": "a", "completion": "", "t": 0.5, "result": "failed: ", "passed": false}\n'
        '{"task_id": "a", "completion": "y", "result": "failed: Test 3", "passed": false}\n'
    )
    write(read_results(save("in.jsonl", lines), None), tmp_path / "out.jsonl", "human-eval")
    assert lines == (tmp_path / "out.jsonl").read_text()


def test_human_eval_words(tmp_path: Path) -> None:
    """passed, timed out, and failed with the detail, for every status that is the program's."""
    rows = [
        (Attempt("a", number, "x", "x"), Verdict(status, detail="why"))
        for number, status in enumerate(Status)
        if status is not Status.JUDGE_ERROR
    ]
    write(rows, tmp_path / "x.jsonl", "human-eval")
    results = [
        json.loads(line)["result"] for line in (tmp_path / "x.jsonl").read_text().splitlines()
    ]
    expected = {"passed": 1, "timed out": 1, "failed: why": 6}
    assert expected == {r: results.count(r) for r in results}


def test_human_eval_cannot_say_judge_error(tmp_path: Path) -> None:
    """A fault of the judge is not written down as a failed program."""
    with pytest.raises(DataError, match="judge_error: lost"):
        write(
            [(ONE[0], Verdict(Status.JUDGE_ERROR, detail="lost"))],
            tmp_path / "x.jsonl",
            "human-eval",
        )


def test_half_a_surrogate_pair(tmp_path: Path) -> None:
    """csv cannot hold it and says so; jsonl escapes it."""
    rows = [(Attempt("a", 0, "\ud83d", "\ud83d", "solution"), PASSED)]
    with pytest.raises(DataError, match="surrogate"):
        write(rows, tmp_path / "x.csv", "csv")
    assert not (tmp_path / "x.csv").exists()
    write(rows, tmp_path / "x.jsonl", "jsonl")
    assert rows == list(read_results(tmp_path / "x.jsonl", None))


def test_gz_compresses_and_repeats(tmp_path: Path) -> None:
    """The suffix decides, and the same attempts give the same bytes."""
    for name in ("x.csv.gz", "y.csv.gz"):
        write([ONE], tmp_path / name, "csv")
    assert (tmp_path / "x.csv.gz").read_bytes() == (tmp_path / "y.csv.gz").read_bytes()
    assert gzip.decompress((tmp_path / "x.csv.gz").read_bytes()).startswith(b"task_id,attempt,")


def test_minus_is_standard_output(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """For pipes; nothing but the data goes there."""
    write([ONE], "-", "human-eval")
    expected = b'{"task_id": "a", "completion": "x", "result": "passed", "passed": true}\n'
    assert expected == capsysbinary.readouterr().out


def test_a_fault_in_the_middle_leaves_the_old_file(tmp_path: Path) -> None:
    """The file is replaced at the end or not at all, and nothing is left beside it."""
    path = tmp_path / "x.jsonl"
    path.write_text("old")

    def rows() -> Iterator[tuple[Attempt, Verdict]]:
        yield ONE
        raise DataError("broken")

    with pytest.raises(DataError, match="broken"):
        write(rows(), path, "jsonl")
    assert [path] == list(tmp_path.iterdir())
    expected = "old"
    assert expected == path.read_text()


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz"])
def test_a_full_disk_leaves_no_partial_file(tmp_path: Path, name: str) -> None:
    """The error says so, and the folder is as it was."""
    rows = ((Attempt("a", i, "", hex(i**99)), PASSED) for i in range(3000))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(PassatkError, match="cannot be written"):
            write(rows, tmp_path / name, "jsonl")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    expected = []
    assert expected == list(tmp_path.iterdir())


def test_a_device_is_written_to_and_not_replaced() -> None:
    """/dev/null stays /dev/null."""
    write([ONE], "/dev/null", "jsonl")
    assert Path("/dev/null").is_char_device()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it points to is replaced."""
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write([ONE], tmp_path / "link", "human-eval")
    assert (tmp_path / "link").is_symlink()
    assert "passed" in (tmp_path / "real").read_text()


def test_no_such_format(tmp_path: Path) -> None:
    """The message lists what can be written."""
    with pytest.raises(PassatkError, match=r"human-eval \| jsonl \| csv \| parquet"):
        write([ONE], tmp_path / "x", "xml")


def test_a_program_extracted_from_chatter_survives_human_eval(
    problems: dict[str, Problem], tmp_path: Path
) -> None:
    """The line holds what the model wrote; reading it back finds the same program."""
    code = "def add(a, b):\n    return a + b\n"
    attempt = Attempt("Demo/0", 0, code, f"Sure:\n```python\n{code}```")
    write([(attempt, PASSED)], tmp_path / "x.jsonl", "human-eval")
    assert [(attempt, PASSED)] == list(read_results(tmp_path / "x.jsonl", problems))
