"""Programs and outputs that are made to harm whoever looks at them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

from .command import Passatk
from .examples import ADD, Record, right, sample

CLEAR_SCREEN = "\x1b[2J\x1b[31m"
TEXTS = {
    "NUL byte": "\x00",
    "lone surrogate": "\ud800",
    "ANSI escape": CLEAR_SCREEN,
    "C1 escape": "\x9b2J",
    "carriage return": "return 1\rreturn 2",
    "right-to-left": "\u202e",
    "markup": "<script>alert(1)</script>[red]&amp;",
    "line separator": "\u2028",
}


OBEYED = set("\x00\x1b\x9b\r\u202e\u2028")
"""Characters of these texts that a terminal, or a reader of lines, would act on."""


def test_poison_in_programs_and_outputs(passatk: Passatk) -> None:
    """Judged, stored, given back as it was, and shown with nothing that a terminal obeys."""
    problems = passatk.write("problems.jsonl", ADD)
    lines = [
        sample(ADD, f"    print({t!r})\n    raise ValueError({t!r})  # {t}\n", note=t)
        for t in TEXTS.values()
    ]
    samples = passatk.write("samples.jsonl", *lines, right(ADD, note=CLEAR_SCREEN))
    statuses = passatk.json("evaluate", samples, "--problems", problems)["statuses"]
    assert 1 == statuses["passed"]
    assert {"passed", "runtime_error", "syntax_error"} == statuses.keys()
    targets = ["Tiny/0", *(f"Tiny/0#{number}" for number in range(len(TEXTS)))]
    for target in targets:
        assert set() == OBEYED & set(passatk.run("show", "samples", target).stdout)
    passatk.run("export", "samples", "-o", "out.jsonl")
    exported = (passatk.folder / "out.jsonl").read_text().splitlines()
    kept = [json.loads(line) for line in exported[:-1]]
    assert lines == [{name: record[name] for name in lines[0]} for record in kept]


def test_text_that_looks_like_markup_is_shown_as_it_is(
    passatk: Passatk, judge: Callable[..., list[Record]]
) -> None:
    """What looks like rich's markup or HTML is text."""
    judge(ADD, "def add(a, b):\n    print('[bold]<script>[/bold]')\n    raise ValueError('[/]')")
    shown = passatk.run("show", "programs", "Tiny/0#0").stdout
    assert "[bold]<script>[/bold]" in shown
    assert "ValueError: [/]" in shown


def test_a_huge_program(judge: Callable[..., list[Record]]) -> None:
    """10 MB of source get a verdict, and the next attempt is judged as if nothing were."""
    huge = "x = [\n" + "0,\n" * 3_000_000 + "]\ndef add(a, b): return a + b\n"
    verdicts = judge(ADD, huge, "def add(a, b): return a + b", options=("--time-limit", "2"))
    assert "judge_error" != verdicts[0]["status"]
    assert "passed" == verdicts[1]["status"]


def test_a_huge_output(judge: Callable[..., list[Record]]) -> None:
    """10 MB of output are within the limit; the verdict keeps their end."""
    (verdict,) = judge(ADD, "def add(a, b):\n    print('x' * 5_000_000)\n    return a + b")
    assert "passed" == verdict["status"]
    assert len(verdict["output"]) < 10_000


def test_poisoned_ids(passatk: Passatk) -> None:
    """Problem ids with escapes are shown as escapes, and a run is not called so."""
    poisoned = {"task_id": f"Tiny/{CLEAR_SCREEN}"}
    problems = passatk.write("problems.jsonl", ADD | poisoned)
    samples = passatk.write("samples.jsonl", sample(ADD, "    return 0\n") | poisoned)
    passatk.run("evaluate", samples, "--problems", problems)
    for arguments, code in (
        (("show", "samples", "--problems"), 0),
        (("show", "samples", poisoned["task_id"]), 0),
        (("show", "samples", poisoned["task_id"] + "#0"), 0),
        (("show", f"no{CLEAR_SCREEN}"), 2),
        (("show", "samples", f"no{CLEAR_SCREEN}"), 2),
        (("evaluate", samples, "--problems", problems, "--name", CLEAR_SCREEN), 2),
        (("evaluate", samples, "--problems", problems, "-k", "2"), 2),
        (("evaluate", samples, "--problems", f"no{CLEAR_SCREEN}"), 2),
    ):
        done = passatk.run(*arguments, code=code)
        assert "\x1b" not in done.stdout + done.stderr, arguments


def test_formulas_in_a_table(passatk: Passatk, judge: Callable[..., list[Record]]) -> None:
    """CSV quotes what programs hold: commas, quotes and line ends stay in their cell."""
    program = 'def add(a, b):\n    return "=1+1,\\"\'\\n"\r\n'
    judge(ADD, program)
    table = passatk.run("export", "programs", "--format", "csv", "-o", "-").stdout
    (row,) = csv.DictReader(io.StringIO(table, newline=""))
    assert program.replace("\r\n", "\n") == row["code"].replace("\r\n", "\n")
