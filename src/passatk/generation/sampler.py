"""A sampler that stands in for a model where there is none, with known probabilities.

It knows right and wrong solutions of each problem and delivers variations of them. The truth is
planted: attempt j (0-based) of n of problem i is right with probability

    p_ij = expit(logit(p_i) + drift * (j - (n - 1) / 2)),    p_i ~ Beta(skill, ICC = spread),

where a Beta distribution with mean m and intraclass correlation r has the parameters
m (1 - r) / r and (1 - m) (1 - r) / r. Given the p_ij, which attempts are right is independent;
only the texts repeat. Beta-binomial and ICC: Ridout, Demetrio and Firth, "Estimating Intraclass
Correlation for Binary Data", Biometrics 55(1), 1999.

What games a benchmark can be planted too (``settings.py``); what it changes in the truth is in
``planting.py``, and the programs it takes are in ``planted.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from passatk.errors import DataError
from passatk.generation.delivery import deliver
from passatk.generation.drawing import generator, one_of
from passatk.generation.mutants import mutate
from passatk.generation.mutations import spoil
from passatk.generation.planted import guess, hard_code
from passatk.generation.planting import Plan, plan, probability
from passatk.generation.settings import SamplerSettings
from passatk.generation.variations import rename, vary
from passatk.records import Attempt, Problem

# Where a wrong attempt comes from; what a problem cannot give comes from the sure faults.
_FROM_KNOWN_MISTAKES = 0.75
_FROM_MUTANTS = 0.5


class BuiltinSampler:
    """Draws attempts from a problem's reference solutions and known mistakes.

    Every draw depends on the seed, the model, the problem's id and the attempt's number, and on
    nothing else: not on other problems and, without drift, not on the number of attempts. (The
    texts also depend on the Python version, which decides how a syntax tree is written.)
    """

    def __init__(self, settings: SamplerSettings) -> None:
        self.settings = settings

    def true_probability(
        self, problem_id: str, n: int, category: str | None = None
    ) -> NDArray[np.float64]:
        """Probability of being right for each of n attempts, in generation order; shape (n,).

        ``category`` is that of the problem; it matters with ``concentration`` only. Guessing,
        sorting and feedback act on what was drawn with these probabilities.
        """
        return probability(self.settings, problem_id, n, category)

    def correctness(
        self, problem_id: str, n: int, category: str | None = None
    ) -> NDArray[np.bool_]:
        """Which attempts are right, as planted; shape (n,), or fewer where chains stop."""
        return self.plan(problem_id, n, category).right

    def plan(self, problem_id: str, n: int, category: str | None = None) -> Plan:
        """The whole truth about n attempts at a problem."""
        return plan(self.settings, problem_id, n, category)

    def sample(self, problem: Problem, n: int) -> Iterator[Attempt]:
        """Attempts 0 to n - 1 of a problem (fewer where chains stop), each drawn when asked for.

        Raises:
            DataError: the problem is not in Python or has no reference solution.
        """
        planned = self.plan(problem.id, n, problem.category)
        earlier: dict[bool, list[Attempt]] = {True: [], False: []}
        made: list[Attempt] = []
        for number, right in enumerate(planned.right.tolist()):
            if planned.copy_of[number] >= 0:
                attempt = replace(made[planned.copy_of[number]], number=number)
            elif planned.family[number] >= 0:
                attempt = self._guess(problem, number, int(planned.family[number]), right=right)
            else:
                attempt = self.draw(problem, number, right=right, alike=earlier[right])
            if planned.chain is not None and planned.step is not None:
                chain, step = int(planned.chain[number]), int(planned.step[number])
                attempt = replace(attempt, chain=chain, step=step)
            earlier[right].append(attempt)
            made.append(attempt)
            yield attempt

    def draw(
        self, problem: Problem, number: int, *, right: bool, alike: Sequence[Attempt] = ()
    ) -> Attempt:
        """One attempt, right or wrong, that may repeat one of the earlier ones that are ``alike``.

        Raises:
            DataError: the problem is not in Python or has no reference solution.
        """
        _check_usable(problem)
        settings = self.settings
        random = self._random("text", problem, number)
        if random.random() < settings.duplication and alike:
            again = one_of(alike, random)
            if random.random() < settings.renaming:
                renamed = rename(again.program, random)
                return deliver(problem, number, renamed, settings.chattiness, random)
            return replace(again, number=number)
        # A generator of its own, so that what is planted leaves all other attempts as they are.
        planted = self._random("planted", problem, number).random()
        if right:
            memorised = planted < settings.memorised
            first = _tidy(problem.references[0].code)
            program = first if memorised else self._right(problem, random)
        else:
            by_heart = hard_code(problem) if planted < settings.hard_coding else None
            program = by_heart or self._wrong(problem, random)
        return deliver(problem, number, program, settings.chattiness, random)

    def _guess(self, problem: Problem, number: int, family: int, *, right: bool) -> Attempt:
        """One of a family of programs that are the same but for the constant they guess."""
        _check_usable(problem)
        base = self._right(problem, self._random("family", problem, family))
        random = self._random("text", problem, number)
        program = guess(base, family, right, random)
        return deliver(problem, number, program, self.settings.chattiness, random)

    def _random(self, purpose: str, problem: Problem, number: int) -> Generator:
        return generator(self.settings.seed, purpose, self.settings.model, problem.id, number)

    def _right(self, problem: Problem, random: Generator) -> str:
        program = vary(_any_reference(problem, random), random)
        if any(program.split() == reference.code.split() for reference in problem.references):
            return "# One way to do it.\n" + program
        return program

    def _wrong(self, problem: Problem, random: Generator) -> str:
        if self.settings.mutants and random.random() < _FROM_MUTANTS:
            mutant = mutate(_any_reference(problem, random), random)
            if mutant is not None:
                return vary(mutant, random)
        if problem.wrong and random.random() < _FROM_KNOWN_MISTAKES:
            known = one_of(problem.wrong, random)
            return vary(_tidy(known.code), random)
        return spoil(problem, vary(_any_reference(problem, random), random), random)


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
