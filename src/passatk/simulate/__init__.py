"""Runs with a known truth: what an estimator, an interval or a test is measured against.

    difficulty  how pass probabilities vary over problems, and pass@k over all such problems
    drawing     a run of attempts at drawn problems; several runs at the same problems
    chains      chains of attempts in which each step sees feedback on the one before
    scores      graded attempts: the share of tests passed
    truth       pass@k of given problems, for attempts that drift or repeat each other too

Every draw takes the generator that it uses, so that a study can be repeated to the digit.
"""

from passatk.simulate.chains import ChainDraw, ChainSetting, draw_chains
from passatk.simulate.difficulty import Beta, Difficulty, Mixture, Point, zero_inflated
from passatk.simulate.drawing import Draw, Setting, draw, draw_runs
from passatk.simulate.scores import ScoreDraw, ScoreSetting, draw_scores
from passatk.simulate.truth import (
    pass_at_k_of,
    pass_at_k_of_steps,
    pass_at_k_with_duplicates,
    prefix_pass,
)

__all__ = [
    "Beta",
    "ChainDraw",
    "ChainSetting",
    "Difficulty",
    "Draw",
    "Mixture",
    "Point",
    "ScoreDraw",
    "ScoreSetting",
    "Setting",
    "draw",
    "draw_chains",
    "draw_runs",
    "draw_scores",
    "pass_at_k_of",
    "pass_at_k_of_steps",
    "pass_at_k_with_duplicates",
    "prefix_pass",
    "zero_inflated",
]
