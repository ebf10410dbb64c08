"""What the numbers are good for: how many candidates, when to stop, which one first.

reviewing       who reviews, and what reviewing up to k candidates brings
review          how many candidates a reviewing developer should be given
giving_up       after how many failures to stop trying
rankers         agreement and CodeT scores, and what a ranker is worth
chain_policies  how many chains of how many steps
next_step       to go on with a chain, or to start afresh
chain_failures  what these two rest on
"""

from passatk.stats.decisions.chain_policies import BestPolicy, ChainPolicy, best_policy
from passatk.stats.decisions.giving_up import GivingUp, when_to_give_up
from passatk.stats.decisions.next_step import NextStep, next_steps
from passatk.stats.decisions.rankers import (
    RankerValue,
    agreement_scores,
    code_t_scores,
    ranker_successes,
    ranker_value,
)
from passatk.stats.decisions.review import BestK, ReviewOrder, best_k, review_curve
from passatk.stats.decisions.reviewing import ReviewCurve, Reviewing

__all__ = [
    "BestK",
    "BestPolicy",
    "ChainPolicy",
    "GivingUp",
    "NextStep",
    "RankerValue",
    "ReviewCurve",
    "ReviewOrder",
    "Reviewing",
    "agreement_scores",
    "best_k",
    "best_policy",
    "code_t_scores",
    "next_steps",
    "ranker_successes",
    "ranker_value",
    "review_curve",
    "when_to_give_up",
]
