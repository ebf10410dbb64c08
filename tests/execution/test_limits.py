"""What a program may use, and how a calibrated limit follows from the reference solutions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.execution.limits import MIB, LimitPolicy

_SECONDS = st.floats(0.001, 100)


def test_a_fixed_limit_covers_everything() -> None:
    """Loading counts too, and the reference solutions have no say."""
    limits = LimitPolicy(time_limit=3.0).limits([1000.0])
    assert (3.0, 0.0) == (limits.cpu_seconds, limits.load_seconds)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ([0.001], 0.1),
        ([0.1], 2.0),
        ([0.1, 0.2, 0.05], 4.0),
        ([10.0], 60.0),
        ([], 3.0),
    ],
    ids=["floor", "factor", "slowest-reference", "ceiling", "no-reference"],
)
def test_a_calibrated_limit(reference: list[float], expected: float) -> None:
    """A factor over the slowest reference, between floor and ceiling."""
    assert expected == LimitPolicy().limits(reference).cpu_seconds


def test_loading_has_its_own_allowance() -> None:
    """Imports may take long where solving does not."""
    assert 2.0 == LimitPolicy().limits([0.001]).load_seconds


def test_a_floor_above_the_ceiling_holds() -> None:
    """The floor protects programs, so it is never lowered."""
    assert 90.0 == LimitPolicy(floor=90.0, ceiling=60.0).limits([0.1]).cpu_seconds


@given(_SECONDS, _SECONDS, st.none() | _SECONDS)
def test_a_slower_reference_never_makes_a_shorter_limit(
    one: float, more: float, fixed: float | None
) -> None:
    """The limit grows with the reference's time, and with every further reference."""
    policy = LimitPolicy(time_limit=fixed)
    assert policy.limits([one]).cpu_seconds <= policy.limits([one + more]).cpu_seconds
    assert policy.limits([one]).cpu_seconds <= policy.limits([one, more]).cpu_seconds


@given(_SECONDS, st.none() | _SECONDS)
def test_the_wall_clock_only_catches_sleepers(reference: float, fixed: float | None) -> None:
    """All the CPU time that a program may use fits into its wall-clock time three times over."""
    limits = LimitPolicy(time_limit=fixed).limits([reference])
    assert limits.wall_seconds > 3 * (limits.cpu_seconds + limits.load_seconds)


def test_memory_and_output_are_the_policys() -> None:
    """Every problem of a run gets the same."""
    limits = LimitPolicy(memory_bytes=7 * MIB, output_bytes=MIB).limits([0.1])
    assert (7 * MIB, MIB) == (limits.memory_bytes, limits.output_bytes)
    assert {"cpu_seconds", "wall_seconds", "load_seconds", "memory_bytes", "output_bytes"} == set(
        limits.to_dict()
    )
