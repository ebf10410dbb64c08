"""Why more attempts help: luck within a problem, and what unlike problems take away from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.errors import DataError, PassatkError
from passatk.stats.estimation import estimate_values
from passatk.stats.kernel import distinct_pairs, pass_table
from passatk.stats.outcomes import Outcomes
from passatk.stats.resampling import DEFAULT_SEED, pair_masses, resampled_masses
from passatk.stats.result import Estimate
from passatk.stats.stopping import StopAtSuccess, check_fixed_n
from passatk.stats.validation import (
    FloatArray,
    IntArray,
    check_enough_attempts,
    check_k,
    check_level,
)


@dataclass(frozen=True, slots=True)
class Gap:
    """The gain of k attempts over one, and where the rest of what luck offers went.

    Attributes:
        k: attempts allowed.
        gain: pass@k - pass@1.
        alike: the gain if every problem had the mean pass probability: all is luck.
        loss: alike - gain, what is lost because problems differ: easy ones need no further
            attempt, hard ones are not helped by it. Never negative, but for sampling.
    """

    k: int
    gain: Estimate
    alike: Estimate
    loss: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "k": self.k,
            **{name: getattr(self, name).to_dict() for name in ("gain", "alike", "loss")},
        }


@dataclass(frozen=True, slots=True)
class GapReport:
    """Luck within problems and differences between them.

    Attributes:
        gaps: one for each k.
        luck: pass@2 - pass@1 = E[p(1-p)], the variance of one attempt at its problem; None with a
            single attempt a problem.
        icc: Var(p) / (pbar (1 - pbar)), the share of the variance of one attempt that lies between
            problems: 0 where all are alike, 1 where each is always or never solved. None where
            all attempts, or none, passed, or with a single attempt a problem.
    """

    gaps: tuple[Gap, ...]
    luck: Estimate | None
    icc: Estimate | None

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "gaps": [each.to_dict() for each in self.gaps],
            "luck": None if self.luck is None else self.luck.to_dict(),
            "icc": None if self.icc is None else self.icc.to_dict(),
        }


def gap_report(
    outcomes: Outcomes,
    k: int | Sequence[int],
    *,
    level: float = 0.95,
    resamples: int = 2000,
    rng: np.random.Generator | None = None,
) -> GapReport:
    """Split the gap between pass@k and pass@1.

    With pbar = E[p] and g_k = pass@k,

        g_k - g_1 = [1 - (1-pbar)^k - pbar] - {E[(1-p)^k] - (1-pbar)^k},

    the gain of problems that are all alike minus the loss to their differences, which Jensen's
    inequality keeps from being negative. g_2 - g_1 = E[p(1-p)] exactly, so that
    ICC = 1 - (g_2 - g_1) / (pbar (1-pbar)); pbar^2 is estimated without bias by m^2 - s^2/P.

    Args:
        outcomes: at least two problems with k attempts each.
        k: attempts allowed, each at least 2.
        level: of the intervals: Student's t for ``gain`` and ``luck``, percentiles of a bootstrap
            over problems (or clusters of them) for the others.
        resamples: of that bootstrap.
        rng: for it; by default a fixed seed.

    Raises:
        DataError: k > n, a single problem, or n that differ with nothing to say why.
        PassatkError: k < 2, a bad level.

    >>> report = gap_report(Outcomes.from_counts(10, [0, 0, 5, 5, 10, 10] * 10), 10)
    >>> print(report.icc)
    ICC 0.634 [0.486, 0.762]
    >>> gap = report.gaps[0]
    >>> round(gap.gain.value, 4), round(gap.alike.value - gap.loss.value, 4)
    (0.1667, 0.1667)
    """
    check_level(level)
    ks = check_k(k)
    if int(ks.min()) < 2:
        raise PassatkError(f"k must be at least 2 for a gap to pass@1; got k={ks.min()}")
    check_fixed_n(outcomes.stopping, outcomes.n)
    check_enough_attempts(outcomes.largest_k, ks, outcomes.problems)
    if len(outcomes) < 2:
        raise DataError("one problem does not differ from others", expected="at least 2 problems")
    rng = np.random.default_rng(DEFAULT_SEED) if rng is None else rng
    pairs = distinct_pairs(outcomes.n, outcomes.c)
    rule = outcomes.stopping
    stop_at = rule.successes if isinstance(rule, StopAtSuccess) else None
    table = pass_table(pairs.n, pairs.c, np.concatenate([[1, 2], ks]), stop_at)
    masses = np.vstack(
        [pair_masses(outcomes, pairs), resampled_masses(outcomes, pairs, resamples, rng)]
    )
    parts = _split(table, masses, ks, len(outcomes))
    values = table[pairs.index]

    def drawn(metric: str, every: FloatArray, k: int | None) -> Estimate:
        low, high = np.quantile(every[1:], [(1 - level) / 2, (1 + level) / 2])
        return Estimate(
            metric=metric,
            value=float(every[0]),
            standard_error=float(every[1:].std(ddof=1)),
            low=float(low),
            high=float(high),
            level=level,
            method="percentile",
            target="superpopulation",
            warnings=(),
            k=k,
            problems=len(outcomes),
            attempts=int(outcomes.n.sum()),
        )

    def paired(metric: str, column: int, k: int | None) -> Estimate:
        return estimate_values(
            values[:, column] - values[:, 0],
            outcomes,
            metric=metric,
            bounds=(-1.0, 1.0),
            k=k,
            level=level,
            method="t",
        )

    twice = int(outcomes.largest_k.min()) >= 2
    return GapReport(
        gaps=tuple(
            Gap(
                k=each,
                gain=paired(f"pass@{each} - pass@1", column + 2, each),
                alike=drawn(
                    f"pass@{each} - pass@1 of problems alike", parts.alike[:, column], each
                ),
                loss=drawn(f"loss of pass@{each} to differences", parts.loss[:, column], each),
            )
            for column, each in enumerate(ks.tolist())
        ),
        luck=paired("pass@2 - pass@1", 1, 2) if twice else None,
        icc=drawn("ICC", parts.icc, None) if twice and np.isfinite(parts.icc).all() else None,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """Of the data and each resample, first axis."""

    alike: FloatArray
    loss: FloatArray
    icc: FloatArray


def _split(table: FloatArray, masses: FloatArray, k: IntArray, problems: int) -> _Parts:
    means = (masses @ table) / masses.sum(axis=1, keepdims=True)
    pbar, luck, achieved = means[:, 0], means[:, 1] - means[:, 0], means[:, 2:]
    alike = -np.expm1(k * np.log1p(-np.minimum(pbar, 1.0 - 1e-16))[:, None])
    squares = (masses @ table[:, 0] ** 2) / masses.sum(axis=1) - pbar**2
    total = pbar * (1.0 - pbar) + squares / (problems - 1)
    # A resample of problems always or never solved, all alike, has nothing to share out.
    icc = 1.0 - np.divide(luck, total, out=np.full_like(luck, np.nan), where=total > 1e-12)
    if np.isfinite(icc[0]):
        icc = np.where(np.isfinite(icc), icc, icc[0])
    return _Parts(alike - pbar[:, None], alike - achieved, icc.clip(max=1.0))
