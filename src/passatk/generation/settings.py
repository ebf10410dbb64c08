"""What a built-in model is like: how able, and what is planted in its attempts."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from passatk.errors import DataError

_SHARES = (
    *("duplication", "renaming", "chattiness"),
    *("guessing", "hard_coding", "memorised", "best_first"),
)


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
    renaming: float = 0.0
    """Probability, in [0, 1], that a repeat has other names of local variables, where it has any
    that can be changed, instead of being verbatim."""
    concentration: float = 0.0
    """Standard deviation, from 0, of a normal shift of the logit that all problems of a category
    have in common: skill in some categories only. The mean over problems is then not ``skill``."""
    guessing: float = 0.0
    """Probability, in [0, 1], that a problem is guessed at. Its attempts then are families of five
    (the last one may be smaller) that differ in one constant, exactly one of each right, whatever
    the skill; no other setting concerns them but ``chattiness``."""
    hard_coding: float = 0.0
    """Probability, in [0, 1], that a wrong attempt gives the expected results of the visible tests
    and fails all others, where the problem has visible tests that can be written down."""
    memorised: float = 0.0
    """Probability, in [0, 1], that a right attempt is the first reference solution verbatim. All
    others differ from every reference in their text."""
    best_first: float = 0.0
    """Probability, in [0, 1], that a problem's attempts are sorted: the first half holds its right
    ones first, and each of the second half repeats one of the first, verbatim."""
    steps: int = 1
    """Steps of a chain, from 1. With more than one, n attempts are n // steps chains (at least
    one), each ended by its first pass: fewer attempts, which carry chain and step."""
    feedback: float = 0.0
    """What each failed step of a chain adds to the logit of the next."""

    def __post_init__(self) -> None:
        _check("skill", self.skill, "0 < skill < 1", 0 < self.skill < 1)
        _check("spread", self.spread, "0 <= spread < 1", 0 <= self.spread < 1)
        for name in _SHARES:
            share = getattr(self, name)
            _check(name, share, f"0 <= {name} <= 1", 0 <= share <= 1)
        for name in ("drift", "feedback"):
            _check(name, getattr(self, name), "a finite number", math.isfinite(getattr(self, name)))
        shift = self.concentration
        _check("concentration", shift, "a number from 0", 0 <= shift < math.inf)
        _check("steps", self.steps, "an integer from 1", self.steps >= 1)
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
