"""From a completion to the attempt that is stored and judged."""

from __future__ import annotations

from typing import Any

from passatk.attempts import assemble
from passatk.generation.model import Completion, Request
from passatk.generation.model_settings import Settings
from passatk.records import Attempt
from passatk.sampling.chains import FEEDBACK


def attempt_of(
    settings: Settings,
    request: Request,
    place: int,
    completion: Completion,
    *,
    cost: float | None,
    seconds: float,
) -> Attempt:
    """The attempt in a request's completion number ``place``.

    Args:
        seconds: from first sending the request to its answer.
    """
    extra: dict[str, Any] = {
        "mark": None if completion.mark is None else str(completion.mark),
        "finish_reason": completion.finish_reason,
        "prompt_tokens": completion.prompt_tokens,
        "cached_tokens": completion.cached_tokens,
        "completion_tokens": completion.completion_tokens,
        "reasoning_tokens": completion.reasoning_tokens,
        "cost": cost,
        "latency_seconds": round(seconds, 4),
        "note": completion.note,
        FEEDBACK: request.messages[-1].text if request.step else None,
    }
    template = settings.template
    return Attempt(
        problem_id=request.problem.id,
        number=request.number + place,
        program=assemble(
            request.problem, completion.text, field=template.answer, extract=template.extract
        ),
        text=completion.text,
        text_field=template.answer,
        chain=request.chain,
        step=request.step,
        extra={name: value for name, value in extra.items() if value is not None},
    )
