"""The statistics of passatk: arrays and outcomes in, estimates out.

    outcomes    what statistics see of a run: per problem, its attempts and passes
    ordering    results of attempts from tables and columns, into one vector
    per_problem values by problem, in order or by name
    stopping    what ended the attempts at a problem, and when an estimator has to know
    kernel      what k attempts at a problem achieve, for every k at once
    pass_family pass@k and its relatives over arrays of counts
    graded      max@k, and scores from runtimes
    majority    maj@k
    ranking     n@k
    metrics     the values of each problem by the name of a metric
    attempts_needed  attempts until a share of the problems is solved
    rewards     pass@k and max@k as training rewards
    aggregation the mean over problems and its variance: weights, strata, clusters
    intervals   confidence intervals for a mean of values in [0, 1], from its variance
    uncertainty intervals for problems like these, and for these problems attempted again
    within      how much of the spread between problems is luck within them
    gap         the gain over pass@1: luck within problems, loss to their differences
    groups      do groups of problems differ
    beta_binomial  how pass probabilities vary over problems, from counts
    estimation  from outcomes to labelled estimates
    ratios      a ratio of two means over problems
    curve       the mean of pass@k for every k there is
    result      Estimate and its caveats
    comparison  runs on the same problems, held against each other
    design      how much to measure, before it is measured
    multiplicity p-values of a family of tests
    order       does the order of attempts matter; chains of attempts with feedback
    extrapolation  pass@k for more attempts than were made
    diversity   how many different attempts there are, and what copies are worth
    decisions   how many candidates to review, when to stop, which one first
    resampling  bootstrap over problems by counts, for models fitted anew to each resample
    validation  the one place that checks arguments and counts

Needs NumPy and SciPy, and nothing else of passatk but its errors.
"""

from passatk.stats.attempts_needed import AttemptsNeeded, attempts_needed
from passatk.stats.comparison import Comparison, compare
from passatk.stats.curve import pass_at_k_curve
from passatk.stats.estimation import estimate, estimate_values
from passatk.stats.extrapolation import extrapolate
from passatk.stats.graded import beyond_scores, efficiency_scores, max_at_k
from passatk.stats.intervals import Method
from passatk.stats.majority import maj_at_k
from passatk.stats.metrics import MetricName
from passatk.stats.order import order_tests
from passatk.stats.outcomes import Outcomes
from passatk.stats.pass_family import (
    attempts_to_pass,
    g_pass_at_k,
    mg_pass_at_k,
    pass_at_k,
    pass_hat_k,
    plug_in_pass_at_k,
)
from passatk.stats.ranking import n_at_k
from passatk.stats.result import Caveat, Estimate, Estimates
from passatk.stats.rewards import max_at_k_rewards, pass_at_k_rewards
from passatk.stats.stopping import StopAtSuccess, Stopping
from passatk.stats.validation import Policy
from passatk.stats.within import VarianceComponents, variance_components

__all__ = [
    "AttemptsNeeded",
    "Caveat",
    "Comparison",
    "Estimate",
    "Estimates",
    "Method",
    "MetricName",
    "Outcomes",
    "Policy",
    "StopAtSuccess",
    "Stopping",
    "VarianceComponents",
    "attempts_needed",
    "attempts_to_pass",
    "beyond_scores",
    "compare",
    "efficiency_scores",
    "estimate",
    "estimate_values",
    "extrapolate",
    "g_pass_at_k",
    "maj_at_k",
    "max_at_k",
    "max_at_k_rewards",
    "mg_pass_at_k",
    "n_at_k",
    "order_tests",
    "pass_at_k",
    "pass_at_k_curve",
    "pass_at_k_rewards",
    "pass_hat_k",
    "plug_in_pass_at_k",
    "variance_components",
]
