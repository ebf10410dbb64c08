"""Connections to a server: many of them, cheaply, and none that fills the memory."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import httpx2

RESPONSE_BYTES = 32 * 1024 * 1024
"""The largest response that is read."""

_POOL = 8
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


class TooLarge(Exception):
    """A response is larger than ``RESPONSE_BYTES``."""


def connect(connections: int) -> httpx2.AsyncClient:
    """A client for the openai library with so many connections.

    Whenever a pool hands out a connection it looks at each of its own, so that one with many takes
    most of the time there is. Requests are therefore spread over small pools. Proxies that the
    environment names are httpx2's own business, which then keeps one pool.
    """
    import httpx2
    import openai

    limits = httpx2.Limits(
        max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=60
    )
    hooks = {"response": [_bound]}
    if any(os.environ.get(name) or os.environ.get(name.lower()) for name in _PROXIES):
        return openai.DefaultAsyncHttpx2Client(limits=limits, event_hooks=hooks)
    context = httpx2.create_ssl_context()
    small = httpx2.Limits(
        max_connections=_POOL, max_keepalive_connections=_POOL, keepalive_expiry=60
    )

    class Spread(httpx2.AsyncBaseTransport):
        """Gives each request to the pool with the fewest under way."""

        def __init__(self) -> None:
            self._pools = [
                httpx2.AsyncHTTPTransport(verify=context, limits=small)
                for _ in range(-(-connections // _POOL))
            ]
            self._open = [0] * len(self._pools)

        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            place = self._open.index(min(self._open))
            self._open[place] += 1
            try:
                response = await self._pools[place].handle_async_request(request)
            except BaseException:
                self._open[place] -= 1
                raise
            response.stream = _Counted(response, self._open, place)
            return response

        async def aclose(self) -> None:
            for pool in self._pools:
                await pool.aclose()

    class _Counted(httpx2.AsyncByteStream):
        """A response's stream that says when it is done with."""

        def __init__(self, response: httpx2.Response, open_: list[int], place: int) -> None:
            self._stream = cast("httpx2.AsyncByteStream", response.stream)
            self._open, self._place, self._closed = open_, place, False

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for chunk in self._stream:
                yield chunk

        async def aclose(self) -> None:
            if not self._closed:
                self._closed = True
                self._open[self._place] -= 1
            await self._stream.aclose()

    return openai.DefaultAsyncHttpx2Client(transport=Spread(), event_hooks=hooks)


async def _bound(response: httpx2.Response) -> None:
    """Make reading the response end at the limit, also where a small one unfolds into a large one:
    a server may compress although it was asked not to."""
    import httpx2

    packed = httpx2.Response(
        response.status_code,
        headers=response.headers,
        stream=response.stream,
        request=response.request,
    )
    response.headers.pop("content-encoding", None)

    class Bounded(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            read = 0
            async for chunk in packed.aiter_bytes():
                read += len(chunk)
                if read > RESPONSE_BYTES:
                    raise TooLarge
                yield chunk

        async def aclose(self) -> None:
            await packed.aclose()

    response.stream = Bounded()
