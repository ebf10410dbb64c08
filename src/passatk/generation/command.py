"""A command as a model: the prompt on its standard input, a completion on its standard output."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal

from passatk.generation.model import Completion, Mark, Message, Request, Unreachable, refusal
from passatk.generation.model_settings import Settings
from passatk.generation.responses import one_line

PREFIX = "cmd:"
OUTPUT_BYTES = 32 * 1024 * 1024
_NOT_TO_RUN = (126, 127)  # what a shell says of a command that it cannot run


class CommandModel:
    """Starts the command anew for every attempt, through ``sh``, in the working directory.

    It finds ``PASSATK_PROBLEM``, ``PASSATK_ATTEMPT`` and, where one was given, ``PASSATK_SEED`` in
    its environment. A conversation is written as its turns, with blank lines between them.
    """

    def __init__(self, settings: Settings, *, timeout: float) -> None:
        self._settings = settings
        self._command = settings.model.removeprefix(PREFIX)
        self._timeout = timeout

    async def ask(self, request: Request) -> list[Completion]:
        return [await self._one(request, request.number)]

    async def aclose(self) -> None:
        pass

    async def _one(self, request: Request, number: int) -> Completion:
        environment = {
            **os.environ,
            "PASSATK_PROBLEM": request.problem.id,
            "PASSATK_ATTEMPT": str(number),
        }
        if self._settings.seed is not None:
            environment["PASSATK_SEED"] = str(self._settings.seed + number)
        process = await asyncio.create_subprocess_shell(
            self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
            start_new_session=True,  # so that it ends with all that it started
        )
        try:
            async with asyncio.timeout(self._timeout):
                output, errors, _ = await asyncio.gather(
                    _read(process.stdout, OUTPUT_BYTES + 1),
                    _read(process.stderr, 4096),
                    _write(process.stdin, as_text(request.messages)),
                )
                if len(output) > OUTPUT_BYTES:
                    return Completion("", Mark.OVERSIZED)
                code = await process.wait()
        except TimeoutError as error:
            raise Unreachable(f"the command did not end within {self._timeout:g} s") from error
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        said = one_line(errors.decode("utf-8", "replace"))
        if code in _NOT_TO_RUN:
            raise refusal(
                f"exit code {code}: {said}",
                where=self._command,
                expected="a command that sh can run",
                hint="see that it is there and may be executed: cmd:./sample.sh",
            )
        if code != 0:
            raise Unreachable(f"the command failed with exit code {code}: {said}")
        text = output.decode("utf-8", "replace")
        return Completion(text, None if text.strip() else Mark.EMPTY)


def as_text(messages: tuple[Message, ...]) -> bytes:
    """A single text as it is; the turns of a conversation with blank lines between them."""
    if len(messages) == 1:
        text = messages[0].text
    else:
        text = "\n\n".join(each.text.strip("\n") for each in messages) + "\n"
    return text.encode("utf-8", "surrogatepass")


async def _read(stream: asyncio.StreamReader | None, limit: int) -> bytes:
    """What comes until the end, or until there is more than the limit."""
    assert stream is not None
    read = bytearray()
    while len(read) < limit and (chunk := await stream.read(1 << 16)):
        read += chunk
    return bytes(read[:limit])


async def _write(stream: asyncio.StreamWriter | None, data: bytes) -> None:
    """Give the command its input; one that does not read it may still answer."""
    assert stream is not None
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        stream.write(data)
        await stream.drain()
        stream.close()
        await stream.wait_closed()
