"""One test of order: what it found, and what it could have found."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

POWER_Z = 0.8416212
"""z_.8: how far beyond the critical value an effect lies that is found 8 times in 10."""


@dataclass(frozen=True, slots=True)
class OrderTest:
    """A test of the hypothesis that the attempts at a problem are exchangeable.

    Attributes:
        name: ``"trend"``, ``"prefix"``, ``"lag-1"``, ``"change point"``, ``"first pass"`` or
            ``"score trend"``.
        effect: how large the departure from exchangeability is, in ``unit``; None without
            information.
        unit: what ``effect`` and ``detectable`` are measured in.
        z: the standardised statistic, for ``prefix`` the largest over all places; None without
            information, and for ``change point``, whose largest deviation has no normal scale.
        p: two-sided; None means no information (every order of these results looks the same),
            which is not the same as p = 1.
        detectable: the smallest effect that a two-sided 5 % test would find with 80 % power; None
            where no such figure exists.
        at: the attempt (1-based) where the statistic is largest; None where it has no place.
        p_adjusted: p after Holm's correction over the family tested together; None if untested.
        problems: how many problems the test could use.
        standard_error: of ``effect`` under exchangeability, at the place ``at`` where there is one.
        critical: how many standard errors (of the largest, where the place was searched for) an
            effect has to reach, at the level of the family divided by its size: what Holm's
            correction asks of the first claim. ``effect`` -+ ``critical * standard_error`` then
            holds together with those of the other tests.
    """

    name: str
    effect: float | None
    unit: str
    z: float | None
    p: float | None
    detectable: float | None
    at: int | None = None
    p_adjusted: float | None = None
    problems: int = 0
    standard_error: float | None = None
    critical: float | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """``effect`` -+ ``critical * standard_error``; None without one of them."""
        if self.effect is None or self.standard_error is None or self.critical is None:
            return None
        half = self.critical * self.standard_error
        return self.effect - half, self.effect + half

    @property
    def detectable_in_family(self) -> float | None:
        """The smallest effect, at this place, that is claimed 8 times in 10 after correction."""
        if self.standard_error is None or self.critical is None:
            return None
        return (self.critical + POWER_Z) * self.standard_error

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return dataclasses.asdict(self)

    def __str__(self) -> str:
        if self.p is None:
            return f"{self.name}: no information"
        place = "" if self.at is None else f" at attempt {self.at}"
        effect = "no finite slope" if self.effect is None else f"{self.effect:+.4f} {self.unit}"
        holm = "" if self.p_adjusted is None else f" (adjusted {self.p_adjusted:.3g})"
        return f"{self.name}: {effect}{place}, p={self.p:.3g}{holm}"
