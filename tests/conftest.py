"""What the tests of several rooms need."""

import importlib.util
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"

# How long an example takes is not what the tests are about.
settings.register_profile("passatk", deadline=None)
settings.load_profile("passatk")

# A suite that was started in the background may have been told to ignore the keyboard's interrupt,
# and its commands would inherit that: those that tests interrupt would never end.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module")
def load_study() -> Iterator[Callable[[str], ModuleType]]:
    """Loads a script of benchmarks/ by its name, as a module until the tests of this one end."""
    loaded = []

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # for its dataclasses, which look themselves up
        loaded.append(name)
        spec.loader.exec_module(module)
        return module

    yield load
    for name in loaded:
        del sys.modules[name]
