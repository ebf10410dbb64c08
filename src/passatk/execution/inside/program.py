"""What a fork does: load the candidate's program, then answer calls or run it as a script.

Everything from here on shares its process with a hostile program. Nothing that this module says
over the channel is believed: it can only give values, which the judge compares, or admit failure.
"""

from __future__ import annotations

import _socket
import atexit
import importlib
import os
import sys
import types
from typing import Any, Callable, NoReturn

from . import plain, wire

EXIT_UNCAUGHT = 1
# Made before the fork, as each page that a fork writes to has to be copied.
_MODULES = {"script": types.ModuleType("__main__"), "calls": types.ModuleType("solution")}
_MODULES["shared"] = _MODULES["calls"]
_MAX_ERROR_TEXT = 2000
_REHEARSALS = 60
_MUTABLE = (list, dict, set, bytearray)


def run(request: dict[str, Any], channel: _socket.socket, loaded: Callable[[], None]) -> NoReturn:
    """Serve one attempt in this process and exit; ``loaded`` is called when the program is there
    to be called."""
    if "seed" in request:
        importlib.import_module("random").seed(request["seed"])
    if "standard_files" in request:
        importlib.import_module(".standard_files", __package__).install()
    mode = request["mode"]
    module = _MODULES[mode]
    sys.modules[module.__name__] = module
    code = EXIT_UNCAUGHT
    try:
        if request["preamble"]:
            exec(request["preamble"], module.__dict__)
        program = compile(request["program"], "solution.py", "exec", dont_inherit=True)
    except BaseException as error:
        wire.send(channel, {"failed": "syntax", "error": describe(error)})
        os._exit(EXIT_UNCAUGHT)
    try:
        if mode == "script":
            code = _script(program, module, channel)
        else:
            _function(program, module, channel, request, loaded)
    except wire.WireError:
        pass  # the judge has what it needs and closed the channel
    finally:
        os._exit(code)


_REHEARSED = """
import collections
from typing import Dict, List, Optional, Tuple

class Point:
    def __init__(self, x: int, y: int) -> None:
        self.x, self.y = x, y

def work(numbers: List[int], text: str) -> Tuple[int, str, Dict[str, int]]:
    seen, total = {}, 0
    for index, number in enumerate(sorted(set(numbers))):
        if number % 2 == 0 and index < len(numbers):
            total += abs(number) * max(1, Point(index, number).x)
        seen[str(number)] = seen.get(str(number), 0) + 1
    words = [word.lower() for word in text.split() if word]
    return total, " ".join(reversed(words)), seen

def fail(values):
    return values[len(values)]
"""


def rehearse() -> None:
    """Do in the zygote, for nothing, what every fork will do.

    A fork copies each page of memory that it writes to, and the interpreter writes when it first
    runs something: it specialises code and fills caches. After this, forks find that done.
    """
    ours, theirs = _socket.socketpair()
    for _ in range(_REHEARSALS):
        module = types.ModuleType("rehearsal")
        exec(compile(_REHEARSED, "solution.py", "exec", dont_inherit=True), module.__dict__)
        arguments = plain.to_text([[3, 1, -2], "some Words"])
        for name in ("work", "fail", "missing"):
            wire.send(theirs, {"f": name, "a": arguments})
            reply = _answer(module, wire.receive(ours))
            _flush()
            wire.send(ours, reply)
            wire.receive(theirs)
    ours.close()
    theirs.close()


