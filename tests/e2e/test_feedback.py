"""A model that learns from feedback, and what the analysis says of it."""

from __future__ import annotations

import pytest

from passatk import benchmarks
from passatk.generation.builtin_model import BuiltinModel, parse_model

from .command import Passatk

MODEL = "builtin:skill=0.4,gain=1"
STEPS = 3


def test_the_lift_that_is_reported_covers_the_planted_one(passatk: Passatk) -> None:
    """At an equal number of attempts, for chains of two steps and of three."""
    passatk.run(
        *("run", "builtin", "-m", MODEL, "-n", "2", "--name", "fed"),
        *("--feedback", str(STEPS), "--control"),
    )
    found = passatk.json("analyze", "fed", "--control", "fed-control", "--only", "chains")
    sampler, gain = parse_model(MODEL)
    model = BuiltinModel(sampler, gain=gain, attempts=1)
    problems = list(benchmarks.load("builtin").problems)
    lifts = found["analyses"]["chains"]["lifts"]
    assert list(range(2, STEPS + 1)) == [each["steps"] for each in lifts]
    for each in lifts:
        planted = model.true_lift(problems, chains=1, steps=each["steps"])
        lift = each["equal_attempts"]
        assert 0 < lift["low"] <= planted <= lift["high"]
        assert lift["value"] == pytest.approx(planted, abs=0.05)
