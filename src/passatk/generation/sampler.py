"""A sampler that stands in for a model where there is none, with known probabilities.

It knows right and wrong solutions of each problem and delivers variations of them. The truth is
planted: attempt j (0-based) of n of problem i is right with probability

    p_ij = expit(logit(p_i) + drift * (j - (n - 1) / 2)),    p_i ~ Beta(skill, ICC = spread),

where a Beta distribution with mean m and intraclass correlation r has the parameters
m (1 - r) / r and (1 - m) (1 - r) / r. Given the p_ij, which attempts are right is independent;
only the texts repeat. Beta-binomial and ICC: Ridout, Demetrio and Firth, "Estimating Intraclass
Correlation for Binary Data", Biometrics 55(1), 1999.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from passatk.errors import DataError
from passatk.generation.delivery import deliver
from passatk.generation.drawing import generator, one_of
from passatk.generation.mutants import mutate
from passatk.generation.mutations import spoil
from passatk.generation.variations import vary
from passatk.records import Attempt, Problem

# Where a wrong attempt comes from; what a problem cannot give comes from the sure faults.
_FROM_KNOWN_MISTAKES = 0.75
_FROM_MUTANTS = 0.5


@dataclass(frozen=True, slots=True)
class SamplerSettings:
    """What a built-in model is like.

    Raises:
        DataError: a setting is out of its range.
    """

    skill: float = 0.5
    """Mean probability, over problems, of a right attempt at the middle of the run; in (0, 1)."""
    spread: float = 0.3
    """Intraclass correlation of the problems' probabilities, in [0, 1); 0: all the same."""
    duplication: float = 0.1
    """Probability, in [0, 1], that an attempt repeats an earlier one that is right or wrong alike
    (where there is one), verbatim. Short programs also coincide by chance."""
    drift: float = 0.0
    """Change of the logit from one attempt to the next; negative: declines. The probability then
    depends on the number of attempts, since the middle of the run stays where it is."""
    chattiness: float = 0.2
    """Probability, in [0, 1], that the text has a sentence and a fence around the program."""
    mutants: bool = False
    """Let half of the wrong attempts be mutants of a reference solution. Some turn out right, and
    the truth is then not quite what was planted."""
    model: str = "builtin"
    """Models of one seed find the same problems hard, and draw independently of each other."""
    seed: int = 0
    """From 0."""

    def __post_init__(self) -> None:
        _check("skill", self.skill, "0 < skill < 1", 0 < self.skill < 1)
        _check("spread", self.spread, "0 <= spread < 1", 0 <= self.spread < 1)
        for name in ("duplication", "chattiness"):
            share = getattr(self, name)
            _check(name, share, f"0 <= {name} <= 1", 0 <= share <= 1)
        _check("drift", self.drift, "a finite number", math.isfinite(self.drift))
        _check("seed", self.seed, "an integer from 0", self.seed >= 0)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def _check(name: str, value: float, expected: str, holds: bool) -> None:
    if not holds:
        raise DataError(
            f"{name} of the built-in sampler is out of its range",
            field=name,
            expected=expected,
            found=repr(value),
        )


class BuiltinSampler:
    """Draws attempts from a problem's reference solutions and known mistakes.

    Every draw depends on the seed, the model, the problem's id and the attempt's number, and on
    nothing else: not on other problems and, without drift, not on the number of attempts. (The
    texts also depend on the Python version, which decides how a syntax tree is written.)
    """

    def __init__(self, settings: SamplerSettings) -> None:
        self.settings = settings

    def true_probability(self, problem_id: str, n: int) -> NDArray[np.float64]:
        """Probability of being right for each of n attempts, in generation order; shape (n,)."""
        from scipy.special import expit, logit  # takes longer than all the rest to import

        steps = np.arange(n) - (n - 1) / 2
        middle = logit(self._problem_probability(problem_id))
        return np.asarray(expit(middle + self.settings.drift * steps), dtype=np.float64)

    def correctness(self, problem_id: str, n: int) -> NDArray[np.bool_]:
        """Which of n attempts are right, as planted; shape (n,)."""
        luck = generator(self.settings.seed, "luck", self.settings.model, problem_id).random(n)
        return luck < self.true_probability(problem_id, n)

    def sample(self, problem: Problem, n: int) -> Iterator[Attempt]:
        """Attempts 0 to n - 1 of a problem, each drawn as it is asked for."""
        earlier: dict[bool, list[Attempt]] = {True: [], False: []}
        for number, right in enumerate(self.correctness(problem.id, n).tolist()):
            attempt = self.draw(problem, number, right=right, alike=earlier[right])
            earlier[right].append(attempt)
            yield attempt

    def draw(
        self, problem: Problem, number: int, *, right: bool, alike: Sequence[Attempt] = ()
    ) -> Attempt:
        """One attempt, right or wrong, that may repeat one of the earlier ones that are ``alike``.

        Raises:
            DataError: the problem is not in Python or has no reference solution.
        """
        _check_usable(problem)
        random = generator(self.settings.seed, "text", self.settings.model, problem.id, number)
        if random.random() < self.settings.duplication and alike:
            return replace(one_of(alike, random), number=number)
        program = self._right(problem, random) if right else self._wrong(problem, random)
        return deliver(problem, number, program, self.settings.chattiness, random)

    def _right(self, problem: Problem, random: Generator) -> str:
        return vary(_any_reference(problem, random), random)

    def _wrong(self, problem: Problem, random: Generator) -> str:
        if self.settings.mutants and random.random() < _FROM_MUTANTS:
            mutant = mutate(_any_reference(problem, random), random)
            if mutant is not None:
                return vary(mutant, random)
        if problem.wrong and random.random() < _FROM_KNOWN_MISTAKES:
            known = one_of(problem.wrong, random)
            return vary(_tidy(known.code), random)
        return spoil(problem, vary(_any_reference(problem, random), random), random)

    def _problem_probability(self, problem_id: str) -> float:
        skill, spread = self.settings.skill, self.settings.spread
        if spread == 0:
            return skill
        from scipy.special import betaincinv

        # By its quantile, so that models of different skill agree on what is hard.
        ease = generator(self.settings.seed, "ease", problem_id).random()
        scale = (1 - spread) / spread
        return float(betaincinv(skill * scale, (1 - skill) * scale, ease))


def _any_reference(problem: Problem, random: Generator) -> str:
    return _tidy(one_of(problem.references, random).code)


def _tidy(code: str) -> str:
    return code.strip("\n") + "\n"


def _check_usable(problem: Problem) -> None:
    if problem.language != "python":
        raise DataError(
            f"the built-in sampler cannot write {problem.id}",
            field="language",
            expected="python",
            found=problem.language,
        )
    if not problem.references:
        raise DataError(
            f"the built-in sampler cannot write {problem.id}",
            field="references",
            expected="at least one reference solution",
            found="none",
            hint="sample from a model, or use the built-in benchmark",
        )
