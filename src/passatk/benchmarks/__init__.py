"""Problem sets: the built-in one, readers of public formats, and whether a set can be trusted.

``perturb`` gives variants that mean the same. Nothing here runs a program; ``validate`` is handed
the judge it needs.
"""

from passatk.benchmarks.loading import formats, load, names
from passatk.benchmarks.perturbations import WAYS, only, perturb
from passatk.benchmarks.validation import ProblemReport, validate

__all__ = ["WAYS", "ProblemReport", "formats", "load", "names", "only", "perturb", "validate"]
