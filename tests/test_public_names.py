"""The names that `import passatk` promises."""

from __future__ import annotations

import subprocess
import sys

import passatk

PROMISED = [
    *("Comparison", "Estimate", "Outcomes", "StopAtSuccess", "__version__", "compare", "estimate"),
    *("extrapolate", "load", "order_tests", "pass_at_k", "pass_at_k_curve", "simulate"),
]


def test_promised_names() -> None:
    """Adding or removing a public name is a decision that shows here."""
    assert sorted(PROMISED) == sorted(passatk.__all__)


def test_promised_names_are_there() -> None:
    """Each of them can be had, and dir() shows it."""
    assert [] == [name for name in passatk.__all__ if not hasattr(passatk, name)]
    assert set(passatk.__all__) <= set(dir(passatk))


def test_no_other_name_is_made_up() -> None:
    """A misspelt name is an AttributeError, as in any module."""
    assert not hasattr(passatk, "pass_at_kk")


def test_import_is_light() -> None:
    """`import passatk` loads neither NumPy nor anything else that is not its own."""
    code = "import sys, passatk; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "False\n" == done.stdout
