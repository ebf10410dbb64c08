"""An answer of an analysis, as one value."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from passatk import notebook
from passatk.stats import Caveat
from passatk.stats.result import percent

Verdict = Literal["found", "not found", "no information", "description"]
"""``found``: the evidence holds after the stated correction; ``not found``: it does not, which is
no proof of absence (see ``smallest_detectable``); ``no information``: the data cannot tell;
``description``: a number that nothing was tested about."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer, with all that is needed to judge it.

    Attributes:
        code: stable name, dotted, ``"order.trend"``.
        verdict: what the evidence amounts to.
        sentence: one plain sentence that claims no more than the evidence.
        effect: the size of what was looked for, in ``unit``; None where it cannot be had.
        unit: what ``effect`` is, ``"pass@1, second half minus first"``.
        low, high: confidence interval of ``effect`` at ``level``; None where there is none.
        level: confidence level, in (0, 1).
        p: of the test by itself, in [0, 1]; None where nothing was tested.
        p_adjusted: after ``correction``; it decides ``verdict``.
        correction: the correction and its family, ``"Holm over 4 tests of order"``.
        smallest_detectable: the effect that would have been found 8 times in 10, in ``unit``.
        method: how it was computed, with the reference where it has one.
        problems, attempts: how many it rests on.
        caveats: what a reader has to know.
        evidence: names of problems or attempts (``"p/1#3"``) to look at first.
    """

    code: str
    verdict: Verdict
    sentence: str
    effect: float | None = None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    p: float | None = None
    p_adjusted: float | None = None
    correction: str = ""
    smallest_detectable: float | None = None
    method: str = ""
    problems: int = 0
    attempts: int = 0
    caveats: tuple[Caveat, ...] = ()
    evidence: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            **dataclasses.asdict(self),
            "caveats": [dataclasses.asdict(each) for each in self.caveats],
            "evidence": list(self.evidence),
        }

    def _repr_html_(self) -> str:
        effect = "" if self.effect is None else f"{self.effect:.4g} {self.unit}".strip()
        row = {
            "finding": self.sentence,
            "": self.verdict,
            "effect": effect,
            f"{percent(self.level)} interval": notebook.interval(self.low, self.high),
            "p": "" if self.p_adjusted is None else f"{self.p_adjusted:.3g}",
        }
        return notebook.table([row], notes=[each.message for each in self.caveats])


class Result(Protocol):
    """What every analysis gives: its findings, the most telling first, and its numbers."""

    @property
    def findings(self) -> Sequence[Finding]: ...

    def to_dict(self) -> dict[str, Any]: ...
