"""passatk evaluate, from a samples file to pass@k."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .command import Passatk
from .examples import ADD, DOUBLE, Record, right, sample, wrong


def test_pass_at_k_of_a_samples_file(passatk: Passatk, tiny: Path) -> None:
    """Two of three right at one problem and one of three at the other: pass@1 is 1/2."""
    lines = [right(ADD), wrong(ADD), right(ADD), wrong(DOUBLE), wrong(DOUBLE), right(DOUBLE)]
    samples = passatk.write("samples.jsonl", *lines)
    found = passatk.json("evaluate", samples, "--problems", tiny, "-k", "1,3")
    assert "samples" == found["run"]
    assert (2, 6) == (found["problems"], found["attempts"])
    assert {"passed": 3, "wrong_answer": 3} == found["statuses"]
    assert ["pass@1", "pass@3"] == [each["metric"] for each in found["estimates"]]
    assert [0.5, 1.0] == [pytest.approx(each["value"]) for each in found["estimates"]]
    keys = {"metric", "value", "low", "high", "level", "method", "target", "warnings"}
    assert keys <= found["estimates"][0].keys()


def test_text_has_the_numbers_on_stdout_and_nothing_on_stderr(passatk: Passatk, tiny: Path) -> None:
    """Without a terminal there is no progress, and data are all that is printed."""
    samples = passatk.write("samples.jsonl", right(ADD), right(DOUBLE))
    done = passatk.run("evaluate", samples, "--problems", tiny)
    assert "" == done.stderr
    assert "pass@1 1.000 [" in done.stdout
    assert "100.0%  passed" in done.stdout


FAULTS = {
    "passed": "def add(a, b): return a + b",
    "wrong_answer": "def add(a, b): return a - b",
    "runtime_error": "def add(a, b): return a / 0",
    "syntax_error": "def add(a, b) return a + b",
    "time_limit_exceeded": "def add(a, b):\n    while True: pass",
    "memory_limit_exceeded": "def add(a, b): return len(bytearray(2**40)) and a + b",
    "output_limit_exceeded": "def add(a, b):\n    while True: print('x' * 10**6)",
    "sandbox_violation": "import os, signal\ndef add(a, b): os.kill(os.getpid(), signal.SIGKILL)",
}


def test_every_status_of_a_program(judge: Callable[..., list[Record]]) -> None:
    """Each way to fail has its own status, and only failures say why."""
    verdicts = judge(ADD, *FAULTS.values(), options=("--time-limit", "0.5"))
    assert list(FAULTS) == [verdict["status"] for verdict in verdicts]
    assert "" == verdicts[0]["detail"]
    assert all(verdict["detail"] for verdict in verdicts[1:])


def test_each_assertion_is_a_test(judge: Callable[..., list[Record]]) -> None:
    """A program that gets one of two assertions right has passed half of the tests."""
    (verdict,) = judge(ADD, "def add(a, b): return 2 * b")
    assert ("wrong_answer", "wp", 0.5) == (
        verdict["status"],
        verdict["tests"],
        verdict["share_passed"],
    )
    assert "candidate(1, 2) == 3" in verdict["detail"]


def test_evalplus_folder(passatk: Passatk, tiny: Path) -> None:
    """Programs as files, a folder a problem."""
    for problem, name, programs in (
        ("Tiny_0", "add", ["return a + b", "return a"]),
        ("Tiny_1", "double", ["return n", "return 2 * n"]),
    ):
        folder = passatk.folder / "programs" / problem
        folder.mkdir(parents=True)
        given = {"add": "a, b", "double": "n"}[name]
        for number, body in enumerate(programs):
            (folder / f"{number}.py").write_text(f"def {name}({given}):\n    {body}\n")
    found = passatk.json("evaluate", "programs", "--problems", tiny)
    assert {"passed": 2, "wrong_answer": 2} == found["statuses"]


def livecodebench(kind: str, *pairs: tuple[str, str], **more: Any) -> Record:
    tests = [{"input": given, "output": wanted, "testtype": kind} for given, wanted in pairs]
    return {
        "question_id": "abc1_a",
        "question_title": "Double",
        "question_content": "Print twice the number.",
        "platform": "atcoder",
        "difficulty": "easy",
        "starter_code": "",
        "public_test_cases": json.dumps(tests[:1]),
        "private_test_cases": json.dumps(tests[1:]),
        "metadata": "{}",
        **more,
    }


def test_programs_that_read_and_print(passatk: Passatk) -> None:
    """LiveCodeBench problems and samples: a test is a text to read and one to print."""
    problems = passatk.write("problems.jsonl", livecodebench("stdin", ("2\n", "4\n"), ("0", "0")))
    programs = ["print(2 * int(input()))", "print(4)", "import sys\nsys.exit(3)"]
    samples = passatk.folder / "samples.json"
    samples.write_text(json.dumps([{"question_id": "abc1_a", "code_list": programs}]))
    passatk.run("evaluate", samples, "--problems", problems)
    shown = passatk.json("show", "samples", "abc1_a")["attempts"]
    verdicts = [(each["verdict"]["status"], each["verdict"]["tests"]) for each in shown]
    expected = [("passed", "pp"), ("wrong_answer", "pw"), ("runtime_error", "ee")]
    assert expected == verdicts


def test_methods_of_a_class(passatk: Passatk) -> None:
    """LiveCodeBench problems that call Solution.method."""
    problem = livecodebench(
        "functional",
        ("[3, 4]\n1", "4"),
        ("[7]\n0", "7"),
        starter_code="class Solution:\n    def pick(self, items: List[int], at: int) -> int:",
        metadata=json.dumps({"func_name": "pick"}),
    )
    problems = passatk.write("problems.jsonl", problem)
    program = "class Solution:\n    def pick(self, items: List[int], at: int):\n        return {}\n"
    programs = [program.format(body) for body in ("items[at]", "items[-1]", "items[1]")]
    samples = passatk.folder / "samples.json"
    samples.write_text(json.dumps([{"question_id": "abc1_a", "code_list": programs}]))
    found = passatk.json("evaluate", samples, "--problems", problems)
    assert {"passed": 2, "runtime_error": 1} == found["statuses"]


SHAPES: Record = {
    "task_id": "Tiny/2",
    "prompt": "class Point:\n    def __init__(self, x):\n        self.x = x\n\ndef point(x):\n",
    "entry_point": "point",
    "canonical_solution": "    return Point(x)\n",
    "test": "def check(candidate):\n    assert candidate(3).x == 3\n",
}


def test_results_that_are_no_plain_data(passatk: Passatk) -> None:
    """A problem whose reference returns an object is judged in a shared process, and says so."""
    problems = passatk.write("problems.jsonl", SHAPES)
    samples = passatk.write(
        "samples.jsonl", right(SHAPES), sample(SHAPES, "    return Point(x + 1)\n")
    )
    found = passatk.json("evaluate", samples, "--problems", problems)
    assert {"passed": 1, "wrong_answer": 1} == found["statuses"]
    assert any("shared process" in note and "Tiny/2" in note for note in found["notes"])
    verdict = passatk.json("show", "samples", "Tiny/2#0")["verdict"]
    assert "shared-process" == verdict["trust"]


def test_k_beyond_the_attempts_names_the_problems(passatk: Passatk, tiny: Path) -> None:
    """-k 2 with one attempt at a problem is refused by name, unless a policy is chosen."""
    samples = passatk.write("samples.jsonl", right(ADD), wrong(ADD), right(DOUBLE))
    arguments = ("evaluate", samples, "--problems", tiny, "-k", "2")
    assert "--stopping" in passatk.run(*arguments, code=2).stderr
    arguments += ("--stopping", "independent")
    refused = passatk.run(*arguments, code=2)
    assert "Tiny/1" in refused.stderr
    assert "" == refused.stdout
    # What was said is remembered, though the k was refused.
    assert ["pass@1"] == [each["metric"] for each in passatk.json("show", "samples")["estimates"]]
    by_policy = {
        policy: passatk.json(*arguments, "--policy", policy)["estimates"][0]
        for policy in ("drop", "fail")
    }
    assert (1.0, 1) == (by_policy["drop"]["value"], by_policy["drop"]["problems"])
    assert (1.0, 2) == (by_policy["fail"]["value"], by_policy["fail"]["problems"])
    assert ["dropped", "padded"] == [
        by_policy[policy]["warnings"][0]["code"] for policy in ("drop", "fail")
    ]


def test_problems_without_an_attempt(passatk: Passatk, tiny: Path) -> None:
    """Samples that leave a problem out are refused, unless --partial; then a note says it."""
    samples = passatk.write("samples.jsonl", right(ADD))
    arguments = ("evaluate", samples, "--problems", tiny)
    assert "Tiny/1" in passatk.run(*arguments, code=2).stderr
    assert [] == passatk.runs()
    found = passatk.json(*arguments, "--partial")
    assert 1.0 == found["estimates"][0]["value"]
    assert any("partial" in note for note in found["notes"])


def test_weak_isolation_is_loud(passatk: Passatk, tiny: Path) -> None:
    """--isolation process warns on stderr, and the run remembers it."""
    samples = passatk.write("samples.jsonl", right(ADD), right(DOUBLE))
    done = passatk.run("evaluate", samples, "--problems", tiny, "--isolation", "process")
    assert "warning: --isolation process" in done.stderr
    shown = passatk.json("show", "samples")
    assert "process" == shown["isolation"]
    assert any("weak isolation" in note for note in shown["notes"])


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--time-limit", "0"),
        ("--time-limit", "soon"),
        ("--time-limit", "1e300"),
        ("--memory-limit", "0"),
        ("--memory-limit", "99999999999999"),
        ("--workers", "0"),
        ("-k", "0"),
        ("-k", "1,x"),
        ("-k", "9" * 30),
        ("--policy", "guess"),
        ("--isolation", "none"),
        ("--level", "95"),
    ],
)
def test_options_out_of_range(passatk: Passatk, tiny: Path, option: str, value: str) -> None:
    """A bad value ends with exit code 2 and its option's name."""
    samples = passatk.write("samples.jsonl", right(ADD), right(DOUBLE))
    done = passatk.run("evaluate", samples, "--problems", tiny, option, value, code=2)
    assert option.strip("-") in done.stderr
    assert "" == done.stdout


