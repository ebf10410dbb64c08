"""A server on the loopback that speaks as OpenAI-compatible ones do, or misbehaves on purpose.

It runs in a thread of the test, keeps every request, and answers each with what its ``answer``
makes of it.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Request:
    """What was asked; ``index`` counts the requests of the server from 0."""

    index: int
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def text(self) -> str:
        """The last thing said, or the text to complete."""
        return str(self.body["messages"][-1]["content"] if "messages" in self.body else self.prompt)

    @property
    def prompt(self) -> str:
        return str(self.body.get("prompt", ""))

    @property
    def n(self) -> int:
        return int(self.body.get("n", 1))


@dataclass(frozen=True)
class Reply:
    """What comes back; ``drop`` closes the connection after so many bytes of it."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: int | None = None


Answer = Callable[[Request], Reply]


def choice(text: str | None, finish: str | None = "stop", **message: Any) -> dict[str, Any]:
    return {
        "index": 0,
        "message": {"role": "assistant", "content": text, **message},
        "finish_reason": finish,
    }


def completions(
    *choices: dict[str, Any], usage: dict[str, Any] | None = None, **more: Any
) -> Reply:
    """A successful response with these choices."""
    used = {"prompt_tokens": 10, "completion_tokens": 5 * len(choices)} if usage is None else usage
    answer = {"id": "x", "object": "chat.completion", "choices": list(choices), "usage": used}
    return Reply(json.dumps(answer | more).encode())


def says(text: str) -> Answer:
    """Always the same text, as often as it is asked for."""
    return lambda request: completions(*[choice(text)] * request.n)


def error(status: int, message: str = "no", **more: Any) -> Reply:
    headers = {name.replace("_", "-"): value for name, value in more.pop("headers", {}).items()}
    body = json.dumps({"error": {"message": message, **more}}).encode()
    return Reply(body, status, headers)


class Server:
    """``with Server(answer) as server``: answers at ``server.url`` until the block ends."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self.open = 0
        self.most_open = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 24), self._loop
        ).result()
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/v1"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        assert self._server is not None
        self._server.close()
        current = asyncio.current_task()
        tasks = [each for each in asyncio.all_tasks() if each is not current]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def asked(self) -> Counter[str]:
        """How many completions were asked for, by the text that asked."""
        counted: Counter[str] = Counter()
        for request in self.requests:
            counted[request.text] += request.n
        return counted

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await self._read(reader)) is not None:
                self.open += 1
                self.most_open = max(self.most_open, self.open)
                try:
                    reply = self.answer(request)
                    if reply.delay:
                        await asyncio.sleep(reply.delay)
                finally:
                    self.open -= 1
                writer.write(_bytes_of(reply)[: reply.drop])
                await writer.drain()
                if reply.drop is not None:
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> Request | None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        request = Request(len(self.requests), first.split()[1], headers, json.loads(body))
        self.requests.append(request)
        return request


def _bytes_of(reply: Reply) -> bytes:
    headers = {
        "content-type": "application/json",
        "content-length": str(len(reply.body)),
        **reply.headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {reply.status} Said\r\n{lines}\r\n".encode() + reply.body
