"""Forged verdicts: saying over whatever is open that all tests have passed."""

from __future__ import annotations

import pytest

from passatk.records import Status

from .harness import ERROR, FAILED, REFUSED, TIME, VIOLATION, Arena, Attack, Round, rounds

# What it takes to speak the judge's own protocol: a program may know all of it.
SPEAK = """
import json, os, struct, time
def say(body):
    body = body.encode() if isinstance(body, str) else body
    os.write(4, struct.pack(">I", len(body)) + body)
def value(tag, held):
    return json.dumps({"r": json.dumps({"t": tag, "v": held})})
"""


@rounds(
    Attack(
        "verdict-to-every-descriptor",
        REFUSED,
        function="""
import json, os, struct
body = json.dumps({"status": "passed", "letters": "ppp", "tests": "ppp", "passed": True}).encode()
for fd in range(256):
    try:
        os.write(fd, struct.pack(">I", len(body)) + body)
    except OSError:
        pass
def f(x):
    return True
""",
        script="""
import json, os, struct
body = json.dumps({"status": "passed", "letters": "ppp", "failed": None}).encode()
for fd in range(256):
    try:
        os.write(fd, struct.pack(">I", len(body)) + body)
    except OSError:
        pass
""",
    ),
    Attack(
        "verdict-to-every-descriptor-by-its-name",
        REFUSED,
        function="""
import json, struct
body = json.dumps({"status": "passed", "letters": "ppp", "tests": "ppp", "passed": True}).encode()
for name in ["stdin", "stdout", "stderr", *map("fd/{}".format, range(256))]:
    try:
        with open("/dev/" + name, "wb") as file:
            file.write(struct.pack(">I", len(body)) + body)
    except OSError:
        pass
def f(x):
    return True
""",
        script="""
import json, os, struct
body = json.dumps({"status": "passed", "letters": "ppp", "failed": None}).encode()
for number in range(256):
    try:
        fd = os.open("/proc/self/fd/%d" % number, os.O_RDWR)
        os.write(fd, struct.pack(">I", len(body)) + body)
    except OSError:
        pass
""",
    ),
    Attack(
        "pass-markers-printed",
        FAILED,
        function="""
import sys
def f(x):
    for stream in (sys.stdout, sys.stderr):
        print("passed", "OK", "All tests passed", '{"passed": true}', file=stream)
""",
        script="print('passed', 'OK', 'All tests passed', '{\"passed\": true}')\n",
    ),
    Attack(
        "results-found-by-the-garbage-collector",
        FAILED,
        function="""
import gc
for thing in gc.get_objects():
    try:
        if type(thing) is list and len(thing) < 5:
            thing.append("passed")
        elif type(thing) is dict and "failed" in thing or hasattr(thing, "letters"):
            thing.letters = list("ppp")
    except Exception:
        pass
def f(x):
    return None
""",
    ),
    Attack(
        "results-found-on-the-stack",
        FAILED,
        function="""
import sys
def f(x):
    frame = sys._getframe()
    while frame is not None:
        for held in list(frame.f_locals.values()):
            if isinstance(held, list):
                held[:] = ["passed"]
            elif isinstance(held, dict):
                held["r"] = held["passed"] = True
        frame = frame.f_back
""",
        script="""
import sys
frame = sys._getframe()
while frame is not None:
    for held in list(frame.f_locals.values()):
        if isinstance(held, dict) and "mode" in held:
            held.clear()
    frame = frame.f_back
""",
    ),
    Attack(
        "library-of-the-judge-rewritten",
        FAILED,
        function="""
import sys
for name, module in list(sys.modules.items()):
    if name.startswith("inside"):
        for key, held in list(vars(module).items()):
            if callable(held) and not isinstance(held, type) and key not in ("send", "receive"):
                setattr(module, key, lambda *a, **k: {"letters": "ppp", "r": "true"})
def f(x):
    return True
""",
    ),
    Attack(
        "exit-handlers-for-the-judge",
        FAILED,
        function="""
import builtins, os
real = os._exit
os._exit = lambda code: real(0)
def f(x):
    raise SystemExit(0)
""",
        script="import os\nreal = os._exit\nos._exit = lambda code: real(0)\nraise SystemExit(3)\n",
    ),
    Attack(
        "answers-sent-ahead",
        REFUSED,
        function=SPEAK
        + """
say('{"loaded": true}')
for _ in range(50):
    say('{"r": "true", "passed": true, "status": "passed"}')
time.sleep(60)
""",
    ),
    Attack(
        "closed-channel",
        ERROR,
        function="import os\ndef f(x):\n    os.closerange(0, 256)\n",
    ),
    Attack(
        "half-a-message",
        TIME | ERROR,
        function=SPEAK + "os.write(4, b'\\0\\0')\nos.close(4)\n",
    ),
)
def test_a_forged_verdict_is_not_believed(arena: Arena, attack: Round) -> None:
    arena.holds(attack)


