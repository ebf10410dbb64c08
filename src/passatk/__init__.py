"""passatk: what a code-generating model can do when it may try more than once."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from passatk import simulate as simulate
    from passatk.outcomes import load as load
    from passatk.stats import Comparison as Comparison
    from passatk.stats import Estimate as Estimate
    from passatk.stats import Outcomes as Outcomes
    from passatk.stats import StopAtSuccess as StopAtSuccess
    from passatk.stats import compare as compare
    from passatk.stats import estimate as estimate
    from passatk.stats import extrapolate as extrapolate
    from passatk.stats import order_tests as order_tests
    from passatk.stats import pass_at_k as pass_at_k
    from passatk.stats import pass_at_k_curve as pass_at_k_curve

# NumPy is loaded when a statistic is asked for, not by `import passatk`: the command line answers
# `--help` without it.
_HOMES = {
    "Comparison": "passatk.stats",
    "Estimate": "passatk.stats",
    "Outcomes": "passatk.stats",
    "StopAtSuccess": "passatk.stats",
    "compare": "passatk.stats",
    "estimate": "passatk.stats",
    "extrapolate": "passatk.stats",
    "load": "passatk.outcomes",
    "order_tests": "passatk.stats",
    "pass_at_k": "passatk.stats",
    "pass_at_k_curve": "passatk.stats",
}

__all__ = [
    "Comparison",
    "Estimate",
    "Outcomes",
    "StopAtSuccess",
    "__version__",
    "compare",
    "estimate",
    "extrapolate",
    "load",
    "order_tests",
    "pass_at_k",
    "pass_at_k_curve",
    "simulate",
]


def __getattr__(name: str) -> Any:
    if name == "simulate":
        return importlib.import_module("passatk.simulate")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'passatk' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
