"""When to ask, and when to ask again: rate limits, back-off, what a server says of waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from passatk.generation.model import Completion, Model, Request, Unreachable

Sleep = Callable[[float], Awaitable[None]]

LONGEST_WAIT = 600.0
"""Seconds; a server that asks for more is given up, and the same command continues later."""
_FIRST_WAIT = 0.5
_LONGEST_BACKOFF = 60.0


class GivenUp(Exception):
    """A request met a fault every time it was sent."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a request is sent again after a fault on the way."""

    retries: int = 8
    random: Random = field(default_factory=Random)

    def wait(self, failed: int, fault: Unreachable) -> float:
        """Seconds to wait after so many failures: what the server asks for, else exponential
        with jitter (Amazon Builders' Library, "Timeouts, retries and backoff with jitter")."""
        if fault.after is not None:
            return fault.after
        longest = min(_LONGEST_BACKOFF, _FIRST_WAIT * 2.0 ** (failed - 1))
        return longest * (0.5 + 0.5 * self.random.random())


class Pace:
    """Keeps requests below a rate, and all of them back while a server asks to wait.

    Args:
        per_minute: requests a minute, evenly spaced; None for no limit.
        now: the clock, in seconds.
    """

    def __init__(self, per_minute: float | None = None, *, now: Callable[[], float]) -> None:
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._now = now
        self._next = self._closed_until = now()

    async def turn(self, sleep: Sleep) -> None:
        """Wait until a request may be sent; ``sleep`` may end early, and then so does this."""
        start = max(self._next, self._now())
        self._next = start + self._gap
        while (start := max(start, self._closed_until)) > (now := self._now()):
            await sleep(start - now)
            if self._now() < start:
                return

    def hold(self, seconds: float) -> None:
        """Send nothing for a while."""
        self._closed_until = max(self._closed_until, self._now() + seconds)


async def ask_patiently(
    model: Model,
    request: Request,
    patience: Patience,
    pace: Pace,
    *,
    sending: Callable[[], None],
    sleep: Sleep = asyncio.sleep,
    failed: Callable[[Unreachable], None] = lambda fault: None,
) -> list[Completion]:
    """Ask until there is an answer.

    Only faults on the way are met by asking again: nothing was delivered then. See
    :class:`passatk.generation.model.Unreachable`.

    Args:
        sending: is called before every request that is sent, and may raise to keep it back.
        failed: is told of every fault.

    Raises:
        GivenUp: ``patience.retries`` repetitions met a fault too, or the server asks for a wait
            longer than ``LONGEST_WAIT``.
        OneByOne, ModelError: as the model raises them.
    """
    failures = 0
    while True:
        await pace.turn(sleep)
        sending()
        try:
            return await model.ask(request)
        except Unreachable as fault:
            failures += 1
            failed(fault)
            wait = patience.wait(failures, fault)
            if failures > patience.retries or wait > LONGEST_WAIT:
                asked = f", and asks to wait {wait:.6g} s" if wait > LONGEST_WAIT else ""
                raise GivenUp(f"{fault} ({failures} times{asked})") from fault
            if fault.after is not None:
                pace.hold(wait)  # the server's word is for everyone
            await sleep(wait)
