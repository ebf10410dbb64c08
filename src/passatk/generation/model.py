"""What a model is to passatk: something that is asked, and answers with completions or a fault.

A fault of the way to the model (a refused connection, a server that is overloaded, an answer that
cannot be read) says nothing about the model, so the same is asked again. Whatever the model
delivered is an attempt, however bad it is: asking again until it looks good would bias pass@k.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Literal, Protocol

from passatk.errors import ModelError
from passatk.records import Problem

Role = Literal["system", "user", "assistant"]


class Mark(enum.StrEnum):
    """What is peculiar about a completion; it is an attempt all the same."""

    REFUSED = "refused"
    """The model declined, or a filter or the server did in its place."""
    EMPTY = "empty"
    """There is no text in it."""
    TRUNCATED = "truncated"
    """It ended at the limit of tokens."""
    OVERSIZED = "oversized"
    """The response was larger than passatk reads; its text is not kept."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """Completions to ask for: attempts ``number`` to ``number + count - 1`` at a problem.

    ``messages`` is the conversation so far, or a single text that a plain completion continues.
    ``chain`` and ``step`` (from 0) say where in a chain with feedback the attempt stands.
    """

    problem: Problem
    number: int
    count: int
    messages: tuple[Message, ...]
    chain: int | None = None
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model delivered for one attempt.

    Token counts are this completion's share of what the server reported for the request, None
    where it reported nothing.
    """

    text: str
    mark: Mark | None = None
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    note: str | None = None


class Model(Protocol):
    """A model that can be asked; ``aclose`` ends its connections."""

    async def ask(self, request: Request) -> list[Completion]:
        """At least one completion, in the order of the attempts; what is beyond ``request.count``
        was not asked for.

        Raises:
            Unreachable: a fault on the way; the same may be asked again.
            OneByOne: the server takes no more than one completion a request.
            ModelError: asking again is of no use.
        """
        ...

    async def aclose(self) -> None: ...


class Unreachable(Exception):
    """A fault on the way to the model, or of its server; nothing was delivered.

    ``after`` are the seconds that the server asks to wait, None where it did not say.
    """

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class OneByOne(Exception):
    """The server refuses a request for several completions, or gives none of them."""


def refusal(message: str, *, where: str, expected: str, hint: str) -> ModelError:
    """The error for a request that no repetition makes better."""
    return ModelError(f"{where}: {message}\n  expected: {expected}\n  next: {hint}")
