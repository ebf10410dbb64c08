"""Sampling with the installed command: kills, keys, configuration, stopping rules, feedback."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from passatk.cli.sampling import run_name
from passatk.errors import StoreError
from passatk.store import open_store
from sampling.server import Reply, Request, Server, choice, completions, error, says

from .command import Passatk

N = 30
CONCURRENCY = 4
KEY = "sk-this-is-a-key-0123456789"
RIGHT = "```python\ndef {name}({arguments}):\n    return {result}\n```"


def answer(request: Request) -> Reply:
    """Right programs and wrong ones in turn, each a text of its own, after a little while."""
    add = "def add" in request.text
    good = request.index % 2 == 0
    text = RIGHT.format(
        name="add" if add else "double",
        arguments="a, b" if add else "n",
        result=("a + b" if add else "2 * n") if good else "None",
    )
    return Reply(completions(choice(f"Number {request.index}.\n{text}")).body, delay=0.02)


def start(passatk: Passatk, *arguments: str | Path, **more: str) -> subprocess.Popen[str]:
    environment = {**passatk.environment(), **more}
    return subprocess.Popen(
        passatk.line(*arguments),
        cwd=passatk.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def stored(passatk: Passatk, run: str = "r") -> Counter[str]:
    """How many attempts at each problem are in the store."""
    try:
        with open_store(passatk.folder / "passatk.db", read_only=True) as store:
            return Counter(each.problem for each in store.made(store.run(run)))
    except (StoreError, Exception):
        return Counter()


@pytest.mark.parametrize(("command", "seed"), [("generate", 0), ("run", 1)])
def test_kill_9_at_random_moments(passatk: Passatk, tiny: Path, command: str, seed: int) -> None:
    """What is in the store is never asked for again; lost is at most what was under way."""
    moments = random.Random(seed)
    with Server(answer) as server:
        line = [command, tiny, "-m", "m", "--base-url", server.url, "-n", str(N), "--name", "r"]
        line += ["--concurrency", str(CONCURRENCY), "--per-request", "1"]
        kills = 0
        for _ in range(3):
            target = moments.randrange(1, 2 * N)
            process = start(passatk, *line)
            while stored(passatk).total() < target and process.poll() is None:
                time.sleep(0.01)
            process.kill()
            process.communicate()
            kills += 1
            time.sleep(0.1)  # answers to a process that is gone
        there, asked = stored(passatk), len(server.requests)
        assert 0 <= asked - there.total() <= kills * CONCURRENCY
        passatk.run(*line)
        assert 2 * N - there.total() == len(server.requests) - asked
        asked_last = Counter(
            "Tiny/0" if "def add" in each.text else "Tiny/1" for each in server.requests[asked:]
        )
        assert {name: N - there[name] for name in ("Tiny/0", "Tiny/1")} == {
            name: asked_last[name] for name in ("Tiny/0", "Tiny/1")
        }
    with open_store(passatk.folder / "passatk.db", read_only=True) as store:
        run = store.run("r")
        numbers = [(each.problem, each.number) for each in store.made(run)]
        texts = {each.attempt.text for each in store.attempts(run)}
    assert [(f"Tiny/{i}", n) for i in range(2) for n in range(N)] == numbers
    assert 2 * N == len(texts)


def test_interrupted_by_the_keyboard(passatk: Passatk, tiny: Path) -> None:
    """Ctrl-C ends with 130 and says that the same command continues; it does."""
    with Server(lambda each: answer(each) if each.index < 5 else Reply(delay=600)) as server:
        line = ["run", tiny, "-m", "m", "--base-url", server.url, "-n", str(N), "--name", "r"]
        line += ["--per-request", "1"]
        process = start(passatk, *line)
        while stored(passatk).total() < 5 and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
        assert 130 == process.returncode, said
        assert "the same command continues" in said
        server.answer = answer
        passatk.run(*line)
    assert {"Tiny/0": N, "Tiny/1": N} == stored(passatk)


def everything(folder: Path) -> bytes:
    """All that a command left behind, the store's log included."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.mark.parametrize(
    ("reply", "options", "code"),
    [
        (lambda request: completions(choice(f"x = {request.headers}")), [], 0),
        (lambda request: error(401, f"Incorrect API key provided: {KEY}"), [], 30),
        # A traceback ends with the message, so it shows all that a message would.
        (lambda request: error(401, f"Incorrect API key provided: {KEY}"), ["--debug"], 1),
        (lambda request: error(400, f"bad header {request.headers}"), ["--debug"], 1),
        (lambda request: error(500, f"crashed with {request.headers}"), ["--debug"], 1),
        (lambda request: Reply(f"<b>{request.headers}</b>".encode()), ["--debug"], 1),
    ],
)
def test_keys_are_nowhere(
    passatk: Passatk, tiny: Path, reply: Any, options: list[str], code: int
) -> None:
    """Not in the store, in messages, in tracebacks, nor in what a server says back."""
    with Server(reply) as server:
        line = ["generate", tiny, "-m", "m", "--base-url", server.url, "-n", "2", "--name", "r"]
        line += ["--retries", "0", "-o", "samples.jsonl", *options]
        process = start(passatk, *line, OPENAI_API_KEY=KEY)
        out, err = process.communicate()
        assert process.returncode == code, err
        assert {f"Bearer {KEY}"} <= {
            request.headers["authorization"] for request in server.requests
        }
    assert KEY not in out + err
    assert KEY.encode() not in everything(passatk.folder)
    database = passatk.folder / "passatk.db"
    if database.exists():
        with closing(sqlite3.connect(database)) as connection, connection:
            assert KEY not in "\n".join(connection.iterdump())


