"""Whether it matters when an attempt was made, and which number to quote if it does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from passatk.analysis.chained import independent_attempts
from passatk.analysis.finding import Finding
from passatk.analysis.order_words import (
    about_assumption,
    about_best_first,
    about_halves,
    about_test,
)
from passatk.analysis.scores import graded_outcomes
from passatk.analysis.subject import Subject
from passatk.analysis.table import Table
from passatk.analysis.wording import cell, corrected, holm_over, no_information, usual_k
from passatk.errors import DataError
from passatk.stats import Estimate, Outcomes, estimate, estimate_values
from passatk.stats.order import (
    Hazard,
    OrderReport,
    OrderTest,
    first_pass_test,
    half_difference,
    hazard,
    order_tests,
    score_trend,
    slope,
)
from passatk.stats.order.sequences import Sequences
from passatk.stats.order.statistics import normal_critical
from passatk.stats.resampling import DEFAULT_SEED
from passatk.stats.stopping import StopAtSuccess

Quality = Literal["declines", "improves", "no trend found", "unknown"]

_MOST_PERMUTATIONS, _FEWEST_PERMUTATIONS = 9999, 999
# Attempts drawn in all permutations together: a second or two.
_DRAWN = 2e8
_SHOWN = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Order:
    """What the order of the attempts says.

    Attributes:
        findings: the answers; the first is about the assumption of pass@k.
        quality: how the pass rate goes from attempt to attempt.
        best_first: whether the first attempt was shown to be better than others.
        quote: ``"pass@k"`` where nothing speaks against it, else ``"first-k"``.
        tests: all tests with p after Holm's correction over them.
        report: trend, prefix curve, serial dependence and change point; None where order cannot
            be looked at.
        slope: change of the log odds from an attempt to the next; None where it is not finite.
        halves: pass@1 of the second half of the attempts minus that of the first.
        in_order: share of problems with a pass among the first k attempts.
        any_order: pass@k for the same k.
        hazard: the chance of a first pass at attempt t.
    """

    findings: tuple[Finding, ...]
    quality: Quality
    best_first: bool
    quote: Literal["pass@k", "first-k"]
    tests: tuple[OrderTest, ...]
    report: OrderReport | None
    slope: Estimate | None
    halves: Estimate | None
    in_order: tuple[Estimate, ...]
    any_order: tuple[Estimate, ...]
    hazard: Hazard

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        document: dict[str, Any] = {
            name: getattr(self, name) for name in ("quality", "best_first", "quote")
        }
        for name in ("findings", "tests", "in_order", "any_order"):
            document[name] = [each.to_dict() for each in getattr(self, name)]
        for name in ("report", "slope", "halves", "hazard"):
            part = getattr(self, name)
            document[name] = None if part is None else part.to_dict()
        return document

    @property
    def tables(self) -> tuple[Table, ...]:
        """The first k against any k, and the hazard of a first pass."""
        if self.report is None:
            return ()
        rows = [
            [str(one.k), cell(one), cell(other), f"{one.value - other.value:+.3f}"]
            for one, other in zip(self.in_order, self.any_order, strict=True)
        ]
        curve = Table("the first k attempts against any k", ("k", "first k", "any k", ""), rows)
        random = self.hazard.exchangeable
        places = [t for t in _SHOWN if t <= len(self.hazard.t) and self.hazard.at_risk[t - 1]]
        hazards = [
            [
                str(t),
                str(int(self.hazard.at_risk[t - 1])),
                f"{self.hazard.hazard[t - 1]:.3f}",
                "-" if random is None else f"{random[t - 1]:.3f}",
            ]
            for t in places
        ]
        return (
            curve,
            Table(
                "chance of a first pass at attempt t",
                ("t", "problems left", "in this order", "in random order"),
                hazards,
                "it falls in any order: easy problems leave first",
            ),
        )


def analyse(subject: Subject, *, level: float = 0.95, seed: int = DEFAULT_SEED) -> Order:
    """Test whether the attempts at each problem are exchangeable, and say what follows.

    Five tests, six where attempts have scores, each over random orders within problems or with the
    exact variance of these, and Holm's correction over all of them. Where the run has chains, each
    chain counts as one attempt.

    Args:
        subject: the run.
        level: one minus the error rate of the family; intervals hold for the family together.
        seed: of the random orders.

    Raises:
        DataError: numbers of attempts that differ between problems, and nothing says why.
    """
    outcomes, caveats = independent_attempts(subject)
    if isinstance(outcomes.stopping, StopAtSuccess):
        return _stopped(outcomes, level)
    scores = None if subject.seen.chained else graded_outcomes(subject)
    family = 5 + (scores is not None)
    report = order_tests(
        outcomes,
        permutations=_permutations(outcomes),
        level=level,
        family=family,
        rng=np.random.default_rng(seed),
    )
    critical = normal_critical((1.0 - level) / family)
    normal = [first_pass_test(outcomes)]
    if scores is not None:
        normal.append(score_trend(scores))
    tests = _adjusted([*report.tests, *(_with(each, critical=critical) for each in normal)])
    found = {test.name: test for test in tests if _found(test, level)}
    quality = _quality(tests, found)
    first = report.prefix.best_first
    best_first = (
        first.low is not None
        and first.low > 0
        and bool(found.keys() & {"prefix", "trend", "first pass"})
    )
    ks = usual_k(int(outcomes.n.min()))
    in_order = tuple(_first(outcomes, k, level) for k in ks)
    any_order = tuple(estimate(outcomes, ks, level=level))
    halves = half_difference(outcomes, level=level) if int(outcomes.n.min()) > 1 else None
    steady = _slope(outcomes, corrected(level, family))
    known = sum(test.p is not None for test in tests)
    findings = [
        about_assumption(tests, found, quality, best_first, in_order, any_order, level, caveats),
        *(about_test(each, found, steady, outcomes, level, known) for each in tests),
        *([] if halves is None else [about_halves(halves)]),
        about_best_first(first, float(report.prefix.standard_error[0])),
    ]
    return Order(
        findings=tuple(findings),
        quality=quality,
        best_first=best_first,
        quote="first-k" if found else "pass@k",
        tests=tests,
        report=report,
        slope=steady,
        halves=halves,
        in_order=in_order,
        any_order=any_order,
        hazard=hazard(outcomes, level=level),
    )


def _stopped(outcomes: Outcomes, level: float) -> Order:
    finding = no_information(
        "order.assumption",
        "Attempts ended with a pass, which puts passes last whatever the model did: their order "
        "cannot be looked at.",
        level=level,
    )
    return Order(
        findings=(finding,),
        quality="unknown",
        best_first=False,
        quote="pass@k",
        tests=(),
        report=None,
        slope=None,
        halves=None,
        in_order=(),
        any_order=(),
        hazard=hazard(outcomes, level=level),
    )


def _permutations(outcomes: Outcomes) -> int:
    """As many as a second or two allow."""
    mixed = (outcomes.c > 0) & (outcomes.c < outcomes.n)
    longest = int(outcomes.n.max())
    problems = int(mixed.sum())
    # Independent problems in the same state are drawn together, those of a cluster one by one.
    drawn = longest * (problems if outcomes.clusters else min(problems, 30 * longest))
    return int(min(max(_DRAWN / max(drawn, 1), _FEWEST_PERMUTATIONS), _MOST_PERMUTATIONS))


def _adjusted(tests: list[OrderTest]) -> tuple[OrderTest, ...]:
    adjusted = holm_over({test.name: test.p for test in tests})
    return tuple(_with(test, p_adjusted=adjusted[test.name]) for test in tests)


def _with(test: OrderTest, **changes: Any) -> OrderTest:
    return replace(test, **changes)


def _found(test: OrderTest, level: float) -> bool:
    return test.p_adjusted is not None and test.p_adjusted <= 1.0 - level + 1e-12


def _quality(tests: tuple[OrderTest, ...], found: dict[str, OrderTest]) -> Quality:
    if all(test.p is None for test in tests):
        return "unknown"
    for name in ("trend", "score trend", "change point"):
        test = found.get(name)
        if test is not None:
            sign = test.z if test.z is not None else test.effect
            return "declines" if sign is not None and sign < 0 else "improves"
    return "no trend found"


def _slope(outcomes: Outcomes, level: float) -> Estimate | None:
    try:
        return slope(outcomes, level=level)
    except DataError:
        return None


def _first(outcomes: Outcomes, k: int, level: float) -> Estimate:
    """Share of problems with a pass among the first k attempts."""
    solved = Sequences.of(outcomes).first_pass() <= k
    return estimate_values(
        solved.astype(np.float64), outcomes, metric=f"first-{k}", k=k, level=level
    )
