"""Models behind an OpenAI-compatible server, through the openai client.

Requests go through ``AsyncOpenAI.post`` and responses are read by ``responses``: building and
checking the client's own models would cost more than all the rest, and would refuse what servers
other than OpenAI's send.
"""

from __future__ import annotations

import asyncio
import email.utils
import math
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from passatk.errors import MissingExtra, ModelError
from passatk.generation.connections import TooLarge, connect
from passatk.generation.model import (
    Completion,
    Mark,
    OneByOne,
    Request,
    Unreachable,
    refusal,
)
from passatk.generation.model_settings import Settings
from passatk.generation.responses import error_message, read_answer, refused_prompt
from passatk.generation.secret import Secret

if TYPE_CHECKING:
    import httpx2

_AGAIN = frozenset({408, 409, 425, 429}) | frozenset(range(500, 600))
_NO_REDIRECTS: Any = {"follow_redirects": False}


class OpenAIServer:
    """Chat completions, or plain completions, of one model under one setting.

    Args:
        key: never stored or shown; a text of the server that repeats it is changed.
        timeout: seconds for a whole request.
        connections: how many are kept open.
        now: the clock for a Retry-After that names a time, in seconds since the epoch.

    Raises:
        MissingExtra: the openai library is not installed.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        base_url: str | None,
        key: str | None,
        timeout: float,
        connections: int,
        now: Callable[[], float] = time.time,
    ) -> None:
        try:
            import httpx2
            import openai
        except ImportError:
            raise MissingExtra("sampling from a model server", "openai") from None
        self._openai, self._httpx2 = openai, httpx2
        self._settings = settings
        self._timeout = timeout
        self._now = now
        self._secret = Secret(key)
        self._path = "/chat/completions" if settings.chat else "/completions"
        self.where = shown_url(base_url) if base_url else "the OpenAI API"
        self._parameters = _parameters(settings, hosted=base_url is None)
        self._client = openai.AsyncOpenAI(
            api_key=key or "none",
            base_url=base_url,
            max_retries=0,  # counted, paced and reported by passatk
            timeout=httpx2.Timeout(timeout, connect=min(timeout, 10.0)),
            default_headers={"Accept-Encoding": "identity"},
            http_client=connect(connections),
        )

    async def ask(self, request: Request) -> list[Completion]:
        try:
            async with asyncio.timeout(self._timeout):
                response: httpx2.Response = await self._client.post(
                    self._path,
                    cast_to=self._httpx2.Response,
                    body=self._body(request),
                    options=_NO_REDIRECTS,
                )
        except TooLarge:
            return [Completion("", Mark.OVERSIZED)] * request.count
        except (TimeoutError, self._openai.APITimeoutError) as error:
            raise Unreachable(f"no answer within {self._timeout:g} s") from error
        except self._openai.APIStatusError as error:
            return [self._refused(error.response, request)] * request.count
        except (self._openai.APIConnectionError, self._httpx2.HTTPError) as error:
            cause = error.__cause__ or error
            said = self._secret.out_of(str(cause)) or type(cause).__name__
            if isinstance(cause, self._httpx2.LocalProtocolError):
                raise self._cannot_be_sent(said) from error
            raise Unreachable(f"no connection: {said}") from error
        except ValueError as error:  # no JSON or no header can say it, such as NaN
            raise self._cannot_be_sent(self._secret.out_of(str(error))) from error
        body = self._secret.out_of_bytes(response.content)
        return [self._secret.out_of_completion(c) for c in read_answer(body, request.count)]

    async def aclose(self) -> None:
        await self._client.close()

    def _body(self, request: Request) -> dict[str, Any]:
        body = dict(self._parameters)
        if self._settings.chat:
            body["messages"] = [
                {"role": each.role, "content": _sendable(each.text)} for each in request.messages
            ]
        else:
            (only,) = request.messages
            body["prompt"] = _sendable(only.text)
        stop = self._settings.stop or self._settings.template.stop_for(request.problem)
        if stop:
            body["stop"] = list(stop)
        if request.count > 1:
            body["n"] = request.count
        if self._settings.seed is not None:
            # One seed for all attempts would make them all alike.
            body["seed"] = self._settings.seed + request.number
        return body

    def _refused(self, response: httpx2.Response, request: Request) -> Completion:
        """The attempt in a response that is an error, where there is one."""
        body = self._secret.out_of_bytes(response.content)
        status, said = response.status_code, self._secret.out_of(error_message(body))
        if status in _AGAIN:
            raise Unreachable(f"HTTP {status}: {said}", self._retry_after(response.headers))
        if status in (400, 422):
            attempt = refused_prompt(body)
            if attempt is not None:
                return self._secret.out_of_completion(attempt)
            if request.count > 1:
                raise OneByOne
        raise self._error(status, said, response.headers.get("location"))

    def _error(self, status: int, said: str, location: str | None) -> ModelError:
        match status:
            case _ if location is not None and 300 <= status < 400:
                # Followed, it would be a request that nobody counts, to a server that nobody named.
                address = self._secret.out_of(shown_url(location))
                expected = "a server that answers itself"
                hint = f"if it is meant, give --base-url for what it sends to: {address}"
            case 401 | 403:
                expected = "a key that may use this model"
                hint = "set OPENAI_API_KEY, or name another variable with --api-key-env"
            case 404:
                expected = f"a server with {self._path} and the model {self._settings.model}"
                hint = "see that --base-url ends as the server wants it (often /v1), and --model"
            case _:
                expected = "settings that the server takes"
                hint = "change or leave out what it names"
        return refusal(f"HTTP {status}: {said}", where=self.where, expected=expected, hint=hint)

    def _cannot_be_sent(self, said: str) -> ModelError:
        return refusal(
            f"the request cannot be sent: {said}",
            where=self.where,
            expected="a key of visible ASCII characters; finite numbers and sound text otherwise",
            hint="look at the key's variable (a line break at its end?), --model and --extra-body",
        )

    def _retry_after(self, headers: Mapping[str, str]) -> float | None:
        """Seconds that the server asks to wait; None where it does not say."""
        try:
            return _not_negative(float(headers["retry-after-ms"]) / 1000)
        except (KeyError, ValueError):
            pass
        value = headers.get("retry-after")
        if value is None:
            return None
        try:
            return _not_negative(float(value))
        except ValueError:
            pass
        try:
            return _not_negative(email.utils.parsedate_to_datetime(value).timestamp() - self._now())
        except ValueError:
            return None


def shown_url(url: str) -> str:
    """An address as it may be stored and shown: without user, password, query and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _sendable(text: str) -> str:
    """The text, with question marks for halves of surrogate pairs, which UTF-8 cannot say."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _parameters(settings: Settings, *, hosted: bool) -> dict[str, Any]:
    """What every request says, beside its prompt."""
    limit = "max_completion_tokens" if hosted and settings.chat else "max_tokens"
    given = {
        "model": settings.model,
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        limit: settings.max_tokens,
        "reasoning_effort": settings.reasoning_effort,
    }
    return {name: value for name, value in given.items() if value is not None} | dict(
        settings.extra_body
    )


def _not_negative(seconds: float) -> float | None:
    return max(seconds, 0.0) if math.isfinite(seconds) else None
