"""The statistics of passatk: arrays and outcomes in, estimates out.

    outcomes    what statistics see of a run: per problem, its attempts and passes
    ordering    results of attempts from tables and columns, into one vector
    kernel      pass@k of one problem for every k at once
    pass_family pass@k over arrays, and what happens where a problem has fewer than k attempts
    aggregation the mean over problems and its variance: weights, strata, clusters
    intervals   confidence intervals for a mean of values in [0, 1]
    estimation  from outcomes to labelled estimates
    result      Estimate and its caveats
    validation  the one place that checks arguments and counts

Needs NumPy and SciPy, and nothing else of passatk but its errors.
"""

from passatk.stats.estimation import estimate, pass_at_k_curve
from passatk.stats.intervals import Method
from passatk.stats.outcomes import Outcomes
from passatk.stats.pass_family import pass_at_k
from passatk.stats.result import Caveat, Estimate
from passatk.stats.validation import Policy

__all__ = [
    "Caveat",
    "Estimate",
    "Method",
    "Outcomes",
    "Policy",
    "estimate",
    "pass_at_k",
    "pass_at_k_curve",
]