@pytest.mark.parametrize("place", ["user:{}@127.0.0.1:1", "user:{}/x@127.0.0.1:1", "[{}", "h:{}"])
def test_a_key_in_the_address(passatk: Passatk, tiny: Path, place: str) -> None:
    """It is refused, and not repeated, also where it makes the address none."""
    url = f"http://{place.format(KEY)}/v1"
    done = passatk.run("generate", tiny, "-m", "m", "--base-url", url, "-n", "1", code=2)
    assert KEY not in done.stderr + done.stdout
    assert "--base-url: " in done.stderr


def test_a_key_with_a_line_break(passatk: Passatk, tiny: Path) -> None:
    """It cannot be sent, and is not in the traceback of the library that refuses it."""
    with Server(says("x = 1")) as server:
        line = ["generate", tiny, "-m", "m", "--base-url", server.url, "-n", "1", "--debug"]
        process = start(passatk, *line, OPENAI_API_KEY=f"{KEY}\n")
        out, err = process.communicate()
    assert "cannot be sent" in err
    assert KEY not in out + err


def test_configuration(passatk: Passatk, tiny: Path) -> None:
    """Options win over the environment, and the environment over the file."""
    with Server(says("x = 1")) as server:
        (passatk.folder / "passatk.toml").write_text(
            f'[sampling]\nmodel = "from-file"\nbase-url = "{server.url}"\ntemperature = 0.1\n'
            'top_p = 0.5\nstop = ["a", "b"]\n\n[generate]\nattempts = 1\n'
            '[prices."from-file"]\ninput = 1000\noutput = 2000\n'
        )
        passatk.run("generate", tiny, PASSATK_TEMPERATURE="0.2")
        passatk.run(
            *("generate", tiny, "--temperature", "0.3", "-n", "2", "-m", "other"),
            PASSATK_TEMPERATURE="0.2",
            PASSATK_TOP_P="0.6",
        )
        bodies = [request.body for request in server.requests]
    seen = [(each["model"], each["temperature"], each["top_p"], each["stop"]) for each in bodies]
    assert [("from-file", 0.2, 0.5, ["a", "b"])] * 2 == seen[:2]
    assert {("other", 0.3, 0.6)} == {each[:3] for each in seen[2:]}
    shown = passatk.json("show", run_name("from-file", "problems"), "Tiny/0#0")
    assert 10 * 1000 / 1e6 + 5 * 2000 / 1e6 == pytest.approx(shown["extra"]["cost"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[samplin]\nmodel = 'x'\n", "samplin"),
        ("[sampling]\ntemprature = 1\n", "temprature"),
        ("[sampling\n", "TOML"),
        ("[prices.m]\ninput = 'much'\noutput = 1\n", "price"),
    ],
)
def test_faults_of_the_configuration(
    passatk: Passatk, tiny: Path, content: str, words: str
) -> None:
    """Each says what is wrong, and nothing is sent."""
    (passatk.folder / "passatk.toml").write_text(content)
    with Server(says("x")) as server:
        line = passatk.line("generate", tiny, "-m", "m", "--base-url", server.url, "-n", "1")
        done = subprocess.run(
            line,
            cwd=passatk.folder,
            env=passatk.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert [] == server.requests
    assert done.returncode in (1, 2)
    assert words in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_a_command_as_a_model(passatk: Passatk, tiny: Path) -> None:
    """The prompt on standard input, a completion on standard output, once for each attempt."""
    script = passatk.folder / "sample.sh"
    script.write_text(
        "#!/bin/sh\necho called >> calls\n"
        'if grep -q "def add"; then echo "    return a + b"\n'
        'else echo "    return $PASSATK_SEED"; fi\n'
    )
    script.chmod(0o755)
    line = ["run", tiny, "-m", "cmd:./sample.sh", "-n", "3", "--sampling-seed", "5", "--name", "c"]
    done = passatk.json(*line)
    assert {"passed": 4, "wrong_answer": 2} == done["statuses"]  # double(3) is 6 with seed 6
    assert 6 == (passatk.folder / "calls").read_text().count("called")
    passatk.run(*line)
    assert 6 == (passatk.folder / "calls").read_text().count("called")


@pytest.mark.parametrize(
    ("command", "words"),
    [("cmd:./not-there", "not found"), ("cmd:exit 3", "exit code 3"), ("cmd:cat >/dev/null", "")],
)
def test_commands_that_fail(passatk: Passatk, tiny: Path, command: str, words: str) -> None:
    """One that cannot run or fails is a fault; one that says nothing made an empty attempt."""
    code = 30 if words else 0
    done = passatk.run("generate", tiny, "-m", command, "-n", "1", "--retries", "0", code=code)
    assert words in done.stderr
    if not words:
        assert "2 empty" in done.stderr


def test_until_the_first_pass(passatk: Passatk, tiny: Path) -> None:
    """Attempts end with the first pass; the run knows its rule, and the estimates correct it."""
    line = ["run", tiny, "-m", "m", "-n", "12", "--stop-at", "1", "--name", "a"]
    with Server(answer) as server:
        line += ["--base-url", server.url]
        done = passatk.json(*line)
        asked = len(server.requests)
        passatk.run(*line)
        assert asked == len(server.requests)
    with open_store(passatk.folder / "passatk.db", read_only=True) as store:
        run = store.run("a")
        counts = store.counts(run)
    assert "1/12" == run.manifest["stopping"]
    assert asked == sum(each.attempts for each in counts) == done["attempts"]
    for each in counts:
        passed = each.statuses.get("passed", 0)  # type: ignore[call-overload]
        assert (1 == passed) or (0 == passed and 12 == each.attempts)
    assert done["estimates"] == passatk.json("show", "a")["estimates"]
    passatk.run("show", "a", "--stopping", "2/12", code=2)  # another rule than it was made under


def test_generated_here_judged_there(passatk: Passatk, tiny: Path) -> None:
    """A run that was only sampled is judged in place, continued by run, or taken elsewhere."""
    with Server(answer) as server:
        line = [tiny, "-m", "m", "--base-url", server.url, "-n", "4", "--name", "g"]
        passatk.run("generate", *line, "-o", "samples.jsonl")
        judged = passatk.json("judge", "g", "--problems", tiny)
        assert judged == passatk.json("run", *line)
        assert 8 == len(server.requests)
    elsewhere = passatk.json("evaluate", "samples.jsonl", "--problems", tiny, "--name", "e")
    assert judged["statuses"] == elsewhere["statuses"]
    # The judging settings are those it was judged by.
    passatk.run("judge", "g", "--problems", tiny, "--time-limit", "3", code=2)


def test_without_the_library(passatk: Passatk, tiny: Path) -> None:
    """What is missing is said with its extra, exit code 4."""
    blocker = passatk.folder / "openai.py"
    blocker.write_text("raise ImportError('not installed')\n")
    done = passatk.run(
        *("generate", tiny, "-m", "m", "-n", "1", "--base-url", "http://127.0.0.1:1/v1"),
        code=4,
        PYTHONPATH=str(passatk.folder),
    )
    assert "passatk[openai]" in done.stderr


def test_no_key_no_address(passatk: Passatk, tiny: Path) -> None:
    """Without a server's address there has to be a key, and it is said how to give one."""
    done = passatk.run("generate", tiny, "-m", "m", "-n", "1", code=2)
    assert "OPENAI_API_KEY is not set" in done.stderr
    assert os.environ.get("OPENAI_API_KEY") is None or KEY not in done.stderr


def test_hidden_tests_are_in_no_request(passatk: Passatk) -> None:
    """Through the whole command: what a server gets has no word of the hidden tests."""
    secret = 987_654_321
    record = {
        "task_id": "Own/twice",
        "entry_point": "twice",
        "prompt": 'def twice(n):\n    """Twice n.\n\n    >>> twice(1)\n    2\n    """\n',
        "canonical_solution": "    return 2 * n\n",
        "test": "def check(candidate):\n"
        f"    assert candidate({secret}) == {2 * secret}\n    assert candidate(1) == {secret}\n",
    }
    passatk.write("twice.jsonl", record)
    texts = ("return None", "return 2 * n", "raise ValueError(n)", "return (")

    def reply(request: Request) -> Reply:
        text = f"```python\ndef twice(n):\n    {texts[request.index % 4]}\n```"
        return completions(choice(text))

    with Server(reply) as server:
        passatk.run(
            *("run", "twice.jsonl", "-m", "m", "--base-url", server.url, "-n", "2"),
            *("--feedback", "4", "--concurrency", "1"),
        )
        assert 8 == len(server.requests)
        said = "\n".join(str(request.body) for request in server.requests)
    assert str(secret) not in said
    assert str(2 * secret) not in said
    for word in ("assert twice(1) == 2", "ValueError", "Syntax error", "once more"):
        assert word in said


def test_budgets_end_with_31(passatk: Passatk, tiny: Path) -> None:
    """What was answered is kept, and the same command with a larger budget goes on."""
    with Server(answer) as server:
        line = ["run", tiny, "-m", "m", "--base-url", server.url, "-n", "4", "--name", "b"]
        line += ["--per-request", "1"]
        done = passatk.run(*line, "--max-requests", "3", code=31)
        assert "run b: 3 attempts are kept" in done.stderr
        assert 3 == len(server.requests)
        passatk.run(*line, "--max-requests", "5")
        assert 8 == len(server.requests)
        done = passatk.run(*line, "--max-cost", "1", code=2)
        assert "needs the price" in done.stderr
