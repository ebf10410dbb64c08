"""Runs on the same problems, held against each other.

pairing        runs laid side by side, problem by problem
difference     what a mean difference allows to say: intervals, margins
sign_flip      the test that there is no difference, for all k at once
change         what a comparison gave, in numbers and words
paired         a run against a baseline
label_tests    tests that two runs are alike at every problem: McNemar, permuted labels
rank_sets      several runs: which places each may have
repeated_runs  several runs of each model
sensitivity    conditions: contrasts, crossing curves, agreement of rankings
"""

from passatk.stats.comparison.change import Comparison, Conclusion
from passatk.stats.comparison.label_tests import LabelTest, mcnemar, permute_labels
from passatk.stats.comparison.paired import compare
from passatk.stats.comparison.rank_sets import PairwiseChange, Ranked, Ranking, rank_sets
from passatk.stats.comparison.repeated_runs import (
    RepeatedComparison,
    RunComponents,
    compare_repeated,
    run_components,
)
from passatk.stats.comparison.sensitivity import (
    Contrast,
    Crossing,
    RankAgreement,
    contrasts,
    crossing,
    rank_agreement,
)

__all__ = [
    "Comparison",
    "Conclusion",
    "Contrast",
    "Crossing",
    "LabelTest",
    "PairwiseChange",
    "RankAgreement",
    "Ranked",
    "Ranking",
    "RepeatedComparison",
    "RunComponents",
    "compare",
    "compare_repeated",
    "contrasts",
    "crossing",
    "mcnemar",
    "permute_labels",
    "rank_agreement",
    "rank_sets",
    "run_components",
]
