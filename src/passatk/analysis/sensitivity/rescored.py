"""A run judged in another way on the same attempts, held against how it was judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.wording import decide, units_of
from passatk.stats import Caveat, Estimate, Outcomes
from passatk.stats.comparison import Contrast, contrasts

_USED = "as judged"


@dataclass(frozen=True, slots=True)
class Rescored:
    """pass@k under another way of judging minus pass@k as judged.

    ``value`` is pass@k under the other way; ``p_adjusted`` is after Holm over the ways and k;
    ``units`` says what is flipped, problems or clusters of them.
    """

    way: str
    k: int
    value: float
    change: Estimate
    p: float
    p_adjusted: float
    units: str

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        plain = {
            name: getattr(self, name) for name in ("way", "k", "value", "p", "p_adjusted", "units")
        }
        return {**plain, "change": self.change.to_dict()}


def rescored(
    used: Outcomes,
    ways: Mapping[str, Outcomes],
    k: tuple[int, ...],
    *,
    level: float,
    rng: np.random.Generator,
) -> tuple[Rescored, ...]:
    """Each way against how the run was judged, paired over problems."""
    found: list[Contrast] = contrasts({_USED: used, **ways}, _USED, k, level=level, rng=rng)
    return tuple(
        Rescored(
            each.condition,
            each.comparison.k,
            each.comparison.value.value,
            each.comparison.change,
            each.comparison.p,
            each.p_holm,
            units_of(used.clusters),
        )
        for each in found
    )


def finding_about(
    code: str, row: Rescored, sentence: str, correction: str, tests: int, *caveats: Caveat
) -> Finding:
    """A way of judging as a finding."""
    # Both ways judge the same attempts.
    once = replace(row.change, attempts=row.change.attempts // 2)
    return decide(
        code,
        once,
        sentence,
        unit=f"pass@{row.k}, {row.way} minus {_USED}",
        method=f"{once.method}, sign-flip test over {row.units}",
        p=row.p,
        p_adjusted=row.p_adjusted,
        tests=tests,
        correction=correction,
        caveats=caveats,
    )
