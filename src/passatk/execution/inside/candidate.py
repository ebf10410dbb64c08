"""The judge's end of one attempt: the channel to the program, and what stands for its functions."""

from __future__ import annotations

import _socket
import contextlib
import os
from typing import Any

from . import control, likeness, plain, suite, wire

MAX_OUTPUT = 2000


class JudgeError(Exception):
    """The judge or the sandbox failed; never the program's fault."""


class Candidate:
    """The judge's end of one attempt: starts it, calls across, ends it and has the report.

    The zygote is told the limits alone; the program goes to the fork, over the channel, and what it
    prints comes back in files. So no later fork finds a trace of it in the memory it inherits.
    """

    def __init__(
        self, zygote: _socket.socket, request: dict[str, Any], limits: dict[str, Any]
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
        control.say(self._zygote, control.STOP)
        try:
            self._take_report()
        finally:
            self._channel.close()  # only now, or it would wake up to see that it is over

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
        self._channel, theirs = _socket.socketpair()
        is_script = self._request["mode"] == "script"
        control.send_start(self._zygote, is_script, self._limits, theirs.fileno())
        theirs.close()
        wire.send(self._channel, self._request)

    def _take_report(self) -> None:
        self.report, files = control.receive_report(self._zygote)
        if self.report.stdout_bytes:
            self.stdout = _content(files.pop(0), self.output_limit)
        if self.report.stderr_bytes:
            self.stderr = _content(files.pop(0), MAX_OUTPUT)
        if not self.report.confined:
            raise JudgeError("the fork could not be confined: %s" % self.stderr[-300:])

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function of the program: its value, its exception, its changes of arguments."""
        positional = list(args)
        try:
            question = {"f": name, "a": plain.to_text(positional)}
            if kwargs:
                question["k"] = plain.to_text(kwargs)
        except plain.NotPlain:
            self.asked_too_much = True
            raise suite.Stop()
        reply = self.ask(question)
        try:
            return self._result(reply, positional)
        except wire.WireError as error:
            self.gone = error
            raise suite.Stop()

    def _result(self, reply: dict[str, Any], positional: list[Any]) -> Any:
        if "after" in reply:
            likeness.restore(positional, plain.from_text(reply["after"]))
        if "r" in reply:
            return plain.from_text(reply["r"])
        if "same" in reply:
            index = reply["same"]
            if type(index) is not int or not 0 <= index < len(positional):
                raise wire.WireError("malformed message: same")
            return positional[index]
        if "error" in reply:
            raise likeness.rebuilt(reply["error"])
        if "huge" in reply:
            raise likeness.CandidateError(
                "returned more than %d bytes" % (wire.MAX_FRAME // 2), "huge"
            )
        if "unportable" in reply:
            raise likeness.CandidateError(
                "returned %s, which is not plain data" % reply["unportable"]
            )
        raise wire.WireError("malformed message: no result")


def _content(fd: int, limit: int) -> str:
    """The last ``limit`` bytes of a file, which is then closed."""
    with open(fd, "rb") as file:
        file.seek(max(0, os.fstat(fd).st_size - limit))
        return file.read(limit).decode("utf-8", "surrogateescape")


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
