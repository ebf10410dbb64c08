"""What asking a server for a completion costs the client, from the request to the commit.

A server in a process of its own answers after 5 ms; 64 requests are under way at once. Beside
passatk stand the parts it is made of: the openai client's usual call, its call with an answer that
is left as it came (which passatk makes), httpx2 alone, and filing attempts in the store.

Usage: generation_overhead.py [COMPLETIONS]
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

CONNECTIONS = 64
DELAY_SECONDS = 0.005
PROGRAM = """Here is a solution:

```python
def add_{i}(a, b):
    total = a
    for _ in range(1):
        total += b
    return total
```
"""


async def serve() -> None:
    """Answer every request with a program, after the delay, on a port that stdout names."""
    count = 0

    class Protocol(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            self.transport, self.buffer = transport, b""

        def data_received(self, data: bytes) -> None:
            self.buffer += data
            while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
                head = self.buffer[:end].lower()
                length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
                if len(self.buffer) < end + 4 + length:
                    return
                self.buffer = self.buffer[end + 4 + length :]
                asyncio.get_running_loop().call_later(DELAY_SECONDS, self.answer)

        def answer(self) -> None:
            nonlocal count
            count += 1
            choice = {
                "index": 0,
                "message": {"role": "assistant", "content": PROGRAM.replace("{i}", str(count))},
                "finish_reason": "stop",
            }
            usage = {"prompt_tokens": 120, "completion_tokens": 60, "total_tokens": 180}
            whole = {
                "id": f"c-{count}",
                "object": "chat.completion",
                "created": 0,
                "model": "m",
                "choices": [choice],
                "usage": usage,
            }
            body = json.dumps(whole).encode()
            head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            self.transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    server = await asyncio.get_running_loop().create_server(Protocol, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def passatk(url: str, count: int, folder: str) -> list[int]:
    """Sample into a store; resident memory along the way."""
    from passatk.generation import templates
    from passatk.generation.model_settings import Settings
    from passatk.generation.openai_server import OpenAIServer
    from passatk.records import Benchmark, CallCase, CallTests, Problem
    from passatk.sampling.plan import Plan
    from passatk.sampling.run import Asking, Sampling, sample
    from passatk.store import open_store

    problems = {
        f"p{i}": Problem(f"p{i}", "def add(a, b):\n", CallTests((CallCase((1, 2), 3),)), "add")
        for i in range(100)
    }
    marks: list[int] = []
    made = 0

    class Marks:
        def begun(self, attempts: Any, there: int) -> None: ...
        def started(self, programs: int, attempts: int, judged: int) -> None: ...
        def judged(self, verdict: Any) -> None: ...
        def fault(self, fault: Any) -> None: ...

        def sampled(self, attempts: Any, spent: float) -> None:
            nonlocal made
            made += len(attempts)
            if made % (count // 5) == 0:
                marks.append(resident_bytes())

    settings = Settings("server", "m", templates.load("chat"), temperature=0.8, max_tokens=512)
    with open_store(Path(folder) / "store.db") as store:
        _, report = sample(
            store,
            Sampling(
                "run",
                Benchmark("own", MappingProxyType(problems), "hash"),
                settings,
                Plan(count // 100),
                {},
            ),
            lambda attempts: OpenAIServer(
                settings, base_url=url, key="none", timeout=60, connections=CONNECTIONS
            ),
            Asking(concurrency=CONNECTIONS, per_request=1),
            Marks(),
        )
    assert report.attempts == count // 100 * 100, report
    return marks


async def many(count: int, call: Callable[[], Awaitable[Any]]) -> None:
    left = count

    async def worker() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await call()

    await asyncio.gather(*(worker() for _ in range(CONNECTIONS)))


BODY: dict[str, Any] = {
    "model": "m",
    "messages": [{"role": "user", "content": "def add(a, b):\n"}],
    "temperature": 0.8,
    "max_tokens": 512,
}


def usual_call(url: str, count: int) -> None:
    import openai

    async def run() -> None:
        client = openai.AsyncOpenAI(base_url=url, api_key="none", timeout=60)
        await many(count, lambda: client.chat.completions.create(**BODY))
        await client.close()

    asyncio.run(run())


def raw_call(url: str, count: int) -> None:
    import httpx2
    import openai

    async def run() -> None:
        client = openai.AsyncOpenAI(base_url=url, api_key="none", timeout=60)
        await many(
            count,
            lambda: client.post("/chat/completions", cast_to=httpx2.Response, body=dict(BODY)),
        )
        await client.close()

    asyncio.run(run())


def httpx2_call(url: str, count: int) -> None:
    import httpx2

    async def run() -> None:
        limits = httpx2.Limits(max_connections=CONNECTIONS)
        async with httpx2.AsyncClient(limits=limits, timeout=60) as client:
            await many(count, lambda: client.post(f"{url}/chat/completions", json=BODY))

    asyncio.run(run())


def main(count: int) -> None:
    server = subprocess.Popen(
        [sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
        with tempfile.TemporaryDirectory() as folder:
            passatk(url, 500, folder)  # imports and caches
        with tempfile.TemporaryDirectory() as folder:
            cpu, wall = time.process_time(), time.perf_counter()
            marks = passatk(url, count, folder)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        print(f"completions                        {count:,}")
        print(f"passatk, CPU a completion          {1000 * cpu / count:.2f} ms")
        print(f"passatk, wall time                 {wall:.1f} s")
        shown = " ".join(f"{mark / 2**20:.0f}" for mark in marks)
        print(f"resident memory, MiB               {shown}")
        for name, call in (
            ("openai client, its usual call", usual_call),
            ("openai client, answer as it came", raw_call),
            ("httpx2 alone", httpx2_call),
        ):
            call(url, 200)
            some = min(count, 3000)
            cpu = time.process_time()
            call(url, some)
            cpu = time.process_time() - cpu
            print(f"{name:<34} {1000 * cpu / some:.2f} ms")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        with suppress(KeyboardInterrupt):
            asyncio.run(serve())
    else:
        os.environ.pop("OPENAI_BASE_URL", None)
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
