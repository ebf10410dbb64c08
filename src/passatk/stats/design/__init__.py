"""How much to measure, before it is measured.

variation  what varies: problems, and chance in attempts
planning   standard errors, power, numbers of problems, and the best use of a budget
"""

from passatk.stats.design.planning import (
    Plan,
    Split,
    best_split,
    power,
    problems_needed,
    smallest_detectable,
    standard_error,
)
from passatk.stats.design.variation import Variation, variation

__all__ = [
    "Plan",
    "Split",
    "Variation",
    "best_split",
    "power",
    "problems_needed",
    "smallest_detectable",
    "standard_error",
    "variation",
]
