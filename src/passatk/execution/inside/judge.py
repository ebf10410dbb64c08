"""The judge: holds the tests and expected values, asks the candidate, gives the verdict.

Started by the worker pool with POOL_FD CONTROL_FD CONFIG as its arguments, in a sandbox of its own
that the candidate cannot reach. From the pool it takes problems and programs and returns verdicts;
the zygote's control socket starts and ends attempts; a fresh channel an attempt carries the calls.
"""

from __future__ import annotations

import builtins
import contextlib
import json
import os
import random
import resource
import signal
import socket
import sys
from typing import Any

from . import compare, confine, control, suite, wire

_MEMORY_BYTES = 4 << 30
_MAX_DETAIL = 1000
_MAX_OUTPUT = 2000


class JudgeError(Exception):
    """The judge or the sandbox failed; never the program's fault."""


class Candidate:
    """The judge's end of one attempt: starts it, calls across, ends it and has the report.

    The zygote is told the limits alone; the program goes to the fork, over the channel, and what it
    prints comes back in files. So no later fork finds a trace of it in the memory it inherits.
    """

    def __init__(
        self, zygote: socket.socket, request: dict[str, Any], limits: dict[str, Any]
    ) -> None:
        self._zygote = zygote
        self._request = request
        self._limits = limits
        self.stdout = self.stderr = ""
        self.loaded: dict[str, Any] = {}
        self.report: control.Report
        self.output_limit: int = limits["output_bytes"]
        self.gone: wire.WireError | None = None
        self.was_asked = False
        self.hurried = False
        self.asked_too_much = False  # the tests pass what cannot cross, such as a function

    def start(self) -> bool:
        """Load the program; whether it is there to be called."""
        try:
            self._send_request()
            self.loaded = wire.receive(self._channel)
        except wire.WireError as error:
            self.gone = error
            return False
        return "loaded" in self.loaded

    def ask(self, message: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a message over the channel and receive one; raises suite.Stop when it is gone."""
        self.was_asked = True
        if self.gone is None:
            try:
                if message is not None:
                    wire.send(self._channel, message)
                return wire.receive(self._channel)
            except wire.WireError as error:
                self.gone = error
        raise suite.Stop()

    def hurry(self) -> None:
        """Give what is left a tenth of the time: it has failed, and only the share is open."""
        if not self.hurried:
            self.hurried = True
            control.say(self._zygote, control.HURRY)

    def end(self) -> None:
        """Have it killed and take the zygote's report."""
        self._channel.close()
        control.say(self._zygote, control.STOP)
        self._take_report()

    def run_script(self) -> None:
        """Let it run to its end as a script and take the zygote's report."""
        with contextlib.suppress(wire.Closed):  # the report says why
            self._send_request()
        self._take_report()
        self._channel.setblocking(False)
        with contextlib.suppress(wire.WireError):  # saying nothing is the usual end
            self.loaded = wire.receive(self._channel)
        self._channel.close()

    @property
    def printed_too_much(self) -> bool:
        return max(self.report.stdout_bytes, self.report.stderr_bytes) >= self.output_limit

    def _send_request(self) -> None:
        self._channel, theirs = socket.socketpair()
        is_script = self._request["mode"] == "script"
        control.send_start(self._zygote, is_script, self._limits, theirs.fileno())
        theirs.close()
        wire.send(self._channel, self._request)

    def _take_report(self) -> None:
        self.report, files = control.receive_report(self._zygote)
        if self.report.stdout_bytes:
            self.stdout = _content(files.pop(0), self.output_limit)
        if self.report.stderr_bytes:
            self.stderr = _content(files.pop(0), _MAX_OUTPUT)
        if not self.report.confined:
            raise JudgeError("the fork could not be confined: %s" % self.stderr[-300:])

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function of the program: its value, its exception, its changes of arguments."""
        positional = list(args)
        try:
            arguments = wire.to_text([positional, kwargs])
        except wire.NotPlain:
            self.asked_too_much = True
            raise suite.Stop()
        reply = self.ask({"f": name, "a": arguments})
        try:
            return self._result(reply, positional)
        except wire.WireError as error:
            self.gone = error
            raise suite.Stop()

    def _result(self, reply: dict[str, Any], positional: list[Any]) -> Any:
        if "after" in reply:
            after, _named = wire.from_text(reply["after"])
            _restore(positional, after)
        if "r" in reply:
            return wire.from_text(reply["r"])
        if "same" in reply:
            index = reply["same"]
            if type(index) is not int or not 0 <= index < len(positional):
                raise wire.WireError("malformed message: same")
            return positional[index]
        if "error" in reply:
            raise rebuilt(reply["error"])
        if "huge" in reply:
            raise CandidateError("returned more than %d bytes" % (wire.MAX_FRAME // 2), "huge")
        if "unportable" in reply:
            raise CandidateError("returned %s, which is not plain data" % reply["unportable"])
        raise wire.WireError("malformed message: no result")


def _content(fd: int, limit: int) -> str:
    """The last ``limit`` bytes of a file, which is then closed."""
    with open(fd, "rb") as file:
        file.seek(max(0, os.fstat(fd).st_size - limit))
        return file.read(limit).decode("utf-8", "surrogateescape")


class CandidateError(Exception):
    """The program failed in a way that no exception of its own says."""

    def __init__(self, text: str, kind: str = "") -> None:
        super().__init__(text)
        self.kind = kind


class CandidateExit(BaseException):
    """The program raised SystemExit, KeyboardInterrupt or another exception made to end it."""


def rebuilt(described: Any) -> BaseException:
    """An exception like the program's: the same builtin type, or the nearest builtin ancestor."""
    if type(described) is not dict:
        raise wire.WireError("malformed message: error")
    ancestry, text = described.get("ancestry"), described.get("text")
    arguments = wire.from_text(described.get("arguments"))
    if type(ancestry) is not list or type(text) is not str or type(arguments) is not list:
        raise wire.WireError("malformed message: error")
    error: BaseException | None = None
    for name in ancestry:
        kind = getattr(builtins, name, None) if type(name) is str else None
        if kind is StopIteration or kind is StopAsyncIteration:
            break  # it would end a loop of the tests unnoticed
        if isinstance(kind, type) and issubclass(kind, Exception):
            try:
                error = _with_sound_positions(kind(*arguments))
            except Exception:  # an exception type that asks for other arguments
                error = RuntimeError(text)
            break
    if error is None:
        error = RuntimeError(text) if "Exception" in ancestry else CandidateExit(text)
    error.__passatk_described__ = described  # type: ignore[attr-defined]
    return error


def _with_sound_positions(error: BaseException) -> BaseException:
    """Keep ``str`` of it within its text: CPython reads there without looking (fixed in 3.14)."""
    if isinstance(error, (UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError)):
        last = len(error.object)
        error.start = min(max(error.start, 0), last)
        error.end = min(max(error.end, 0), last)
    return error


def _restore(old: Any, new: Any) -> None:
    """Make ``old`` hold what ``new`` holds, in place, as the program's changes would have."""
    if type(old) is not type(new):
        return
    if isinstance(old, (list, tuple)):
        pairs = list(zip(old, new))
        merged = [_merged(a, b) for a, b in pairs] + list(new[len(old) :])
        if isinstance(old, list):
            old[:] = merged
    elif isinstance(old, dict):
        merged_dict = {key: _merged(old.get(key), value) for key, value in new.items()}
        old.clear()
        old.update(merged_dict)
    elif isinstance(old, (set, bytearray)) or hasattr(old, "extend"):
        old.clear()
        (old.update if isinstance(old, set) else old.extend)(new)


def _merged(old: Any, new: Any) -> Any:
    """``new``, but as the same object as before where it is still the same kind of container."""
    if type(old) is type(new) and isinstance(old, (list, dict, set, bytearray, tuple)):
        if isinstance(old, tuple):
            return tuple(_merged(a, b) for a, b in zip(old, new)) + new[len(old) :]
        _restore(old, new)
        return old
    return new


class StandIn:
    """What the tests get instead of a function of the program."""

    def __init__(self, name: str, candidate: Candidate, recorder: suite.Recorder) -> None:
        self.__name__ = self.__qualname__ = name
        self._candidate = candidate
        self._recorder = recorder

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._recorder.last_result = None
        if self._recorder.failure is not None:
            self._candidate.hurry()
        result = self._candidate.call(self.__name__, args, kwargs)
        self._recorder.last_result = (result,)
        return result


def from_candidate(error: BaseException) -> bool:
    return isinstance(error, (CandidateError, CandidateExit)) or hasattr(
        error, "__passatk_described__"
    )


class Problem:
    """A problem made ready: tests compiled, comparison made."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.kind: str = spec["kind"]
        self.entry_point: str = spec["entry_point"] or ""
        self.preamble: str = spec["preamble"]
        self.trust: str = spec["trust"]
        if not spec["cases"] and not spec.get("check"):
            raise ValueError("there are none")
        if self.kind == "code":
            prelude = spec["prompt"]
            try:
                compile(prelude, "<prompt>", "exec")
            except SyntaxError:  # a prompt in words, or one that a completion has to finish
                prelude = ""
            self.spec = spec
            self.suite = suite.Suite(
                prelude, spec["setup"], spec["check"], spec["cases"], self.entry_point
            )
            defined: dict[str, Any] = {"__name__": "tests"}
            exec(self.suite.prelude, defined)
            if self.suite.needs_shared_process(set(defined)):
                self.trust = "shared-process"
        else:
            self.cases: list[tuple[str, Any]] = [tuple(case) for case in spec["cases"]]
            self.check = compare.make(spec["comparison"], stream=self.kind == "stream")


class Outcome:
    """What the tests gave: one letter a test, and the first failure."""

    def __init__(self, planned: int = 0) -> None:
        self.planned = planned  # how many tests there are, where that is known beforehand
        self.through = False  # every test gave a result
        self.letters = ""
        self.detail = ""
        self.failure_kind = ""


def judge(zygote: socket.socket, problem: Problem, job: dict[str, Any]) -> dict[str, Any]:
    """The verdict on one program, as plain data."""
    trust = "apart" if problem.kind != "code" else job.get("trust") or problem.trust
    request = {
        "program": job["program"],
        "preamble": problem.preamble,
        "seed": job["seed"],
        "mode": {"stream": "script"}.get(problem.kind, "calls"),
    }
    random.seed(job["seed"])
    if problem.kind == "stream":
        return _judge_streams(zygote, problem, request, job["limits"])
    if trust == "shared-process":
        request.update(mode="shared", entry=problem.entry_point)
        request.update({key: problem.spec[key] for key in ("setup", "check", "cases")})
    candidate = Candidate(zygote, request, job["limits"])
    outcome = Outcome(0 if problem.kind == "code" else len(problem.cases))
    if candidate.start():
        if request["mode"] == "shared":
            _ask_for_suite(candidate, outcome)
        elif problem.kind == "code":
            _run_suite(candidate, problem, outcome)
        else:
            _run_calls(candidate, problem, outcome)
    candidate.end()
    if candidate.asked_too_much:
        # The tests made that argument themselves: what the program returns is always plain here.
        return judge(zygote, problem, dict(job, trust="shared-process"))
    verdict = _verdict(candidate, outcome)
    verdict["trust"] = trust
    return verdict


def _run_suite(candidate: Candidate, problem: Problem, outcome: Outcome) -> None:
    recorder = suite.Recorder(from_candidate)

    def stand_ins(namespace: dict[str, Any], names: set[str]) -> None:
        wanted = {name for name in names if name not in namespace}
        for name in wanted | {problem.entry_point}:
            namespace[name] = StandIn(name, candidate, recorder)

    try:
        problem.suite.run({"__name__": "tests"}, recorder, stand_ins)
    except suite.Stop:
        pass
    except suite.BrokenTests as error:
        # Only where the program had no say is it the tests' fault: it must not be able to turn a
        # failure into a judge_error.
        if not candidate.was_asked:
            candidate.end()
            raise JudgeError("the tests' own code fails: %s" % error)
        recorder.failed("the tests' setup", error)
    _take_record(recorder, candidate, outcome)


def _run_calls(candidate: Candidate, problem: Problem, outcome: Outcome) -> None:
    recorder = suite.Recorder(from_candidate, most=len(problem.cases))
    call = StandIn(problem.entry_point, candidate, recorder)
    for arguments, expected_text in problem.cases:
        expected = wire.from_text(expected_text)
        try:
            output = call(*wire.from_text(arguments))  # a fresh copy, which the program may change
            if not problem.check(wire.from_text(arguments), output, expected):
                raise AssertionError("expected %s" % suite.short(expected))
            recorder.passed()
        except suite.Stop:
            break
        except BaseException as error:  # whatever the program or a checker raises is a result
            given = ", ".join(map(suite.short, wire.from_text(arguments)))
            recorder.failed("%s(%s)" % (problem.entry_point, given), error)
    _take_record(recorder, candidate, outcome)


def _take_record(recorder: suite.Recorder, candidate: Candidate, outcome: Outcome) -> None:
    outcome.letters = "".join(recorder.letters)
    outcome.through = candidate.gone is None and bool(recorder.letters)
    if recorder.failure is None:
        return
    label, error, result = recorder.failure
    described = getattr(error, "__passatk_described__", None)
    if described is not None:
        text = _described(described)
        outcome.failure_kind = _text(described.get("type"))
    else:
        outcome.failure_kind = getattr(error, "kind", "")
        text = _text(error)
        if not isinstance(error, (AssertionError, CandidateError)):
            text = ": ".join(filter(None, (type(error).__name__, text)))
        elif result is not None:
            text = ", ".join(filter(None, (text, "the program returned " + suite.short(result[0]))))
    outcome.detail = ": ".join(filter(None, (label, text)))


def _described(described: dict[str, Any]) -> str:
    kind, text, line = (described.get(key) for key in ("type", "text", "line"))
    told = "%s: %s" % (_text(kind), _text(text))
    return "%s (line %d)" % (told, line) if type(line) is int and 0 < line < 1 << 31 else told


def _text(value: Any) -> str:
    """``str`` of what holds something from the program: too deep or too long, it would raise."""
    try:
        return str(value)
    except Exception as error:
        return "<%s without a text: %s>" % (type(value).__name__, type(error).__name__)


def _sound(text: str) -> str:
    """Text that every file and database takes: no lone surrogates, no NUL."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _ask_for_suite(candidate: Candidate, outcome: Outcome) -> None:
    """Shared-process judging: the program's own process says how the tests went."""
    try:
        said = candidate.ask()
    except suite.Stop:
        return
    letters = said.get("letters")
    if type(letters) is str and set(letters) <= {suite.PASSED, suite.WRONG, suite.ERROR}:
        outcome.letters = letters[: suite.MAX_RECORDED]
        outcome.through = bool(letters)
    error = said.get("error")
    if type(error) is dict:
        outcome.detail = "%s: %s" % (_text(said.get("label")), _described(error))
        outcome.failure_kind = _text(error.get("type"))


def _judge_streams(
    zygote: socket.socket, problem: Problem, request: dict[str, Any], limits: dict[str, Any]
) -> dict[str, Any]:
    letters = ""
    most = {"cpu_seconds": 0.0, "wall_seconds": 0.0, "peak_memory_bytes": 0}
    verdict: dict[str, Any] = {}
    for number, (stdin, expected) in enumerate(problem.cases, 1):
        candidate = Candidate(zygote, dict(request, stdin=stdin), limits)
        candidate.run_script()
        one = _verdict(candidate, _stream_outcome(candidate, problem, stdin, expected))
        letters += one["tests"]
        for measure in most:
            most[measure] = max(most[measure], one[measure])
        if verdict.get("status", "passed") == "passed":
            verdict = one
            if one["detail"]:
                one["detail"] = "test %d: %s" % (number, one["detail"])
        if one["status"].endswith("_exceeded") or one["status"] == "syntax_error":
            break  # the attempt has failed, and every further test may cost as much again
    verdict.update(most, tests=letters.ljust(len(problem.cases), suite.NOT_RUN))
    return verdict


def _stream_outcome(candidate: Candidate, problem: Problem, stdin: str, expected: str) -> Outcome:
    outcome = Outcome(planned=1)
    report = candidate.report
    outcome.through = report.code == 0 and "failed" not in candidate.loaded
    if candidate.printed_too_much:
        outcome.through = False  # what is there is a part of the output
    if outcome.through:
        output = candidate.stdout
        outcome.detail = "printed %s, expected %s" % (suite.short(output), suite.short(expected))
        try:
            right = problem.check(stdin, output, expected)
        except BaseException as error:  # a checker that chokes on it, or exits, does not accept it
            right = False
            outcome.detail = "the checker raised %s: %s" % (type(error).__name__, error)
        outcome.letters = suite.PASSED if right else suite.WRONG
    return outcome


def _verdict(candidate: Candidate, outcome: Outcome) -> dict[str, Any]:
    """Put together what the tests gave and what the zygote saw.

    A program that was stopped or left before all tests were through has failed, whatever it said.
    The status is that of the first failure; only an escape attempt outweighs it.
    """
    report = candidate.report
    ending = None
    if candidate.printed_too_much:
        ending = "output_limit_exceeded", "printed %d bytes or more" % candidate.output_limit
    elif report.limit is not None or not outcome.through:
        ending = _ending(candidate)
    letters = outcome.letters
    failed = letters.strip(suite.PASSED)
    if ending is not None and (not failed or ending[0] == "sandbox_violation"):
        status, detail = ending
    elif failed:
        status, detail = "wrong_answer", outcome.detail
        if failed[0] == suite.ERROR:
            status = _STATUS_OF_ERROR.get(outcome.failure_kind, "runtime_error")
            if ending is not None and (ending[0], outcome.failure_kind) == _FULL_OUTPUT:
                status, detail = ending
    else:
        status, detail = "passed", ""
    if ending is not None and (not outcome.planned or len(letters) < outcome.planned):
        letters += suite.LIMIT if ending[0].endswith("_exceeded") else suite.ERROR
    return {
        "status": status,
        "trust": "apart",
        "tests": letters.ljust(outcome.planned, suite.NOT_RUN),
        "detail": _sound(detail[:_MAX_DETAIL]),
        "output": _sound(candidate.stdout[-_MAX_OUTPUT:] + candidate.stderr),
        "cpu_seconds": report.cpu_seconds,
        "wall_seconds": report.wall_seconds,
        "peak_memory_bytes": report.peak_memory_bytes,
    }


# What a program sees of the output limit is an OSError from a write.
_FULL_OUTPUT = "output_limit_exceeded", "OSError"
_STATUS_OF_ERROR = {"MemoryError": "memory_limit_exceeded", "huge": "output_limit_exceeded"}
_STATUS_OF_SIGNAL: dict[int, tuple[str, str]] = {
    signal.SIGSYS: ("sandbox_violation", "made a system call that no solution needs"),
    signal.SIGXFSZ: ("output_limit_exceeded", "wrote a file that is too large"),
    signal.SIGXCPU: ("time_limit_exceeded", "stopped by the CPU limit"),
}


def _ending(candidate: Candidate) -> tuple[str, str]:
    """Why the program did not get through all tests: status and one line."""
    report, gone = candidate.report, candidate.gone
    if report.limit is not None:
        spent = report.cpu_seconds, report.wall_seconds, report.limit
        return "time_limit_exceeded", "used %.2f s of CPU in %.2f s (%s limit)" % spent
    if "failed" in candidate.loaded:
        described = candidate.loaded.get("error")
        described = described if type(described) is dict else {}
        kind = _text(described.get("type"))
        at_fault = "syntax_error" if candidate.loaded["failed"] == "syntax" else "runtime_error"
        return _STATUS_OF_ERROR.get(kind, at_fault), _described(described)
    # What was wrong on the channel comes first: the fork may have ended because of it.
    if isinstance(gone, wire.TooLarge):
        return "output_limit_exceeded", str(gone)
    if not isinstance(gone, (wire.Closed, type(None))):
        return "sandbox_violation", "answered the judge with nonsense: %s" % gone
    if candidate.loaded and "loaded" not in candidate.loaded:
        return "sandbox_violation", "answered the judge with nonsense while it was loaded"
    if report.code is not None:
        return "runtime_error", "ended with exit code %d before the tests did" % report.code
    if report.signal != signal.SIGKILL:
        killed = "runtime_error", "killed by %s" % _signal_name(report.signal)
        return _STATUS_OF_SIGNAL.get(report.signal, killed)
    if gone is not None:
        return "runtime_error", "closed its connection to the judge"
    return "memory_limit_exceeded", "killed by the system, most likely for want of memory"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # one of the real-time signals, of which only the first and last have names
        return "signal %d" % number


def serve(pool: socket.socket, zygote: socket.socket) -> None:
    """Answer the pool until it closes its end."""
    problems: dict[str, Problem | JudgeError] = {}
    while True:
        try:
            job = wire.receive(pool, limit=1 << 30)
        except wire.Closed:
            return
        if "problem" in job:
            if len(problems) >= wire.RECENT_PROBLEMS:
                del problems[next(iter(problems))]
            problems[job["key"]] = _prepared(job["problem"])
            continue
        problem = problems[job["problem_key"]]
        try:
            if isinstance(problem, JudgeError):
                raise problem
            answer = judge(zygote, problem, job)
        except JudgeError as error:
            answer = {"judge_error": str(error)}
        wire.send(pool, answer)


def _prepared(spec: dict[str, Any]) -> Problem | JudgeError:
    try:
        return Problem(spec)
    except BaseException as error:  # the benchmark's own code is at fault, also where it exits
        text = "the problem's tests cannot be used: %s: %s" % (type(error).__name__, error)
        return JudgeError(text)


def main() -> None:
    pool = socket.socket(fileno=int(sys.argv[1]))
    zygote = socket.socket(fileno=int(sys.argv[2]))
    config = json.loads(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the pool decides when to stop
    confine.hide_from_debuggers()
    for name in ("common_filter", "judge_filter"):
        confine.Filter(bytes.fromhex(config[name])).install()
    ready = wire.receive(zygote)
    wire.send(pool, ready)
    serve(pool, zygote)
