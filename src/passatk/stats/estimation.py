"""From outcomes to labelled estimates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError, PassatkError
from passatk.stats.caveats import about_values
from passatk.stats.intervals import Method
from passatk.stats.metrics import MetricName, problem_values
from passatk.stats.outcomes import Outcomes, check_outcomes
from passatk.stats.result import TARGETS, Caveat, Estimate, Estimates, Target
from passatk.stats.uncertainty import (
    FIXED_METHODS,
    SUPERPOPULATION_METHODS,
    How,
    Sample,
    Uncertainty,
    over_attempts,
    over_problems,
)
from passatk.stats.validation import (
    EstimatePolicy,
    IntArray,
    check_choice,
    check_k,
    check_length,
    check_level,
    check_scores,
)

_METHODS: dict[Target, tuple[str, ...]] = {
    "superpopulation": SUPERPOPULATION_METHODS,
    "fixed": FIXED_METHODS,
}
_SEED = 20_210_707
_RESAMPLES = 10_000


def estimate(
    outcomes: Outcomes,
    k: int | Sequence[int] = (1, 10, 100),
    *,
    metric: MetricName = "pass@k",
    tau: float | None = None,
    level: float = 0.95,
    policy: EstimatePolicy = "raise",
    target: Target = "superpopulation",
    method: Method | None = None,
    resamples: int = _RESAMPLES,
    rng: np.random.Generator | None = None,
) -> Estimates:
    """pass@k of a run, or another metric, averaged over problems, with a confidence interval.

    The value is the mean over problems of the unbiased estimate of each (see :func:`pass_at_k`),
    weighted if the outcomes carry weights. What its interval is for is the ``target``.

    Args:
        outcomes: attempts and passes of each problem, with optional weights, strata or clusters.
        k: attempts allowed, one integer >= 1 or several.
        metric: what k attempts are to achieve.

            ==============  =====================================================================
            ``pass@k``      at least one passes
            ``pass^k``      all pass
            ``g-pass@k``    at least the share ``tau`` passes
            ``mg-pass@k``   the average of g-pass@k over tau from 0.5 to 1
            ``attempts@k``  the mean number of attempts until one passes, or k; in [1, k]
            ``max@k``       the expected best score; within the outcomes' ``bounds``
            ``maj@k``       the answer that most agree on passes
            ``plug-in@k``   1 - (1 - c/n)^k: biased, for comparison only
            ==============  =====================================================================
        tau: the share for ``g-pass@k``, in [0, 1].
        level: confidence level, in (0, 1).
        policy: for problems with fewer than k attempts. ``"raise"`` names them, ``"drop"`` leaves
            them out, ``"fail"`` counts the missing attempts as failures, ``"model"`` (pass@k only)
            takes what a Beta distribution of pass probabilities, fitted to all problems, lets
            expect of them after their results; all three leave a caveat with the number of
            problems concerned. Where attempts ended with a pass
            (``outcomes.stopping``), every k up to the cap is known, and none beyond.
        target: ``"superpopulation"`` is for problems like these: problems, or clusters of them,
            were drawn. ``"fixed"`` is for these problems attempted again, and so much narrower; it
            says nothing about other problems.
        method: how the interval is made; by default the first of its target.

            for problems like these

            ===============  ====================================================================
            ``augmented-t``  Student's t after adding two pseudo-problems, one never and one
                             always solved; keeps its coverage near 0 and 1
            ``t``            Student's t; too narrow near 0 and 1, as are the bootstraps
            ``percentile``   bootstrap over problems: quantiles of the resampled means
            ``bca``          the same, corrected for bias and skewness
            ``studentized``  the same, of means divided by their standard errors
            ``betting``      holds for any distribution of problems, and is wider
            ===============  ====================================================================

            for these problems

            ========================  ===========================================================
            ``eb-variance``           the variance of attempts, each problem seen in the light of
                                      all; pass@k and other metrics of counts
            ``unbiased-variance``     a variance without any model, for pass@k with 2k <= n; poor
                                      where few problems are solved now and then
            ``plug-in-variance``,     methods in use that do not hold their level, for comparison;
            ``flat-prior``,           each says so in a caveat
            ``attempt-bootstrap``,
            ``two-stage-bootstrap``
            ========================  ===========================================================
        resamples: of a bootstrap.
        rng: for a bootstrap; by default a generator with a fixed seed, so that the same data give
            the same interval. All k see the same resamples.

    Returns:
        one :class:`Estimate` for each k, in the order asked, as a list which notebooks show as a
        table and which has ``to_frame()``. ``standard_error`` is that of the
        value, whatever the interval's method. A single problem cannot speak for others: its
        estimate has no standard error and no interval (None), and says so.

        Codes of caveats: ``boundary`` (nearly all or nearly no problems solved), ``dropped``,
        ``padded``, ``modelled``, ``unequal-n`` (asserted to be independent of results),
        ``biased`` (the plug-in), ``few-clusters``, ``few-resamples`` (for the
        tails of a bootstrap at this level), ``single-problem``, ``one-sided`` (every
        attempt failed or every one passed: a bound), ``discouraged`` (a method that does not
        hold its level).

    Raises:
        DataError: k > n under ``"raise"``, no problem left under ``"drop"``, a stratum of one
            problem, a single cluster, strata and clusters together, outcomes without the scores or
            answers that the metric needs, or numbers of attempts that differ between problems and
            nothing in ``outcomes.stopping`` that says why.
        PassatkError: a bad k, level, policy, method, metric or tau.

    >>> for each in estimate(Outcomes.from_counts(10, [0, 3, 9, 10] * 10), k=(1, 5)):
    ...     print(each)
    pass@1 0.550 [0.415, 0.680]
    pass@5 0.729 [0.583, 0.854]
    """
    check_outcomes(outcomes)
    ks = check_k(k)
    check_level(level)
    chosen = _method(target, method)
    values = problem_values(outcomes, ks, metric, tau=tau, policy=policy)
    of_counts = values.of_counts
    if target == "fixed":
        if of_counts is None:
            raise PassatkError(
                f"target='fixed' is for metrics of a fixed number of attempts and their passes, "
                f"which {metric} is not here; use target='superpopulation'"
            )
        if chosen == "unbiased-variance" and metric != "pass@k":
            raise PassatkError(f"method='unbiased-variance' is for pass@k; got metric={metric!r}")

        if policy == "model":
            raise PassatkError("policy='model' is for target='superpopulation'; got target='fixed'")
    if resamples < 2:
        raise PassatkError(f"resamples must satisfy resamples >= 2; got resamples={resamples}")
    rng = np.random.default_rng(_SEED) if rng is None else rng
    how = How(chosen, level, resamples, rng)
    estimates: dict[int, Estimate] = {}
    for columns in _columns_of_same_problems(outcomes.largest_k, ks, policy):
        largest = int(ks[columns].max())
        used = outcomes.largest_k >= (largest if policy == "drop" else 0)
        if not used.any():
            raise DataError(
                f"no problem has {largest} attempts",
                field="k",
                expected=f"1 <= k <= {outcomes.largest_k.max()}",
                found=f"k={largest}",
            )
        sample = Sample.of(outcomes, used)
        if target == "fixed" and of_counts is not None:
            parts = over_attempts(of_counts, ks[columns], sample, how)
        else:
            parts = over_problems(values.table[:, columns], values.index[used], sample, how)
        for column, part in zip(columns.tolist(), parts, strict=True):
            estimates[column] = _estimate(
                part,
                values.labels[column],
                (float(values.low[column]), float(values.high[column])),
                how=how,
                target=target,
                about_values=about_values(outcomes, int(ks[column]), metric, policy),
                k=int(ks[column]),
                problems=int(used.sum()),
                attempts=int(outcomes.n[used].sum()),
            )
    return Estimates(estimates[column] for column in range(len(ks)))


def estimate_values(
    values: ArrayLike,
    outcomes: Outcomes,
    *,
    metric: str,
    bounds: tuple[float, float] = (0.0, 1.0),
    k: int | None = None,
    level: float = 0.95,
    method: Method | None = None,
) -> Estimate:
    """The mean of one value per problem, with an interval, for a metric of your own.

    Args:
        values: an unbiased value for each problem of the outcomes, in their order, shape (P,):
            n@k, eff@k, the success of a ranker.
        outcomes: what weights, strata and clusters are taken from.
        metric: how the estimate is called.
        bounds: the range that values can lie in. The interval relies on it.
        k, level, method: as in :func:`estimate`; ``k`` is only passed on.

    Raises:
        DataError: a value outside the bounds, or another number of values than of problems.

    >>> solved = Outcomes.from_counts(4, [0, 1, 2, 4])
    >>> print(estimate_values([0.0, 0.2, 0.4, 1.0], solved, metric="selected@4"))
    selected@4 0.400 [0.000, 1.000]
    """
    check_level(level)
    how = How(_method("superpopulation", method), level, _RESAMPLES, np.random.default_rng(_SEED))
    own = check_scores(values, bounds, lambda i: f"problem {outcomes.problems[i]!r}")
    check_length("values", own, len(outcomes))
    (part,) = over_problems(
        ((own - bounds[0]) / (bounds[1] - bounds[0]))[:, None],
        np.arange(len(own)),
        Sample.of(outcomes),
        how,
    )
    return _estimate(
        part,
        metric,
        bounds,
        how=how,
        target="superpopulation",
        about_values=[],
        k=k,
        problems=len(outcomes),
        attempts=int(outcomes.n.sum()),
    )


def _method(target: Target, method: Method | None) -> str:
    check_choice("target", target, TARGETS)
    if method is None:
        return _METHODS[target][0]
    for other, methods in _METHODS.items():
        if method in methods and other != target:
            raise PassatkError(f"method={method!r} is for target={other!r}; got target={target!r}")
    check_choice("method", method, _METHODS[target])
    return method


def _columns_of_same_problems(
    largest: IntArray, k: IntArray, policy: EstimatePolicy
) -> list[IntArray]:
    """Columns of k that are about the same problems: all of them, unless some are dropped."""
    if policy != "drop":
        return [np.arange(len(k))]
    # Who has k attempts has fewer, too: the number of those left out tells them apart.
    missing = np.searchsorted(np.sort(largest), k)
    return [np.flatnonzero(missing == each) for each in np.unique(missing)]


def _estimate(
    part: Uncertainty,
    metric: str,
    bounds: tuple[float, float],
    *,
    how: How,
    target: Target,
    about_values: list[Caveat],
    k: int | None,
    problems: int,
    attempts: int,
) -> Estimate:
    """From the mean of values in [0, 1] to that of a metric within its bounds."""
    lowest, span = bounds[0], bounds[1] - bounds[0]
    return Estimate(
        metric=metric,
        value=lowest + span * part.value,
        standard_error=None if part.standard_error is None else span * part.standard_error,
        low=None if part.low is None else lowest + span * part.low,
        high=None if part.high is None else lowest + span * part.high,
        level=how.level,
        method=how.method,
        target=target,
        warnings=(*about_values, *part.warnings),
        k=k,
        problems=problems,
        attempts=attempts,
    )