def test_a_name_that_is_taken_by_another_run(evaluated: Passatk) -> None:
    """Other attempts under the same name are refused; --replace takes the name over."""
    other = evaluated.write("other.jsonl", right(ADD), right(DOUBLE))
    arguments = ("evaluate", other, "--problems", "problems.jsonl", "--name", "samples")
    assert "another name" in evaluated.run(*arguments, code=2).stderr
    assert 6 == evaluated.json("show", "samples")["attempts"]
    assert 2 == evaluated.json(*arguments, "--replace")["attempts"]


def test_other_limits_do_not_continue_a_run(evaluated: Passatk) -> None:
    """What the verdicts depend on cannot change within a run."""
    arguments = ("evaluate", "samples.jsonl", "--problems", "problems.jsonl")
    assert "time_limit" in evaluated.run(*arguments, "--time-limit", "1", code=2).stderr


def test_chatty_answers(passatk: Passatk, tiny: Path) -> None:
    """A fenced program is taken out of its prose, but not with --extract never."""
    answer = "Sure:\n```python\ndef add(a, b):\n    return a + b\n```\nDone."
    samples = passatk.write("samples.jsonl", sample(ADD, answer), right(DOUBLE))
    arguments = ("evaluate", samples, "--problems", tiny)
    assert {"passed": 2} == passatk.json(*arguments)["statuses"]
    found = passatk.json(*arguments, "--extract", "never", "--name", "as-it-is")
    assert {"passed": 1, "syntax_error": 1} == found["statuses"]


def test_too_many_judge_errors(passatk: Passatk) -> None:
    """Tests that do not work are nobody's failure: exit code 3, and no pass@k."""
    broken = ADD | {"test": "raise ValueError('no')\ndef check(candidate): pass\n"}
    problems = passatk.write("problems.jsonl", broken)
    samples = passatk.write("samples.jsonl", right(ADD))
    done = passatk.run("evaluate", samples, "--problems", problems, code=3)
    assert "judge_error" in done.stderr
    assert "" == done.stdout