def describe(error: BaseException) -> dict[str, Any]:
    """An exception as plain data: its builtin ancestry, text, arguments and line."""
    ancestry = [c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins"]
    try:
        text = str(error)[:_MAX_ERROR_TEXT]
    except BaseException:
        text = ""
    line: int | None = None  # that of a SyntaxError is in its text
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "solution.py":
            line = trace.tb_lineno
        trace = trace.tb_next
    try:
        arguments = plain.to_text(list(error.args))
    except Exception:  # arguments of any type, with any behaviour
        arguments = ""
    return {
        "type": type(error).__name__,
        "ancestry": ancestry,
        "text": text,
        "line": line,
        "arguments": arguments if 0 < len(arguments) < _MAX_ERROR_TEXT else plain.to_text([text]),
    }


def _script(program: types.CodeType, module: types.ModuleType, channel: _socket.socket) -> int:
    """Run as ``python solution.py`` does, up to and including what happens at exit."""
    code = 0
    try:
        exec(program, module.__dict__)
    except SystemExit as error:
        if isinstance(error.code, int):
            code = error.code
        elif error.code is not None:
            print(error.code, file=sys.stderr)
            code = EXIT_UNCAUGHT
    except BaseException as error:
        wire.send(channel, {"failed": "runtime", "error": describe(error)})
        if error.__traceback__ is not None:  # it begins with this very function
            error.__traceback__ = error.__traceback__.tb_next
        sys.excepthook(type(error), error, error.__traceback__)
        code = EXIT_UNCAUGHT
    threading = sys.modules.get("threading")
    if threading is not None:
        threading._shutdown()  # wait for threads, as the interpreter does at exit
    atexit._run_exitfuncs()
    _flush()
    return code & 0xFF


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:  # noqa: SIM105 - runs at every call, where a context manager costs more than the flush
            stream.flush()
        except Exception:  # closed or replaced: there is nothing to save
            pass


def _function(
    program: types.CodeType,
    module: types.ModuleType,
    channel: _socket.socket,
    request: dict[str, Any],
    loaded: Callable[[], None],
) -> None:
    try:
        exec(program, module.__dict__)
    except BaseException as error:
        _flush()
        wire.send(channel, {"failed": "runtime", "error": describe(error)})
        return
    _flush()
    loaded()
    wire.send(channel, {"loaded": True})
    if request["mode"] == "shared":
        wire.send(channel, _run_suite(module, request))
        return
    while True:
        reply = _answer(module, wire.receive(channel))
        _flush()
        wire.send(channel, reply)


def _answer(module: types.ModuleType, call: dict[str, Any]) -> dict[str, Any]:
    """Call a function of the program; say what it returned and what became of the arguments."""
    arguments = call["a"]
    positional = plain.from_text(arguments)
    named = plain.from_text(call["k"]) if "k" in call else {}
    reply: dict[str, Any]
    try:
        result = _resolve(module, call["f"])(*positional, **named)
        same = [i for i, argument in enumerate(positional) if argument is result]
        if same and type(result) in _MUTABLE:
            reply = {"same": same[0]}
        else:
            reply = {"r": plain.to_text(result)}
            if len(reply["r"]) > wire.MAX_FRAME // 2:
                reply = {"huge": len(reply["r"])}
    except plain.Unportable as error:
        reply = {"unportable": str(error)}
    except BaseException as error:
        reply = {"error": describe(error)}
    if plain.ATOMS.issuperset(map(type, positional)):  # nothing that could have changed
        return reply
    try:
        after = plain.to_text(positional)
    except Exception:  # an argument was made to hold what cannot cross: the judge keeps its own
        return reply
    if after != arguments and len(after) + len(reply.get("r", "")) <= wire.MAX_FRAME // 2:
        reply["after"] = after
    return reply


def _resolve(module: types.ModuleType, name: str) -> Any:
    first, _, method = name.partition(".")
    try:
        found = module.__dict__[first]
    except KeyError:
        raise NameError("name '%s' is not defined" % first)
    return getattr(found(), method) if method else found


def _run_suite(module: types.ModuleType, request: dict[str, Any]) -> dict[str, Any]:
    """Shared-process judging: the problem's tests run right here, beside the program."""
    from . import suite  # only here, since every module in memory makes each fork dearer

    tests = suite.Suite("", request["setup"], request["check"], request["cases"], request["entry"])
    recorder = suite.Recorder(lambda error: not isinstance(error, AssertionError))
    try:
        tests.run(module.__dict__, recorder, lambda namespace, names: None)
    except suite.BrokenTests as broken:
        recorder.failed("the tests' setup", broken)
    message: dict[str, Any] = {"letters": "".join(recorder.letters)}
    if recorder.failure is not None:
        label, error, _result = recorder.failure
        message["label"] = label
        message["error"] = describe(error)
    return message
