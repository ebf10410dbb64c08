"""pass@k for every k, with bands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from passatk.stats import Estimate, Outcomes, estimate
from passatk.stats.stopping import StopAtSuccess


@dataclass(frozen=True, slots=True)
class Band:
    """The whole curve.

    Attributes:
        curve: pass@1, pass@2, ... for problems like these; each interval holds for its k alone.
        again: the same for these problems attempted again; empty where attempts ended with a pass.
    """

    curve: tuple[Estimate, ...]
    again: tuple[Estimate, ...]

    def to_dict(self) -> dict[str, Any]:
        """One list for each column."""
        document: dict[str, Any] = {
            "k": [each.k for each in self.curve],
            "value": [each.value for each in self.curve],
            "band": "pointwise",
        }
        for name, each in (("superpopulation", self.curve), ("fixed", self.again)):
            document[name] = {"low": [e.low for e in each], "high": [e.high for e in each]}
        return document


def band(outcomes: Outcomes, level: float) -> Band:
    """The curve up to the smallest n."""
    ks = range(1, int(outcomes.largest_k.min()) + 1)
    stopped = isinstance(outcomes.stopping, StopAtSuccess)
    return Band(
        tuple(estimate(outcomes, ks, level=level)),
        () if stopped else tuple(estimate(outcomes, ks, level=level, target="fixed")),
    )
