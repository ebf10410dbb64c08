"""What holds for every command: help, streams, errors; and demo and doctor."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from passatk.generation import BuiltinSampler, SamplerSettings

from .command import Passatk
from .examples import ADD, DOUBLE, right

COMMANDS = (
    "demo",
    "evaluate",
    "show",
    "runs",
    "runs delete",
    "export",
    "import",
    "benchmarks",
    "benchmarks show",
    "benchmarks validate",
    "doctor",
)


def test_help_names_every_command(passatk: Passatk) -> None:
    """passatk --help lists what there is."""
    text = passatk.run("--help").stdout
    assert [] == [name for name in COMMANDS if name.split()[0] not in text]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(passatk: Passatk, command: str) -> None:
    """Every command explains itself on stdout."""
    done = passatk.run(*command.split(), "--help")
    assert f"Usage: passatk {command}" in done.stdout
    assert "" == done.stderr


@pytest.mark.parametrize("arguments", [["evaluate"], ["nonsense"], ["show", "--nonsense"]])
def test_bad_usage(passatk: Passatk, arguments: list[str]) -> None:
    """What is no command, option or argument ends with exit code 2 and a message on stderr."""
    done = passatk.run(*arguments, code=2)
    assert done.stderr
    assert "" == done.stdout


def test_demo_twice(passatk: Passatk) -> None:
    """The demo replaces its own run and gives the same verdicts again."""
    first = passatk.json("demo", "-n", "1")
    assert ("demo", first["problems"]) == (first["run"], first["attempts"])
    assert first == passatk.json("demo", "-n", "1")
    assert ["demo"] == passatk.runs()


def test_demo_finds_what_was_planted(passatk: Passatk) -> None:
    """The judge accepts exactly the attempts that the sampler made right."""
    passatk.run("demo", "-n", "3", "--skill", "0.7", "--seed", "5")
    sampler = BuiltinSampler(SamplerSettings(skill=0.7, spread=0.4, seed=5))
    text = passatk.run("export", "demo", "--format", "jsonl", "-o", "-").stdout
    found = {
        (row["task_id"], row["attempt"]): row["passed"]
        for row in map(json.loads, text.splitlines())
    }
    planted = {key: bool(sampler.correctness(key[0], 3)[key[1]]) for key in found}
    assert planted == found


def test_doctor(passatk: Passatk) -> None:
    """Every check that is needed holds where these tests run, and leaves no store behind."""
    checks = passatk.json("doctor")
    assert [] == [each for each in checks if each["needed"] and not each["works"]]
    assert "strict isolation" in passatk.run("doctor").stdout
    assert [] == list(passatk.folder.iterdir())


def test_debug_shows_the_traceback(passatk: Passatk) -> None:
    """Without --debug an error is its message alone."""
    arguments = ("show", "nobody")
    plain = passatk.run(*arguments, code=20).stderr
    assert plain.startswith("passatk: ")
    assert "Traceback" in passatk.run(*arguments, "--debug", code=1).stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "samples", "-o", "-"),
        ("export", "samples", "--format", "csv", "-o", "-"),
        ("show", "samples", "--problems"),
        ("show", "samples", "Tiny/0#1"),
        ("runs", "--json"),
        ("--help",),
        ("evaluate", "--help"),
    ],
)
def test_a_reader_that_leaves_early(evaluated: Passatk, arguments: tuple[str, ...]) -> None:
    """What is piped into head is no error, and says nothing."""
    with subprocess.Popen(
        evaluated.line(*arguments),
        cwd=evaluated.folder,
        env=evaluated.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert (b"", 0) == (said, process.returncode)


def test_colours_only_for_terminals(evaluated: Passatk) -> None:
    """Output into a pipe has no escape sequences; NO_COLOR wins over FORCE_COLOR."""
    for arguments in (("show", "samples"), ("show", "samples", "Tiny/0#1"), ("runs",)):
        assert "\x1b[" not in evaluated.run(*arguments).stdout
    colour = re.compile(r"\x1b\[[\d;]*3\dm")  # bold and dim are no colours
    forced = evaluated.run("show", "samples", "Tiny/0", FORCE_COLOR="1").stdout
    assert colour.search(forced)
    forced = evaluated.run("show", "samples", "Tiny/0", FORCE_COLOR="1", NO_COLOR="1").stdout
    assert not colour.search(forced)


def test_json_stands_alone_on_stdout(passatk: Passatk, tiny: Path) -> None:
    """One document on stdout, also where there are warnings to be told."""
    samples = passatk.write("samples.jsonl", right(ADD), right(DOUBLE))
    arguments = ("evaluate", samples, "--problems", tiny, "--isolation", "process", "--json")
    done = passatk.run(*arguments)
    assert "samples" == json.loads(done.stdout)["run"]
    assert "warning" in done.stderr


def test_the_store_has_its_place(passatk: Passatk, tiny: Path) -> None:
    """--store comes before PASSATK_STORE, which comes before the working directory."""
    samples = passatk.write("samples.jsonl", right(ADD), right(DOUBLE))
    arguments = ("evaluate", samples, "--problems", tiny)
    passatk.run(*arguments, PASSATK_STORE="sqlite:///by-variable.db")
    passatk.run(*arguments, "--store", "by-option.db", PASSATK_STORE="by-variable.db")
    stores = sorted(path.name for path in passatk.folder.glob("*.db"))
    assert ["by-option.db", "by-variable.db"] == stores
