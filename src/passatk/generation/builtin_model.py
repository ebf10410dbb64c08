"""The built-in sampler as a model that can be asked, with chains that learn from feedback.

In a chain the truth is planted as well: step s (from 0) of a chain at problem i is right with
probability

    q_is = expit(logit(p_i) + gain * s),

independently of the other steps. Attempts outside chains are the sampler's own.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from passatk.errors import DataError
from passatk.generation import BuiltinSampler, SamplerSettings
from passatk.generation.drawing import generator
from passatk.generation.model import Completion, Request
from passatk.records import Attempt, Problem

NAME = "builtin"
_KEPT_PROBLEMS = 8


class BuiltinModel:
    """Answers as the sampler with these settings does; ``gain`` is what a step of feedback adds.

    With a drift the sampler has to know ``attempts``, how many there will be at each problem.
    """

    def __init__(self, settings: SamplerSettings, *, gain: float = 0.0, attempts: int) -> None:
        if not math.isfinite(gain):
            raise DataError(
                "gain of the built-in sampler is out of its range",
                field="gain",
                expected="a finite number",
                found=repr(gain),
            )
        self.sampler = BuiltinSampler(settings)
        self.gain = gain
        self._attempts = attempts
        self._drawn: OrderedDict[str, tuple[list[Attempt], Iterator[Attempt]]] = OrderedDict()

    async def ask(self, request: Request) -> list[Completion]:
        if request.chain is not None and request.step is not None:
            return [Completion(self._step(request.problem, request.chain, request.step).text)]
        known, rest = self._of(request.problem)
        end = request.number + request.count
        known.extend(attempt for _, attempt in zip(range(len(known), end), rest, strict=False))
        return [Completion(each.text) for each in known[request.number : end]]

    async def aclose(self) -> None:
        pass

    def step_probability(self, problem_id: str, steps: int) -> NDArray[np.float64]:
        """The planted probability of being right at each step of a chain, shape (steps,)."""
        from scipy.special import expit, logit

        start = logit(self._probability(problem_id))
        return np.asarray(expit(start + self.gain * np.arange(steps)), dtype=np.float64)

    def true_lift(self, problem_ids: list[str], *, chains: int, steps: int) -> float:
        """What feedback adds, in truth: pass(chains, steps) minus pass@(chains * steps)."""
        lifts = [
            (1 - self._probability(each)) ** (chains * steps)
            - np.prod(1 - self.step_probability(each, steps)) ** chains
            for each in problem_ids
        ]
        return float(np.mean(lifts))

    def _probability(self, problem_id: str) -> float:
        return float(self.sampler.true_probability(problem_id, 1)[0])

    def _step(self, problem: Problem, chain: int, step: int) -> Attempt:
        of = self.sampler.settings
        luck = generator(of.seed, "step", of.model, problem.id, chain, step).random()
        right = bool(luck < self.step_probability(problem.id, step + 1)[step])
        # A number of its own: the texts of steps differ from those of attempts outside chains.
        number = 1_000_000 + 1_000 * chain + step
        return self.sampler.draw(problem, number, right=right)

    def _of(self, problem: Problem) -> tuple[list[Attempt], Iterator[Attempt]]:
        """The attempts drawn so far, and the rest."""
        if problem.id not in self._drawn:
            self._drawn[problem.id] = ([], self.sampler.sample(problem, self._attempts))
            if len(self._drawn) > _KEPT_PROBLEMS:
                self._drawn.popitem(last=False)
        return self._drawn[problem.id]


def parse_model(text: str) -> tuple[SamplerSettings, float]:
    """``builtin``, or ``builtin:skill=0.4,gain=1``: the sampler's settings, and the gain.

    Raises:
        DataError: a setting that the sampler does not have, or with a value that it cannot have.
    """
    types: dict[str, Any] = {each.name: type(each.default) for each in fields(SamplerSettings)}
    values: dict[str, Any] = {}
    gain = 0.0
    _, _, given = text.partition(":")
    for part in filter(None, given.split(",")):
        name, _, value = part.partition("=")
        try:
            if name == "gain":
                gain = float(value)
            elif types[name] is bool:
                values[name] = {"true": True, "false": False}[value]
            else:
                values[name] = types[name](value)
        except (KeyError, ValueError):
            raise DataError(
                "the built-in sampler has no such setting",
                field="--model",
                expected=f"{NAME}:NAME=VALUE,... with gain, {', '.join(types)}",
                found=part,
            ) from None
    return SamplerSettings(**values), gain
