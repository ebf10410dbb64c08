"""pass@k beyond the attempts made, as the range that three models span."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.errors import DataError, PassatkError
from passatk.stats.extrapolation.checks import Backtest, backtest, lack_of_fit, largest_gap
from passatk.stats.extrapolation.models import (
    MODELS,
    BetaBinomial,
    Cells,
    ModelName,
    PowerLaw,
    ZeroInflated,
)
from passatk.stats.kernel import distinct_pairs
from passatk.stats.outcomes import Outcomes, check_outcomes
from passatk.stats.resampling import DEFAULT_SEED, pair_masses, resampled_masses
from passatk.stats.result import Caveat, Estimate
from passatk.stats.stopping import check_random_order
from passatk.stats.validation import FloatArray, IntArray, check_k, check_level

# Beyond this many times the attempts made, models differ by more than they say.
_FARTHEST = 100
_POOR_FIT = 0.01
_WIDE_GAP = 0.03


@dataclass(frozen=True, slots=True)
class Member:
    """One model of the ensemble.

    Attributes:
        model: its name.
        fitted: its parameters.
        values, low, high: pass@k for each k asked, with the percentile interval of refits to
            resampled problems.
        largest_gap: the largest |fitted - observed| pass@k at k <= n.
        lack_of_fit: p of a chi-square test of the fit to the counts; None where there is none.
        backtest: fitted to a fifth of the attempts, asked for all; None where n < 10.
    """

    model: ModelName
    fitted: BetaBinomial | ZeroInflated | PowerLaw
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    largest_gap: float
    lack_of_fit: float | None
    backtest: Backtest | None


@dataclass(frozen=True, slots=True)
class Extrapolation:
    """pass@k for k beyond n: ``estimates`` for each k, and the ``members`` behind them.

    An estimate's value is the mean of the members, its interval the range from the lowest lower to
    the highest upper end of theirs.
    """

    estimates: tuple[Estimate, ...]
    members: tuple[Member, ...]

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "estimates": [each.to_dict() for each in self.estimates],
            "members": [dataclasses.asdict(each) for each in self.members],
        }


def extrapolate(
    outcomes: Outcomes,
    k: int | Sequence[int],
    *,
    models: Sequence[ModelName] = ("beta-binomial", "zero-inflated", "power law"),
    level: float = 0.95,
    resamples: int = 200,
    force: bool = False,
    rng: np.random.Generator | None = None,
) -> Extrapolation:
    """pass@k for k larger than the number of attempts.

    No amount of data at n attempts determines pass@k far beyond n: it depends on how many problems
    have p near 1/k, which the attempts made do not show. So three models are fitted and their range
    is what is reported, together with how well each fits and how well it predicted all attempts
    from a fifth of them. None of it says that a problem cannot be solved: p = 0 and a tiny p look
    alike.

    Args:
        outcomes: counts suffice; weights count, clusters are resampled as a whole, strata play no
            part.
        k: larger than the smallest n, and at most 100 times it unless ``force``.
        models: the members.
        level: of the members' intervals.
        resamples: refits to resampled problems.
        force: go further than 100 n.
        rng: draws resamples and backtests; by default a fixed seed.

    Returns:
        :class:`Extrapolation`. Codes of caveats: ``extrapolated`` (always), ``forced``,
        ``left-out`` (a model that cannot be fitted), ``lack-of-fit``, ``backtest`` (the members
        missed it) and ``no-backtest``.

    Raises:
        DataError: k within or too far beyond the attempts made, fewer than two problems or
            attempts, no pass or no failure at all, or no model that can be fitted.
        PassatkError: a bad k, level, model or number of resamples.

    Source: arXiv 2510.05197 for the beta-binomial and its zero-inflated form, Brown et al. 2024
    (arXiv 2407.21787) for the power law.
    """
    check_outcomes(outcomes)
    ks = check_k(k)
    check_level(level)
    names = _check_models(models, resamples)
    check_random_order(outcomes.stopping, outcomes.n, "extrapolation")
    _check_range(outcomes, ks, force)
    rng = np.random.default_rng(DEFAULT_SEED) if rng is None else rng
    pairs = distinct_pairs(outcomes.n, outcomes.c)
    cells = Cells(pairs.n, pairs.c, pair_masses(outcomes, pairs))
    masses = resampled_masses(outcomes, pairs, resamples, rng)
    record = backtest(outcomes, names, rng=rng)
    fitted = {name: _member(name, cells, masses, ks, level, record.get(name)) for name in names}
    members = tuple(each for each in fitted.values() if each is not None)
    if not members:
        raise _nothing_fits(names)
    left_out = [name for name, each in fitted.items() if each is None]
    values = np.array([each.values for each in members])
    low, high = (np.array([getattr(each, end) for each in members]) for end in ("low", "high"))
    common = [*_about_left_out(left_out), *_caveats(members, cells)]
    return Extrapolation(
        estimates=tuple(
            Estimate(
                metric=f"pass@{each_k}",
                value=float(values[:, i].mean()),
                standard_error=None,
                low=float(low[:, i].min()),
                high=float(high[:, i].max()),
                level=level,
                method="extrapolated: " + ", ".join(each.model for each in members),
                target="superpopulation",
                warnings=(_distance(each_k, int(outcomes.n.min())), *common),
                k=each_k,
                problems=len(outcomes),
                attempts=int(outcomes.n.sum()),
            )
            for i, each_k in enumerate(ks.tolist())
        ),
        members=members,
    )


def _member(
    name: ModelName,
    cells: Cells,
    masses: FloatArray,
    ks: IntArray,
    level: float,
    record: Backtest | None,
) -> Member | None:
    """A fitted model with its record; None where the data leave it without a fit."""
    fit = MODELS[name]
    model = fit(cells)
    values = model.solved(ks)
    if np.isnan(values).any():
        return None
    refits = np.array([fit(cells.with_mass(mass)).solved(ks) for mass in masses])
    tail = (1.0 - level) / 2.0
    # A resample may leave the power law without two usable points: NaN, and not counted.
    usable = np.vstack([values, refits[~np.isnan(refits).any(axis=1)]])
    low, high = np.quantile(usable, [tail, 1.0 - tail], axis=0)
    return Member(
        model=name,
        fitted=model,
        values=tuple(values.tolist()),
        # The fit itself is one of the possible worlds, whatever the resamples say.
        low=tuple(np.fmin(low, values).tolist()),
        high=tuple(np.fmax(high, values).tolist()),
        largest_gap=largest_gap(model, cells),
        lack_of_fit=None if isinstance(model, PowerLaw) else lack_of_fit(model, cells),
        backtest=record,
    )


def _nothing_fits(names: Sequence[ModelName]) -> DataError:
    return DataError(
        "no model can be fitted",
        expected="a pass@k below 1 at two of k = 1, 2, 4, ..., for the power law",
        found=", ".join(names),
        hint="leave models at their default",
    )


def _about_left_out(names: Sequence[ModelName]) -> list[Caveat]:
    if not names:
        return []
    words = f"{', '.join(names)}: not fitted, as nearly every problem is solved within n attempts"
    return [Caveat("left-out", words)]


def _check_models(models: Sequence[ModelName], resamples: int) -> tuple[ModelName, ...]:
    unknown = [name for name in models if name not in MODELS]
    if unknown or not models:
        raise PassatkError(f"models must be among {', '.join(MODELS)}; got models={list(models)}")
    if resamples < 20:
        raise PassatkError(f"resamples must be at least 20; got resamples={resamples}")
    return tuple(dict.fromkeys(models))


def _check_range(outcomes: Outcomes, ks: IntArray, force: bool) -> None:
    if len(outcomes) < 2:
        raise DataError(
            "one problem says nothing about others",
            expected="at least two problems to extrapolate from",
        )
    n = int(outcomes.n.min())
    if int(ks.min()) <= n:
        raise DataError(
            f"k={ks.min()} is within the attempts made",
            field="k",
            expected=f"k > {n}, the fewest attempts at a problem",
            found=f"k={ks.min()}",
            hint="estimate() needs no model there",
        )
    if int(ks.max()) > _FARTHEST * n and not force:
        raise DataError(
            f"k={ks.max()} is too far beyond the attempts made",
            field="k",
            expected=f"k <= {_FARTHEST * n}, {_FARTHEST} times the fewest attempts at a problem",
            found=f"k={ks.max()}",
            hint="make more attempts, or pass force=True and keep the caveat",
        )
    passed, total = int(outcomes.c.sum()), int(outcomes.n.sum())
    if n < 2 or passed in (0, total):
        raise DataError(
            "nothing to extrapolate from",
            expected="at least two attempts at each problem, with passes and failures among them",
            found=f"{passed} of {total} attempts passed, fewest attempts {n}",
            hint="make more attempts"
            if n < 2 or passed == 0
            else "every attempt passed: no model is needed",
        )


def _distance(k: int, n: int) -> Caveat:
    if k > _FARTHEST * n:
        return Caveat("forced", f"extrapolated to {k / n:.0f} times the attempts made, as demanded")
    return Caveat("extrapolated", f"a model's word: {k / n:.1f} times the attempts made")


def _caveats(members: Sequence[Member], cells: Cells) -> list[Caveat]:
    caveats = []
    poor = [
        each.model
        for each in members
        if each.largest_gap > _WIDE_GAP
        or (each.lack_of_fit is not None and each.lack_of_fit < _POOR_FIT)
    ]
    if poor:
        which = ", ".join(poor)
        caveats.append(Caveat("lack-of-fit", f"already at k <= n these fit poorly: {which}"))
    records = [each.backtest for each in members if each.backtest is not None]
    if not records:
        n = int(cells.n.min())
        caveats.append(
            Caveat("no-backtest", f"{n} attempts are too few to hold some out; it takes 10")
        )
        return caveats
    lowest = min(each.predicted - 2 * each.spread for each in records)
    highest = max(each.predicted + 2 * each.spread for each in records)
    if not lowest <= records[0].observed <= highest:
        caveats.append(
            Caveat(
                "backtest",
                f"from {records[0].fitted_attempts} attempts these models predicted "
                f"pass@{records[0].k} between {lowest:.3f} and {highest:.3f}; "
                f"it is {records[0].observed:.3f}",
            )
        )
    return caveats
