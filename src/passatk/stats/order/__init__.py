"""Does the order of attempts matter, and what if attempts depend on each other?

sequences  attempts in generation order as one vector
sums       rank sums of attempts against their place
trends     do later attempts pass more often; halves; graded scores
slopes     the change of the log odds from attempt to attempt
prefix     the first t attempts against any t
null       random orders within problems, at a cost that does not grow with their number
clustered  random orders and sums of related problems as a whole
permuted   what the statistics are in random orders
statistics  trend, prefix curve, lag-1, change point held against them
family     these four with Holm's correction
first_pass the chance of a first pass at attempt t, for those without one so far
chains     attempts that build on each other: feedback and refinement
followed   chains step by step, as far as their results are known
lift       chains against independent attempts
"""

from passatk.stats.order.chains import Chains
from passatk.stats.order.family import OrderReport, order_tests
from passatk.stats.order.first_pass import Hazard, first_pass_test, hazard
from passatk.stats.order.followed import pass_of_chains
from passatk.stats.order.lift import Costs, FeedbackLift, feedback_lift, mean_steps
from passatk.stats.order.prefix import PrefixCurve, prefix_curve
from passatk.stats.order.result import OrderTest
from passatk.stats.order.slopes import slope
from passatk.stats.order.trends import half_difference, score_trend, trend

__all__ = [
    "Chains",
    "Costs",
    "FeedbackLift",
    "Hazard",
    "OrderReport",
    "OrderTest",
    "PrefixCurve",
    "feedback_lift",
    "first_pass_test",
    "half_difference",
    "hazard",
    "mean_steps",
    "order_tests",
    "pass_of_chains",
    "prefix_curve",
    "score_trend",
    "slope",
    "trend",
]
