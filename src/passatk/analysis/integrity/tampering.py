"""Programs that tried to get a verdict from the judge without solving the problem: a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from passatk.analysis.finding import Finding
from passatk.analysis.integrity.evidence import MOST_NAMED, nothing
from passatk.analysis.integrity.part import BREAKS, Part

CODE = "integrity.tampering"


def tampering(parts: Sequence[Part], *, level: float) -> Finding:
    """Count attempts with a sandbox violation, an early exit or an equality that always agrees.

    It is a count of what this run did, so there is nothing to test. None of them passed for it
    where the judge stood apart; where results were imported, nobody knows.
    """
    attempts = sum(part.n for part in parts)
    if attempts == 0:
        return nothing(CODE, "No attempt has a result.")
    kinds = Counter(kind for part in parts for _, kind in part.breaks)
    found = kinds.total()
    counted = ", ".join(f"{kinds[kind]} {kind}" for kind in BREAKS if kinds[kind])
    sentence = (
        f"{found} of {attempts} attempts ({found / attempts:.2%}) did what no solution needs: "
        f"{counted}. That is consistent with trying to get past the judge, and with clumsiness."
        if found
        else f"None of {attempts} attempts was seen trying to get past the judge."
    )
    names = [f"{part.problem}#{number}" for part in parts for number, _ in part.breaks]
    return Finding(
        CODE,
        "description",
        sentence,
        effect=found / attempts,
        unit="of attempts",
        level=level,
        method="status and detail of verdicts, and equalities that return a constant",
        problems=sum(bool(part.breaks) for part in parts),
        attempts=attempts,
        evidence=tuple(names[:MOST_NAMED]),
    )
