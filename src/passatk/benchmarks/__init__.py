"""Problem sets: the built-in one, readers of public formats, and whether a set can be trusted.

Nothing here runs a program; ``validate`` is handed the judge it needs.
"""

from passatk.benchmarks.loading import formats, load, names
from passatk.benchmarks.validation import ProblemReport, validate

__all__ = ["ProblemReport", "formats", "load", "names", "validate"]
