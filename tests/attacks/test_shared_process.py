"""Shared-process trust: a forged pass is possible and says so, but nothing else is given up."""

from __future__ import annotations

import pytest

from passatk.records import Status, Trust

from .harness import HONEST, MARK, SLEEPERS, Arena

_FORGERIES = {
    "tests-replaced": """
import gc, types
def nothing(*args): pass
for thing in gc.get_objects():
    if isinstance(thing, type) and thing.__name__ == "Recorder":
        thing.failed = lambda self, *args: self.passed()
def f(x): return 0
""",
    "verdict-written": """
import json, os, struct
for message in ({"loaded": True}, {"letters": "p"}):
    body = json.dumps(message).encode()
    os.write(4, struct.pack(">I", len(body)) + body)
import time
time.sleep(60)
""",
    "object-equal-to-everything": """
class Yes:
    def __eq__(self, other): return True
    def __float__(self): return 194754273881.0
def f(x): return Yes()
""",
}
_OUTRAGES = {
    "daemon": "import os\nif os.fork() == 0: os.setsid()\n",
    "network": "import socket\nsocket.create_connection(('127.0.0.1', @PORT@))\n",
    "files": f"open('/{MARK}', 'w')\n",
    "canary": "print(open('@FILE@').read())\n",
    "group": "import os\nos.kill(0, 15)\n",
    "scratch": "import os\nos.chmod('/tmp', 0)\n1 / 0\n",
    "mount": "import ctypes\nctypes.CDLL(None).umount2(b'/tmp', 2)\n",
    "clock": "while True: pass\n",
    "memory": "x = [0] * 10 ** 9\n",
    "crash": "import ctypes\nctypes.string_at(0)\n",
    "nonsense": "import os\nos.write(4, b'\\0\\0\\0\\x02[]')\nos._exit(0)\n",
    "library": "import json, random\njson.dumps = random.random = None\n1 / 0\n",
}


def test_an_honest_program_passes(arena: Arena) -> None:
    verdict = arena.judge(HONEST, "code", trust=Trust.SHARED_PROCESS)
    assert (Status.PASSED, Trust.SHARED_PROCESS) == (verdict.status, verdict.trust)


@pytest.mark.parametrize("program", _FORGERIES.values(), ids=_FORGERIES)
def test_a_forged_pass_is_labelled(arena: Arena, program: str) -> None:
    """Whatever the verdict, it says how far it can be trusted; apart, the same program fails."""
    shared = arena.judge(program, "code", trust=Trust.SHARED_PROCESS, limits=SLEEPERS)
    assert shared.trust == Trust.SHARED_PROCESS
    assert shared.status != Status.JUDGE_ERROR
    apart = arena.judge(program, "code", limits=SLEEPERS)
    assert apart.trust == Trust.APART
    assert apart.status not in (Status.PASSED, Status.JUDGE_ERROR)
    arena.nothing_happened(apart)


@pytest.mark.parametrize("program", _OUTRAGES.values(), ids=_OUTRAGES)
def test_the_walls_stand_all_the_same(arena: Arena, program: str) -> None:
    verdict = arena.judge(program + HONEST, "code", trust=Trust.SHARED_PROCESS, limits=SLEEPERS)
    assert verdict.status not in (Status.PASSED, Status.JUDGE_ERROR), verdict
    assert verdict.trust == Trust.SHARED_PROCESS
    arena.nothing_happened(verdict)
