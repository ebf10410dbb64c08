"""Early exit: ending the process before the tests do, with an exit code that says all is well."""

from __future__ import annotations

from .harness import ERROR, FAILED, REFUSED, WRONG, Arena, Attack, Round, rounds


@rounds(
    Attack(
        "sys-exit-0",
        ERROR | WRONG,
        function="import sys\ndef f(x):\n    sys.exit(0)\n",
        script="import sys\nsys.exit(0)\n",
    ),
    Attack(
        "os-exit-0-while-loading",
        ERROR | WRONG,
        function="import os\nos._exit(0)\n",
        script="import os\nos._exit(0)\n",
    ),
    Attack("os-exit-0-when-called", ERROR, function="import os\ndef f(x):\n    os._exit(0)\n"),
    Attack(
        "right-once-then-gone",
        ERROR,
        function="""
import os
calls = []
def f(x):
    calls.append(x)
    if len(calls) > 1:
        os._exit(0)
    return x ** 7
""",
    ),
    Attack(
        "system-exit-of-its-own",
        FAILED,
        function="class Done(SystemExit): code = 0\ndef f(x):\n    raise Done(0)\n",
        script="class Done(SystemExit): code = 0\nraise Done(0)\n",
    ),
    Attack(
        "stop-iteration-ends-the-tests-loop",
        ERROR,
        function="def f(x):\n    if x == 41: raise StopIteration\n    return x ** 7\n",
        script="raise StopIteration\n",
    ),
    Attack(
        "exit-from-a-thread",
        ERROR | WRONG,
        function="""
import os, threading, time
threading.Timer(0.05, os._exit, [0]).start()
def f(x):
    time.sleep(1)
""",
        script="""
import os, threading, time
threading.Timer(0.05, os._exit, [0]).start()
time.sleep(1)
""",
    ),
    Attack(
        "exit-when-an-object-dies",
        ERROR | WRONG,
        function="""
import os
class Bomb:
    def __del__(self): os._exit(0)
def f(x):
    Bomb()
""",
        script="import os\nclass Bomb:\n    def __del__(self): os._exit(0)\nBomb()\n",
    ),
    Attack(
        "exit-when-a-weak-reference-ends",
        ERROR,
        function="""
import os, weakref
class Held: pass
held = Held()
kept = weakref.ref(held, lambda reference: os._exit(0))
def f(x):
    global held
    held = None
""",
    ),
    Attack(
        "exit-while-its-error-is-described",
        ERROR,
        function="""
import os
class Error(Exception):
    def __str__(self): os._exit(0)
def f(x):
    raise Error
""",
    ),
    Attack(
        "every-way-to-stop-a-test",
        ERROR,
        function="""
ways = [KeyboardInterrupt(), GeneratorExit(), StopAsyncIteration(), AssertionError()]
if "BaseExceptionGroup" in dir(__builtins__):
    ways.append(BaseExceptionGroup("", [KeyboardInterrupt(), SystemExit(0)]))
class Stop(BaseException): pass  # what the judge's own is called
class End(StopIteration): pass
def f(x, ways=[*ways, Stop(), End(x := 0)]):
    raise ways.pop(0)
""",
    ),
    Attack(
        "exit-code-rewritten-at-exit",
        ERROR | WRONG,
        function="import atexit, os\natexit.register(os._exit, 0)\nraise ValueError\n",
        script="import atexit, os\natexit.register(os._exit, 0)\nraise ValueError\n",
    ),
    Attack(
        "exec-of-true",
        ERROR,
        function="import os\ndef f(x):\n    os.execv('/usr/bin/true', ['true'])\n",
        script="import os\nos.execv('/usr/bin/true', ['true'])\n",
    ),
    Attack(
        "kill-itself",
        REFUSED,
        function="import os, signal\ndef f(x):\n    os.kill(os.getpid(), signal.SIGKILL)\n",
        script="import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
    ),
    Attack(
        "exit-hidden-in-the-result",
        FAILED,
        function="""
import os
class Late(list):
    def __iter__(self): os._exit(0)
    __len__ = __eq__ = __repr__ = __iter__
def f(x):
    return [Late()]
""",
    ),
)
def test_an_early_exit_does_not_pass(arena: Arena, attack: Round) -> None:
    arena.holds(attack)
