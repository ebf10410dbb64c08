"""What is said where the machine does not have what is needed, and that nothing is left half done.

Each case is made for real: by namespaces of its own, by permissions, by interpreters that lack
something.
"""

from __future__ import annotations

import os
import shlex
import sqlite3
import subprocess
import sys
import threading
import venv
from contextlib import closing

import pytest

import passatk.store
from passatk import cli

from .command import Passatk
from .examples import ADD, DOUBLE, right, sample

MAPPED_ROOT = ("unshare", "--user", "--map-root-user")
ORDINARY = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
"""A user with no capability. It owns what the user who runs the tests owns."""


def needs(*prefix: str) -> None:
    """Skip where a command cannot be started like this."""
    try:
        done = subprocess.run([*prefix, "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip(f"{prefix[0]} is not installed")
    if done.returncode != 0:
        pytest.skip(f"not permitted here: {shlex.join(prefix)}: {done.stderr.strip()}")


def mounting(commands: str) -> tuple[str, ...]:
    """A prefix that runs shell commands under mounts of its own and then the command."""
    script = f'{commands} && cd "$PWD" && exec "$@"'
    return (*MAPPED_ROOT, "--mount", "sh", "-c", script, "sh")


@pytest.fixture
def ready(passatk: Passatk) -> Passatk:
    """A folder with samples and problems that could be judged."""
    passatk.write("problems.jsonl", ADD, DOUBLE)
    passatk.write("samples.jsonl", right(ADD), right(DOUBLE))
    return passatk


EVALUATE = ("evaluate", "samples.jsonl", "--problems", "problems.jsonl")


@pytest.mark.parametrize("user", ["root", "ordinary"])
def test_no_bubblewrap(ready: Passatk, user: str) -> None:
    """11, with how to install it; the weaker isolation has to be asked for, and then works."""
    command = ready
    if user == "ordinary":
        needs(*ORDINARY)
        command = ready.within(*ORDINARY)
    elif os.geteuid() != 0:
        pytest.skip("these tests are not run by root")
    # The path is narrowed behind the prefix, which has to be found itself.
    command = command.within(*command.prefix, "/usr/bin/env", f"PATH={ready.folder}")
    said = command.run(*EVALUATE, code=11).stderr
    assert "bubblewrap" in said
    assert "--isolation process" in said
    assert [] == ready.runs()
    assert {"passed": 2} == command.json(*EVALUATE, "--isolation", "process")["statuses"]


def test_no_user_namespaces(ready: Passatk) -> None:
    """12, with what refuses them and how to allow them."""
    limit = ("sh", "-c", 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"', "sh")
    needs(*MAPPED_ROOT, *limit)
    said = ready.within(*MAPPED_ROOT, *limit).run(*EVALUATE, code=12).stderr
    assert "user namespaces" in said
    assert "sysctl" in said
    assert [] == ready.runs()


def test_doctor_names_what_is_missing(passatk: Passatk) -> None:
    """10, and beside each check that fails the way to mend it."""
    command = passatk.within("/usr/bin/env", f"PATH={passatk.folder}")
    checks = {each["name"]: each for each in command.json("doctor", code=10)}
    assert not checks["bubblewrap"]["works"]
    assert "apt-get install bubblewrap" in checks["bubblewrap"]["found"]
    assert checks["store"]["works"]


def test_read_only_folder_of_an_ordinary_user(ready: Passatk) -> None:
    """21: the folder's permissions do not let the store be created."""
    needs(*ORDINARY)
    ready.folder.chmod(0o555)
    try:
        said = ready.within(*ORDINARY).run(*EVALUATE, code=21).stderr
    finally:
        ready.folder.chmod(0o755)
    assert "--store" in said
    assert {"problems.jsonl", "samples.jsonl"} == {each.name for each in ready.folder.iterdir()}


def test_read_only_file_system(evaluated: Passatk) -> None:
    """21 for what would write; a store that is there can still be read."""
    read_only = mounting('mount --bind "$PWD" "$PWD" && mount -o remount,ro,bind "$PWD"')
    needs(*read_only)
    command = evaluated.within(*read_only)
    assert "read-only" in command.run(*EVALUATE, "--name", "new", code=21).stderr
    assert "read-only" in command.run("runs", "delete", "samples", "--yes", code=21).stderr
    assert ["samples"] == [each["run"] for each in command.json("runs")]
    assert ["samples"] == evaluated.runs()


def test_full_disk(passatk: Passatk) -> None:
    """22, and when there is space again the same command continues."""
    passatk.write("problems.jsonl", ADD)
    lines = (sample(ADD, f"    return a + b  # {i}{os.urandom(20_000).hex()}\n") for i in range(50))
    passatk.write("samples.jsonl", *lines)
    (passatk.folder / "disk").mkdir()
    script = """
        mount -t tmpfs -o size=8m tmpfs disk && head -c 7600k /dev/zero > disk/filler || exit 99
        "$@"; echo "exit code $?" >&2
        rm disk/filler; exec "$@"
    """
    small = (*MAPPED_ROOT, "--mount", "sh", "-c", script, "sh")
    needs(*mounting(f"mount -t tmpfs tmpfs {shlex.quote(str(passatk.folder / 'disk'))}"))
    done = passatk.within(*small).run(*EVALUATE, "--store", "disk/passatk.db")
    assert "no space left" in done.stderr
    assert "exit code 22" in done.stderr
    assert "100.0%  passed" in done.stdout


def test_a_writer_that_does_not_end(
    evaluated: Passatk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """23, once the time to wait is over (shortened here)."""
    open_store = passatk.store.open_store
    monkeypatch.setattr(
        passatk.store, "open_store", lambda location: open_store(location, wait_seconds=0.1)
    )
    path = evaluated.folder / "passatk.db"
    arguments = ["passatk", "runs", "delete", "samples", "--yes", "--store", str(path)]
    monkeypatch.setattr(sys, "argv", arguments)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SystemExit) as ended:
            cli.main()
    assert 23 == ended.value.code
    assert "another process is writing" in capsys.readouterr().err
    assert ["samples"] == evaluated.runs()


def test_a_writer_that_ends_soon(evaluated: Passatk) -> None:
    """A command waits for another writer instead of failing."""
    path = evaluated.folder / "passatk.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        rollback = threading.Timer(1.5, other.execute, ["ROLLBACK"])
        rollback.start()
        evaluated.run("runs", "delete", "samples", "--yes")
        rollback.join()
    assert [] == evaluated.runs()


def test_a_store_of_a_later_version(evaluated: Passatk) -> None:
    """24, and the store stays as it is."""
    path = evaluated.folder / "passatk.db"
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("UPDATE meta SET value = '999' WHERE key = 'schema'")
    before = path.read_bytes()
    for arguments in (EVALUATE, ("runs",), ("show", "samples")):
        assert "later version" in evaluated.run(*arguments, code=24).stderr
    assert before == path.read_bytes()


OLD_PYTHON = """#!/bin/sh
echo '[[3, 7, 17], "cpython", "linux", "/opt/python3.7", []]'
"""


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "no such program"),
        ("#!/bin/sh\necho hello\n", "does not answer as a Python interpreter"),
        ("#!/bin/sh\nexit 3\n", "does not answer as a Python interpreter"),
        (OLD_PYTHON, "cpython 3.7.17"),
    ],
    ids=["absent", "shell script", "fails", "too old"],
)
def test_an_interpreter_that_cannot_serve(ready: Passatk, content: str | None, word: str) -> None:
    """13, with what it is instead of a CPython of a version that serves."""
    python = ready.folder / "python"
    if content is not None:
        python.write_text(content)
        python.chmod(0o755)
    said = ready.run(*EVALUATE, "--python", python, code=13).stderr
    assert word in said
    assert str(python) in said
    assert [] == ready.runs()


