"""Which analyses there are, and how they are asked for."""

from __future__ import annotations

import importlib

import pytest

from passatk.analysis.registry import ANALYSES, chosen, of_outcomes
from passatk.errors import PassatkError


def test_names_and_their_order() -> None:
    """The order in which a page is read."""
    expected = ["profile", "order", "chains", "diversity", "integrity", "sensitivity", "selection"]
    assert expected == list(ANALYSES)


def test_analyses_that_are_there_keep_their_contract() -> None:
    """Outcomes: analyse; programs: examine and conclude."""
    for name in ANALYSES:
        module = importlib.import_module(ANALYSES[name].module)
        wanted = {"outcomes": ("analyse",), "programs": ("examine", "conclude")}[ANALYSES[name].of]
        assert [] == [each for each in wanted if not hasattr(module, each)]


def test_all_or_some_each_once() -> None:
    """Whatever the order and repetition in which they are asked for."""
    assert tuple(ANALYSES) == chosen(None)
    assert ("profile", "order") == chosen(["order", "profile", "order"])


def test_an_unknown_name_lists_the_known() -> None:
    """As far as this passatk has them."""
    with pytest.raises(PassatkError, match=r"no analysis 'odrer'\n  expected: profile, order"):
        chosen(["odrer"])


def test_a_module_is_imported_when_asked_for() -> None:
    """By its name in the table."""
    assert hasattr(of_outcomes("order"), "analyse")
