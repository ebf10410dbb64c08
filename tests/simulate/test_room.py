"""What the room offers, and that its examples hold."""

import doctest
import importlib
import pkgutil

import passatk
import passatk.simulate


def test_public_names() -> None:
    """Everything listed is there, and reachable from the package."""
    assert all(hasattr(passatk.simulate, name) for name in passatk.simulate.__all__)
    assert sorted(passatk.simulate.__all__) == passatk.simulate.__all__
    assert passatk.simulate is importlib.import_module("passatk.simulate")


def test_the_examples_in_the_docstrings_hold() -> None:
    """Doctests of every module."""
    modules = [
        importlib.import_module(f"passatk.simulate.{module.name}")
        for module in pkgutil.iter_modules(passatk.simulate.__path__)
    ]
    results = [doctest.testmod(module) for module in modules]
    assert sum(result.failed for result in results) == 0
    assert sum(result.attempted for result in results) >= 6
