"""How a program is handed over: as it is, or in a fenced block with a sentence around."""

from __future__ import annotations

from numpy.random import Generator

from passatk.attempts.extract import assemble
from passatk.generation.drawing import one_of
from passatk.records import Attempt, Problem

TEXT_FIELD = "solution"
"""The texts are whole programs, not completions of the prompt."""

_OPENINGS = (
    "Here is a solution:\n\n",
    "Sure! This should do it.\n\n",
    "We go through the input once and keep what is needed.\n\n",
    "",
)
_CLOSINGS = (
    "\n\nThis handles the edge cases too.",
    "\n\nLet me know if anything is unclear!",
    "\n\nThe examples of the task give the expected results.",
    "",
)


def deliver(
    problem: Problem, number: int, program: str, chattiness: float, random: Generator
) -> Attempt:
    """An attempt with this program, its text chatty with probability ``chattiness``.

    A program that would be read differently out of a chatty text (a broken one) comes as it is,
    so that the attempts mean the same after they were written to a file and read again.
    """
    chatty = random.random() < chattiness
    opening = one_of(_OPENINGS, random)
    closing = one_of(_CLOSINGS, random)
    text = f"{opening}```python\n{program}```{closing}\n"
    if not chatty or assemble(problem, text, field=TEXT_FIELD, extract="auto") != program:
        text = program
    return Attempt(problem.id, number, program, text, TEXT_FIELD)
