"""Native crashes: taking the interpreter down instead of raising an exception."""

from __future__ import annotations

from .harness import ERROR, FAILED, MEMORY, SYNTAX, TIME, Arena, Attack, Round, rounds


@rounds(
    Attack(
        "null-pointer",
        ERROR,
        function="import ctypes\ndef f(x):\n    ctypes.string_at(0)\n",
        script="import ctypes\nctypes.string_at(0)\n",
    ),
    Attack(
        "jump-to-nowhere",
        ERROR,
        function="import ctypes\ndef f(x):\n    ctypes.CFUNCTYPE(None)(16)()\n",
        script="import ctypes\nctypes.CFUNCTYPE(None)(16)()\n",
    ),
    Attack(
        "abort",
        ERROR,
        function="import os\ndef f(x):\n    os.abort()\n",
        script="import os\nos.abort()\n",
    ),
    Attack(
        "interpreter-put-out-of-its-mind",
        ERROR,
        function="import ctypes\ndef f(x):\n    ctypes.memset(id(int), 0, 400)\n    return x\n",
        script="import ctypes\nctypes.memset(id(str), 255, 400)\nprint(str(1))\n",
    ),
    Attack(
        "fatal-error",
        ERROR | FAILED,
        function="import ctypes\ndef f(x):\n    ctypes.pythonapi.Py_FatalError(b'over')\n",
        script="import ctypes\nctypes.pythonapi.Py_FatalError(b'over')\n",
    ),
    Attack(
        "stack-of-c-overflown",
        ERROR | MEMORY | TIME,
        function="""
import ctypes
callback = ctypes.CFUNCTYPE(None)
def again(): inner()
inner = callback(again)
import sys
sys.setrecursionlimit(10 ** 8)
def f(x):
    inner()
    return x
""",
    ),
    Attack(
        "code-object-that-is-none",
        ERROR | FAILED,
        function="""
def g(): pass
g.__code__ = g.__code__.replace(co_code=bytes(range(256)) * 4, co_stacksize=1)
def f(x):
    return g()
""",
    ),
)
def test_a_crash_is_the_programs_own_error(arena: Arena, attack: Round) -> None:
    arena.holds(attack)


@rounds(
    Attack(
        "parser-in-too-deep",
        SYNTAX | MEMORY | ERROR,
        function="def f(x): return " + "(" * 10**5 + "x" + ")" * 10**5 + "\n",
        script="x = " + "[" * 10**5 + "]" * 10**5 + "\n",
    ),
    Attack(
        "compiler-in-too-deep",
        SYNTAX | MEMORY | ERROR,
        function="def f(x): return " + "-" * 10**5 + "x\n",
        script="x = 1" + ".a" * 10**5 + "\n",
    ),
)
def test_source_that_crashes_the_compiler(arena: Arena, attack: Round) -> None:
    arena.holds(attack)
