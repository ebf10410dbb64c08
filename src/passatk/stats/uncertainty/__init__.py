"""How far a mean over problems may be from what it stands for.

    over_problems    for problems like these: problems, or clusters of them, were drawn
    over_attempts    for these problems, attempted again: only attempts were drawn
    bootstrap        percentile, BCa and studentized bootstrap over problems
    betting          an interval that needs no model of the problems
    empirical_bayes  the variance of these problems' attempts, each seen in the light of all
    edges            bounds where every attempt failed, or every one passed
    binomial_grid    a metric's mean and variance at given pass probabilities
    discouraged      methods in use that do not hold their level, for comparison

Everything here is about means of values in [0, 1], for all k at once.
"""

from passatk.stats.uncertainty.over_attempts import FIXED_METHODS, over_attempts
from passatk.stats.uncertainty.over_problems import SUPERPOPULATION_METHODS, over_problems
from passatk.stats.uncertainty.sample import How, Sample, Uncertainty

__all__ = [
    "FIXED_METHODS",
    "SUPERPOPULATION_METHODS",
    "How",
    "Sample",
    "Uncertainty",
    "over_attempts",
    "over_problems",
]