def test_an_environment_without_what_the_tests_import(ready: Passatk) -> None:
    """13 names the module and the problem; it is not the programs that fail."""
    venv.create(ready.folder / "bare", symlinks=True)
    bare = ready.folder / "bare" / "bin" / "python"
    assert {"passed": 2} == ready.json(*EVALUATE, "--python", bare)["statuses"]
    ready.run("runs", "delete", "samples", "--yes")
    ready.write("problems.jsonl", ADD, DOUBLE | {"test": "import numpy as np\n" + DOUBLE["test"]})
    said = ready.run(*EVALUATE, "--python", bare, code=13).stderr
    assert "numpy" in said
    assert "Tiny/1" in said
    assert [] == ready.runs()
    assert {"passed": 2} == ready.json(*EVALUATE)["statuses"]


def test_no_network(passatk: Passatk) -> None:
    """The demo needs no network: it runs where there is not even a loopback device."""
    offline = ("unshare", "--net") if os.geteuid() == 0 else (*MAPPED_ROOT, "--net")
    needs(*offline)
    found = passatk.within(*offline).json("demo", "-n", "1")
    assert found["statuses"]["passed"] > 0


def test_ordinary_user(ready: Passatk) -> None:
    """Strict isolation asks for no privilege."""
    needs(*ORDINARY)
    assert {"passed": 2} == ready.within(*ORDINARY).json(*EVALUATE)["statuses"]


def test_a_home_that_is_not_there(ready: Passatk) -> None:
    """Nothing is read from or written to the home directory."""
    assert {"passed": 2} == ready.json(*EVALUATE, HOME="/nonexistent")["statuses"]
    names = {"problems.jsonl", "samples.jsonl", "passatk.db"}
    assert names == {each.name for each in ready.folder.iterdir()}


@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_closed_streams(evaluated: Passatk, closed: str) -> None:
    """There is nobody to read what is said; the rest is done, and nothing else is written to."""
    command = evaluated.within("sh", "-c", f'exec "$@" {closed}', "sh")
    command.run("export", "samples", "--format", "jsonl", "-o", "results.jsonl")
    assert "" == command.run("show", "samples").stdout
    assert 6 == len((evaluated.folder / "results.jsonl").read_text().splitlines())


def test_output_without_room(evaluated: Passatk) -> None:
    """22, where a full disk is what standard output leads to."""
    command = evaluated.within("sh", "-c", 'exec "$@" > /dev/full', "sh")
    assert "no room" in command.run("show", "samples", code=22).stderr


def test_a_folder_that_is_gone(passatk: Passatk) -> None:
    """2, with what to do."""
    command = passatk.within("sh", "-c", 'mkdir gone; cd gone; rmdir ../gone; exec "$@"', "sh")
    assert "cd to a folder" in command.run("runs", code=2).stderr
