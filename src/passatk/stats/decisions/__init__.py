"""What the numbers are good for: how many candidates, when to stop, which one first.

review     how many candidates a reviewing developer should be given
giving_up  after how many failures to stop trying
rankers    agreement and CodeT scores, and what a ranker is worth
"""

from passatk.stats.decisions.giving_up import GivingUp, when_to_give_up
from passatk.stats.decisions.rankers import (
    RankerValue,
    agreement_scores,
    code_t_scores,
    ranker_successes,
    ranker_value,
)
from passatk.stats.decisions.review import BestK, ReviewCurve, Reviewing, best_k, review_curve

__all__ = [
    "BestK",
    "GivingUp",
    "RankerValue",
    "ReviewCurve",
    "Reviewing",
    "agreement_scores",
    "best_k",
    "code_t_scores",
    "ranker_successes",
    "ranker_value",
    "review_curve",
    "when_to_give_up",
]
