"""The judge: holds the tests and expected values, asks the candidate, gives the verdict.

Started by the worker pool with POOL_FD CONTROL_FD CONFIG as its arguments, in a sandbox of its own
that the candidate cannot reach. From the pool it takes problems and programs and returns verdicts;
the zygote's control socket starts and ends attempts; a fresh channel an attempt carries the calls.
"""

from __future__ import annotations

import _socket
import json
import random
import resource
import signal
import sys
from typing import Any

from . import compare, confine, likeness, plain, suite, wire
from .candidate import Candidate, JudgeError, StandIn
from .verdict import Outcome, conclude, described_line, text_of

_MEMORY_BYTES = 4 << 30


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


def judge(zygote: _socket.socket, problem: Problem, job: dict[str, Any]) -> dict[str, Any]:
    """The verdict on one program, as plain data."""
    trust = "apart" if problem.kind != "code" else job.get("trust") or problem.trust
    request = {
        "program": job["program"],
        "preamble": problem.preamble,
        "mode": {"stream": "script"}.get(problem.kind, "calls"),
    }
    text = problem.preamble + job["program"]
    if "random" in text:  # else it cannot be imported by name
        request["seed"] = job["seed"]
    if "/dev/" in text or "/proc/" in text:  # else nothing of it can be opened by name
        request["standard_files"] = True
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
    verdict = conclude(candidate, outcome)
    verdict["trust"] = trust
    return verdict


def _run_suite(candidate: Candidate, problem: Problem, outcome: Outcome) -> None:
    recorder = suite.Recorder(likeness.from_candidate)

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
    recorder = suite.Recorder(likeness.from_candidate, most=len(problem.cases))
    call = StandIn(problem.entry_point, candidate, recorder)
    for arguments, expected_text in problem.cases:
        expected = plain.from_text(expected_text)
        try:
            output = call(*plain.from_text(arguments))  # a fresh copy, which the program may change
            if not problem.check(plain.from_text(arguments), output, expected):
                raise AssertionError("expected %s" % suite.short(expected))
            recorder.passed()
        except suite.Stop:
            break
        except BaseException as error:  # whatever the program or a checker raises is a result
            given = ", ".join(map(suite.short, plain.from_text(arguments)))
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
        text = described_line(described)
        outcome.failure_kind = text_of(described.get("type"))
    else:
        outcome.failure_kind = getattr(error, "kind", "")
        text = text_of(error)
        if not isinstance(error, (AssertionError, likeness.CandidateError)):
            text = ": ".join(filter(None, (type(error).__name__, text)))
        elif result is not None:
            text = ", ".join(filter(None, (text, "the program returned " + suite.short(result[0]))))
    outcome.detail = ": ".join(filter(None, (label, text)))


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
        outcome.detail = "%s: %s" % (text_of(said.get("label")), described_line(error))
        outcome.failure_kind = text_of(error.get("type"))


def _judge_streams(
    zygote: _socket.socket, problem: Problem, request: dict[str, Any], limits: dict[str, Any]
) -> dict[str, Any]:
    letters = ""
    most = {"cpu_seconds": 0.0, "wall_seconds": 0.0, "peak_memory_bytes": 0}
    verdict: dict[str, Any] = {}
    for number, (stdin, expected) in enumerate(problem.cases, 1):
        candidate = Candidate(zygote, dict(request, stdin=stdin), limits)
        candidate.run_script()
        one = conclude(candidate, _stream_outcome(candidate, problem, stdin, expected))
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


def serve(pool: _socket.socket, zygote: _socket.socket) -> None:
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
    pool = _socket.socket(fileno=int(sys.argv[1]))
    zygote = _socket.socket(fileno=int(sys.argv[2]))
    config = json.loads(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the pool decides when to stop
    confine.hide_from_debuggers()
    for name in ("common_filter", "judge_filter"):
        confine.Filter(bytes.fromhex(config[name])).install()
    ready = wire.receive(zygote)
    wire.send(pool, ready)
    serve(pool, zygote)