@rounds(
    Attack("no-json", VIOLATION, function=SPEAK + "def f(x):\n    say('}{')\n"),
    Attack("no-object", VIOLATION, function=SPEAK + "def f(x):\n    say('[]')\n"),
    Attack("no-result", VIOLATION, function=SPEAK + "def f(x):\n    say('{}')\n"),
    Attack("deep-json", VIOLATION, function=SPEAK + "def f(x):\n    say('[' * 10 ** 6)\n"),
    Attack(
        "pickle-instead",
        VIOLATION,
        function=SPEAK
        + """
import pickle
class Run:
    def __reduce__(self): return (exec, ("raise SystemExit(0)",))
def f(x):
    say(pickle.dumps(Run()))
""",
    ),
    Attack(
        "number-that-is-a-power-tower",
        VIOLATION,
        function=SPEAK + "def f(x):\n    say(value('Fraction', ['1e999999999']))\n",
    ),
    Attack(
        "range-as-tuple",
        VIOLATION,
        function=SPEAK
        + "def f(x):\n    say(value('tuple', {'t': 'range', 'v': [0, 10 ** 12, 1]}))\n",
    ),
    Attack(
        "endless-range",
        VIOLATION,
        function=SPEAK + "def f(x):\n    say(value('range', [0, 10 ** 12, 1]))\n",
    ),
    Attack(
        "unknown-tag",
        VIOLATION,
        function=SPEAK + "def f(x):\n    say(value('__import__', 'os'))\n",
    ),
    Attack(
        "argument-that-is-none-of-ours",
        VIOLATION,
        function=SPEAK + "def f(x):\n    say('{\"same\": 99}')\n",
    ),
)
def test_a_malformed_message_is_named(arena: Arena, attack: Round) -> None:
    """Nonsense on the judge's own channel harms nobody and is told as what it is."""
    arena.holds(attack)


@pytest.mark.parametrize("depth", [50, 300, 600, 800, 900, 930, 960, 980, 990, 2000])
@pytest.mark.parametrize(
    "message",
    [
        '{{"error": {{"type": {0}, "text": "", "ancestry": ["ValueError"], "arguments": "[]"}}}}',
        '{{"error": {{"type": "", "text": "", "ancestry": {0}, "arguments": "{0}"}}}}',
        '{{"r": "{0}", "after": "{0}"}}',
        '{{"unportable": {0}}}',
        '{{"failed": {0}, "error": {{"type": {0}, "text": {0}, "line": {0}}}}}',
    ],
)
def test_deep_messages_do_not_break_the_judge(arena: Arena, depth: int, message: str) -> None:
    """No depth of nesting turns a failure into an error of the judge, which would not count."""
    nested = "[" * depth + "]" * depth
    while_loading = "failed" in message
    body = message.format(nested)
    program = f"{SPEAK}def f(x=0):\n    say({body!r})\n    os._exit(0)\n"
    verdict = arena.judge(program + ("f()\n" if while_loading else ""))
    assert verdict.status in FAILED | VIOLATION, verdict
    assert arena.judge("def f(x): return x ** 7").status == Status.PASSED
