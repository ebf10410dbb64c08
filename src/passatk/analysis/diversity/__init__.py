"""Diversity: how many different programs there are among attempts, and what copies are worth.

    seen       ``examine``: the attempts at one problem, clustered at every level
    behaviour  attempts that do the same on the tests
    result     what was found, as one typed result
    telling    the same as findings
    conclude   ``conclude``: from all problems to the result

The page docs/analysis/diversity.md has the formulas and when not to use them.
"""

from passatk.analysis.diversity.conclude import conclude
from passatk.analysis.diversity.result import Diversity
from passatk.analysis.diversity.seen import Part, examine

__all__ = ["Diversity", "Part", "conclude", "examine"]
