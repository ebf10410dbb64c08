"""The room as a whole: what it offers, what it imports, whether its examples hold."""

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys

import passatk.stats

MODULES = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(passatk.stats.__path__, "passatk.stats.")
]


def test_public_names() -> None:
    """What users may build on; a change here is a change for them."""
    expected = [
        "AttemptsNeeded",
        "Caveat",
        "Comparison",
        "Estimate",
        "Estimates",
        "Method",
        "MetricName",
        "Outcomes",
        "Policy",
        "StopAtSuccess",
        "Stopping",
        "VarianceComponents",
        "attempts_needed",
        "attempts_to_pass",
        "beyond_scores",
        "compare",
        "efficiency_scores",
        "estimate",
        "estimate_values",
        "extrapolate",
        "g_pass_at_k",
        "maj_at_k",
        "max_at_k",
        "max_at_k_rewards",
        "mg_pass_at_k",
        "n_at_k",
        "order_tests",
        "pass_at_k",
        "pass_at_k_curve",
        "pass_at_k_rewards",
        "pass_hat_k",
        "plug_in_pass_at_k",
        "variance_components",
    ]
    assert expected == passatk.stats.__all__
    assert all(hasattr(passatk.stats, name) for name in passatk.stats.__all__)


def test_every_public_function_and_class_is_documented() -> None:
    """Docstrings of their own, not inherited from dataclass."""
    for name in passatk.stats.__all__:
        thing = getattr(passatk.stats, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert len(inspect.getdoc(thing).splitlines()) >= 1
            assert not inspect.getdoc(thing).startswith(f"{name}(")


def test_the_examples_in_the_docstrings_hold() -> None:
    """Doctests of every module."""
    results = [doctest.testmod(module) for module in MODULES]
    assert sum(result.failed for result in results) == 0
    assert sum(result.attempted for result in results) >= 8


def test_importing_the_room_imports_no_scipy() -> None:
    """SciPy would more than double the time to import; it comes when an interval is asked for."""
    probe = "import sys, passatk.stats; print(sorted(m for m in sys.modules if m == 'scipy'))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
