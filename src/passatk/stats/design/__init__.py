"""How much to measure, before it is measured.

variation  what varies: problems, and chance in attempts
planning   standard errors, power, numbers of problems, and the best use of a budget
gates      what a gate can rule out
"""

from passatk.stats.design.gates import problems_for_gate, ruled_out
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
    "problems_for_gate",
    "problems_needed",
    "ruled_out",
    "smallest_detectable",
    "standard_error",
    "variation",
]
