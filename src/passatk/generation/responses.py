"""From the body of a server's response to completions.

The one place that decides what a response means; docs/generation.md has the table. Source for the
fields: the API reference of OpenAI for chat completions and completions, and what vLLM, SGLang,
llama.cpp and Ollama send in their place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from passatk.generation.model import Completion, Mark, OneByOne, Unreachable

_OF_THE_PROMPT = {"content_filter", "content_policy_violation", "context_length_exceeded"}
"""Codes of a refused request that say something about this prompt, not about the settings."""

_TOKENS = ("prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens")


def read_answer(body: bytes, count: int) -> list[Completion]:
    """The completions in the body of a successful response to a request for ``count`` of them.

    The tokens that the server reports are shared out among the first ``count``. No choice at all
    is an empty completion where one was asked for. Bytes that are no UTF-8 become U+FFFD.

    Raises:
        Unreachable: the body is not what a server of this kind sends.
        OneByOne: several were asked for and there is none.
    """
    text = body.decode("utf-8", "replace")
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreachable(f"the response is not JSON: {one_line(text)}") from error
    choices = answer.get("choices") if isinstance(answer, dict) else None
    if not isinstance(choices, list) or not all(isinstance(each, dict) for each in choices):
        raise Unreachable(f"the response has no list of choices: {one_line(text)}")
    if not choices:
        if count > 1:
            raise OneByOne
        choices = [{}]
    tokens = _usage(answer.get("usage"))
    wanted = min(count, len(choices))
    none: list[int | None] = [None] * (len(choices) - wanted)
    shares = {name: _split(tokens[name], wanted) + none for name in _TOKENS}
    return [
        _completion(choice, {name: shares[name][i] for name in _TOKENS})
        for i, choice in enumerate(choices)
    ]


def refused_prompt(body: bytes) -> Completion | None:
    """The attempt in a refusal of this very prompt (a filter, or no room for it); else None."""
    error = _error(body)
    message = _message(error, body)
    codes = [each for each in (error.get("code"), error.get("type")) if isinstance(each, str)]
    code = next((each for each in codes if each in _OF_THE_PROMPT), None)
    if code is None and "maximum context length" in message:  # vLLM and SGLang have no code for it
        code = "context_length_exceeded"
    return None if code is None else Completion("", Mark.REFUSED, code, note=message)


def error_message(body: bytes) -> str:
    """What a server said went wrong, in one line."""
    return _message(_error(body), body)


def _completion(choice: Mapping[str, Any], tokens: Mapping[str, int | None]) -> Completion:
    message = choice.get("message")
    message = message if isinstance(message, dict) else choice
    text = _text(message.get("content", message.get("text")))
    reason = choice.get("finish_reason")
    reason = reason if isinstance(reason, str) else None
    refusal = message.get("refusal")
    mark = None
    if reason == "content_filter" or (isinstance(refusal, str) and refusal):
        mark = Mark.REFUSED
    elif reason in ("length", "max_tokens"):
        mark = Mark.TRUNCATED
    elif not text.strip():
        mark = Mark.EMPTY
    note = refusal[:500] if isinstance(refusal, str) and refusal else None
    return Completion(text, mark, reason, **tokens, note=note)


def _text(content: object) -> str:
    """The text of a content: a text, or a list of parts some of which are texts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(part for part in parts if isinstance(part, str))
    return ""


def _usage(usage: object) -> dict[str, int | None]:
    known = usage if isinstance(usage, dict) else {}
    prompt, completion = (
        details if isinstance(details := known.get(name), dict) else {}
        for name in ("prompt_tokens_details", "completion_tokens_details")
    )
    found = {
        "prompt_tokens": known.get("prompt_tokens"),
        "cached_tokens": prompt.get("cached_tokens"),
        "completion_tokens": known.get("completion_tokens"),
        "reasoning_tokens": completion.get("reasoning_tokens"),
    }
    return {
        name: value if type(value) is int and 0 <= value < 1 << 53 else None
        for name, value in found.items()
    }


def _split(total: int | None, parts: int) -> list[int | None]:
    """The total in whole shares that differ by one at most."""
    if total is None:
        return [None] * parts
    share, rest = divmod(total, parts)
    return [share + (i < rest) for i in range(parts)]


def _error(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    error = answer.get("error", answer) if isinstance(answer, dict) else {}
    return error if isinstance(error, dict) else {"message": error}


def _message(error: Mapping[str, Any], body: bytes) -> str:
    message = error.get("message") or error.get("detail")
    return one_line(message if isinstance(message, str) else body.decode("utf-8", "replace"))


def one_line(text: str, limit: int = 200) -> str:
    """The beginning of a text, for a message."""
    words = " ".join(text[: 4 * limit].split())
    return (words[:limit] + "...") if len(words) > limit else words or "(nothing)"
