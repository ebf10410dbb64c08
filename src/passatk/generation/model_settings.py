"""How a model is sampled: everything that can change what it answers, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from passatk.errors import DataError
from passatk.generation.templates import Template

Kind = Literal["server", "command", "builtin"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is sampled under; the same for all its attempts, and recorded in its manifest.

    Where the model runs (its address, its key), how fast it is asked and what it costs are no part
    of it. None leaves a setting to the server.

    Raises:
        DataError: a setting is out of its range.
    """

    kind: Kind
    model: str
    template: Template
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    """Attempt number j is asked for with the seed ``seed + j``."""
    stop: tuple[str, ...] = ()
    max_tokens: int | None = None
    reasoning_effort: str | None = None
    system: str | None = None
    """The system prompt, in place of the template's own."""
    extra_body: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Further fields of every request, as a server of one kind has them."""

    def __post_init__(self) -> None:
        _check("temperature", self.temperature, "0 <= temperature <= 10", 0, 10)
        _check("top-p", self.top_p, "0 <= top-p <= 1", 0, 1)
        _check("max-tokens", self.max_tokens, "a whole number from 1", 1, 1 << 31)
        _check("seed", self.seed, "a whole number from 0", 0, 1 << 62)

    @property
    def chat(self) -> bool:
        return self.template.chat

    def to_dict(self) -> dict[str, Any]:
        """For the manifest; what was left to the server is None."""
        return {
            "kind": self.kind,
            "model": self.model,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "seed": self.seed,
            "stop": list(self.stop),
            "max_tokens": self.max_tokens,
            "reasoning_effort": self.reasoning_effort,
            "system": self.system,
            "extra_body": dict(self.extra_body),
            "prompt": self.template.identity(),
        }


def _check(name: str, value: float | None, expected: str, low: float, high: float) -> None:
    if value is not None and not (math.isfinite(value) and low <= value <= high):
        raise DataError(
            f"--{name} is out of its range", field=name, expected=expected, found=repr(value)
        )
