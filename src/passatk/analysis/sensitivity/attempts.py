"""What fewer attempts would have shown, and what more of them could."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.wording import no_information
from passatk.stats import Outcomes, variance_components
from passatk.stats.comparison.pairing import sum_over_clusters
from passatk.stats.kernel import pass_table
from passatk.stats.result import percent
from passatk.stats.stopping import StopAtSuccess, check_fixed_n
from passatk.stats.validation import FloatArray

_SHARES = (1 / 8, 1 / 4, 1 / 2, 3 / 4)
_SUBSAMPLES = 500


@dataclass(frozen=True, slots=True)
class Subsampled:
    """pass@k from fewer of the same attempts, over random choices of them.

    Attributes:
        k: attempts allowed.
        attempts: of each problem that are looked at.
        mean: over the choices; the estimator is unbiased, so it does not move.
        low, high: where the share ``level`` of the choices lie.
        level: that share.
        standard_error: for problems like these, with so many attempts.
    """

    k: int
    attempts: int
    mean: float
    low: float
    high: float
    level: float
    standard_error: float

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return dataclasses.asdict(self)


def subsampled(
    outcomes: Outcomes, k: tuple[int, ...], *, level: float, rng: np.random.Generator
) -> tuple[Subsampled, ...]:
    """pass@k from an eighth, a quarter, half and three quarters of the smallest n.

    The passes among m of n attempts drawn without replacement are hypergeometric, so that a choice
    needs no single attempt. Nothing is drawn for m < k.
    """
    check_fixed_n(outcomes.stopping, outcomes.n)
    smallest = int(outcomes.n.min())
    found = []
    sizes = sorted({max(int(share * smallest), 1) for share in _SHARES} - {smallest})
    for size in sizes:
        ks = np.array([each for each in k if each <= size])
        if not len(ks):
            continue
        passes = rng.hypergeometric(
            outcomes.c, outcomes.n - outcomes.c, size, size=(_SUBSAMPLES, len(outcomes))
        )
        table = pass_table(np.full(size + 1, size), np.arange(size + 1), ks)
        for column, each in enumerate(ks.tolist()):
            values = table[:, column][passes]
            means = values.mean(axis=1)
            low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
            found.append(
                Subsampled(
                    k=each,
                    attempts=size,
                    mean=float(means.mean()),
                    low=float(low),
                    high=float(high),
                    level=level,
                    standard_error=_standard_error(values, outcomes),
                )
            )
    return tuple(found)


def _standard_error(values: FloatArray, outcomes: Outcomes) -> float:
    """Of means over problems, or clusters of them; values of shape (choices, P)."""
    centred = (values - values.mean(axis=1, keepdims=True)) / len(outcomes)
    sums = sum_over_clusters(centred.T, outcomes)
    units = len(sums)
    if units < 2:
        return 0.0
    return float((units / (units - 1) * (sums**2).sum(axis=0).mean()) ** 0.5)


def about_attempts(
    outcomes: Outcomes, k: tuple[int, ...], rows: tuple[Subsampled, ...], level: float
) -> list[Finding]:
    """What half of the attempts would have given, and what any number could."""
    if isinstance(outcomes.stopping, StopAtSuccess):
        words = "Attempts ended with a pass: fewer of them would have been other attempts."
        return [no_information("sensitivity.attempts", words, level=level)]
    findings = []
    smallest = int(outcomes.n.min())
    for each in k:
        half = next((r for r in rows if r.k == each and r.attempts == max(smallest // 2, 1)), None)
        if half is None:
            continue
        reach = max(half.high - half.mean, half.mean - half.low)
        sentence = (
            f"With {half.attempts} of the {smallest} attempts, pass@{each} would lie within "
            f"{100 * reach:.1f} points of what it is in {percent(level)} of cases"
        )
        floor = _floor(outcomes, each)
        if floor is not None:
            sentence += (
                f"; attempts without end would leave {floor:.0%} of the standard error, which only "
                "more problems can lower"
            )
        findings.append(
            Finding(
                code=f"sensitivity.attempts@{each}",
                verdict="description",
                sentence=sentence + ".",
                effect=reach,
                unit=f"largest move of pass@{each} with half of the attempts",
                low=half.low - half.mean,
                high=half.high - half.mean,
                level=level,
                method=f"{_SUBSAMPLES} random choices of attempts",
                problems=len(outcomes),
                attempts=int(outcomes.n.sum()),
            )
        )
    return findings


def _floor(outcomes: Outcomes, k: int) -> float | None:
    """The share of the standard error that is left with endless attempts; None if not known."""
    # What related problems have in common is no part of these components.
    if len(outcomes) < 2 or int(outcomes.n.min()) < 2 * k or outcomes.clusters is not None:
        return None
    parts = variance_components(outcomes, k)
    return (parts.between / parts.total) ** 0.5 if parts.total > 1e-12 else None
