"""Rewriting the tests: replacing what the tests call, compare with, or are."""

from __future__ import annotations

from .harness import FAILED, REFUSED, Arena, Attack, Round, rounds


@rounds(
    Attack(
        "check-defined-by-the-program",
        FAILED,
        function="""
def check(candidate): pass
METADATA = {}
def f(x):
    global check
    check = lambda candidate: None
    return None
""",
    ),
    Attack(
        "code-of-the-check-replaced",
        FAILED,
        function="""
import gc, types
def nothing(*args, **kwargs): return None
for thing in gc.get_objects():
    wanted = ("check", "judge", "_verdict", "make")
    if isinstance(thing, types.FunctionType) and thing.__name__ in wanted:
        thing.__code__ = nothing.__code__
def f(x):
    return None
""",
    ),
    Attack(
        "library-functions-that-agree",
        FAILED,
        function="""
import math, operator, unittest
math.isclose = operator.eq = lambda *args, **kwargs: True
unittest.TestCase.assertEqual = lambda *args, **kwargs: None
unittest.TestResult.wasSuccessful = lambda self: True
def f(x):
    return 0
""",
        script="import operator\noperator.eq = lambda a, b: True\nprint(0)\n",
    ),
    Attack(
        "builtins-that-agree",
        FAILED,
        function="""
import builtins
builtins.all = builtins.any = builtins.isinstance = lambda *args: True
builtins.abs = builtins.round = builtins.len = lambda *args: 0
builtins.AssertionError = type("AssertionError", (BaseException,), {"__init__": lambda *a: None})
def f(x):
    return 0
""",
    ),
    Attack(
        "modules-replaced",
        FAILED,
        function="""
import sys, types
class Anything(types.ModuleType):
    def __getattr__(self, name): return lambda *args, **kwargs: True
for name in ("math", "json", "inside.wire", "inside.suite", "inside.compare", "unittest", "numpy"):
    sys.modules[name] = Anything(name)
def f(x):
    return 0
""",
        script="""
import sys, types
sys.modules["inside.compare"] = sys.modules["json"] = types.ModuleType("json")
print(0)
""",
    ),
    Attack(
        "assertions-switched-off",
        FAILED,
        function="""
import ctypes, sys
sys.flags  # read-only from Python, not from C
ctypes.c_int.in_dll(ctypes.pythonapi, "Py_OptimizeFlag").value = 2
def f(x):
    return 0
""",
    ),
    Attack(
        "tracing-the-tests",
        REFUSED,
        function="""
import sys, threading
def tracer(frame, event, argument):
    for name in ("expected", "candidate", "result", "reply"):
        if name in frame.f_locals: frame.f_locals[name] = True
    return tracer
sys.settrace(tracer); sys.setprofile(tracer); threading.settrace(tracer)
def f(x):
    sys._getframe(1).f_trace = tracer
    return 0
""",
    ),
    Attack(
        "audit-hook-that-ends-the-tests",
        FAILED,
        function="""
import sys
def hook(event, arguments):
    if event == "exec": raise SystemExit(0)
sys.addaudithook(hook)
def f(x):
    return 0
""",
    ),
    Attack(
        "integers-made-equal",
        FAILED,
        function="""
import ctypes
def f(x):
    # 1 is one object for the whole process: let it hold another number
    ctypes.c_uint32.from_address(id(128) + 24).value = 999
    return 999
""",
    ),
)
def test_rewritten_tests_do_not_pass(arena: Arena, attack: Round) -> None:
    arena.holds(attack)
