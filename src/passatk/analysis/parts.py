"""A run by category, difficulty and cluster of its problems."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.subject import Subject
from passatk.analysis.table import Table
from passatk.analysis.wording import cell, corrected, holm_over, holm_words, verdict_of
from passatk.stats import Caveat, Estimate, Outcomes, estimate
from passatk.stats.comparison.pairing import subset
from passatk.stats.groups import GroupTest, group_test

_KINDS = ("category", "difficulty", "cluster")
_PLURAL = {"category": "categories", "difficulty": "difficulties", "cluster": "clusters"}
# More rows than this are in the JSON document only.
_SHOWN = 30
_UNKNOWN = "(none)"


@dataclass(frozen=True, slots=True)
class Part:
    """The problems of one label: estimates at each k, with intervals where there are two."""

    label: str
    problems: int
    estimates: tuple[Estimate, ...]

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "label": self.label,
            "problems": self.problems,
            "estimates": [each.to_dict() for each in self.estimates],
        }


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A run by one kind of label.

    Attributes:
        kind: ``"category"``, ``"difficulty"`` or ``"cluster"``.
        parts: one for each label, in the order of the benchmark.
        clustered: for clusters: estimates whose intervals take the cluster as the unit.
        test: whether pass@1 differs between the parts.
        finding: what the test says.
    """

    kind: str
    parts: tuple[Part, ...]
    clustered: tuple[Estimate, ...]
    test: GroupTest
    finding: Finding

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "kind": self.kind,
            "parts": [each.to_dict() for each in self.parts],
            "clustered": [each.to_dict() for each in self.clustered],
            "test": self.test.to_dict(),
        }

    @property
    def table(self) -> Table:
        """The parts with most problems, in the order of the benchmark."""
        by_size = sorted(self.parts, key=lambda part: -part.problems)[:_SHOWN]
        shown = [part for part in self.parts if part in by_size]
        left = len(self.parts) - len(shown)
        single = any(part.problems == 1 for part in shown)
        notes = [
            *([f"{left} more with --json"] if left else []),
            *(["a single problem has no interval"] if single else []),
            "each interval by itself: of many, some miss",
        ]
        return Table(
            f"by {self.kind}",
            (self.kind, "problems", *(each.metric for each in shown[0].estimates)),
            [[p.label, str(p.problems), *map(cell, p.estimates)] for p in shown],
            "; ".join(notes),
        )


def break_down(
    subject: Subject,
    outcomes: Outcomes,
    k: tuple[int, ...],
    *,
    level: float,
    rng: np.random.Generator,
) -> Iterator[Breakdown]:
    """Estimates by each kind of label that tells problems apart.

    The tests of whether pass@1 differs between labels are one family (Holm). A kind that has one
    label, or one for each problem, is left out; problems without a label are a part of their own.
    """
    ks = tuple(dict.fromkeys(k))
    labels = dict(_labels(subject, outcomes))
    first = outcomes.c / outcomes.n
    test_level = corrected(level, len(labels))
    tests = {
        kind: group_test(first, each, level=level, test_level=test_level, rng=rng)
        for kind, each in labels.items()
    }
    adjusted = holm_over({kind: test.p for kind, test in tests.items()})
    for kind, each in labels.items():
        parts = []
        for label in dict.fromkeys(each):
            index = [i for i, own in enumerate(each) if own == label]
            of_part = subset(outcomes, index)
            if label == _UNKNOWN:
                label = f"without a {kind}"
            parts.append(Part(label, len(index), tuple(estimate(of_part, ks, level=level))))
        clustered: tuple[Estimate, ...] = ()
        if kind == "cluster":
            # Problems without a cluster are independent of all others.
            units = [own if own != _UNKNOWN else f"{_UNKNOWN} {i}" for i, own in enumerate(each)]
            by_cluster = dataclasses.replace(outcomes, clusters=tuple(units))
            clustered = tuple(estimate(by_cluster, ks, level=level))
        finding = _finding(kind, tests[kind], adjusted[kind], len(labels), outcomes, clustered)
        yield Breakdown(kind, tuple(parts), clustered, tests[kind], finding)


def _labels(subject: Subject, outcomes: Outcomes) -> Iterator[tuple[str, list[str]]]:
    for place, kind in enumerate(_KINDS):
        strata = subject.strata
        own = [strata[name][place] if name in strata else None for name in outcomes.problems]
        distinct = set(own) - {None}
        if len(set(own)) > 1 and len(distinct) < len(outcomes):
            yield kind, [_UNKNOWN if each is None else each for each in own]


def _finding(
    kind: str,
    test: GroupTest,
    p_adjusted: float | None,
    tests: int,
    outcomes: Outcomes,
    clustered: tuple[Estimate, ...],
) -> Finding:
    verdict = verdict_of(p_adjusted, test.level)
    several = _PLURAL[kind]
    sentence = {
        "found": f"pass@1 differs between {several} by more than the luck of which problems they "
        "hold.",
        "not found": f"No difference of pass@1 between {several} was found beyond the luck of "
        "which problems they hold.",
        "no information": f"There are too few problems to compare {several}.",
    }[verdict]
    caveats = [
        Caveat(
            "clustered",
            f"with clusters as the unit, {each.metric} is {cell(each)}; problems of a cluster do "
            "not tell as much as independent ones",
        )
        for each in clustered
    ]
    return Finding(
        code=f"profile.{kind}",
        verdict=verdict,
        sentence=sentence,
        effect=test.spread,
        unit=f"standard deviation of pass@1 between {several}",
        low=test.low,
        high=test.high,
        level=test.level,
        p=test.p,
        p_adjusted=p_adjusted,
        correction=holm_words(tests, "kinds of label"),
        smallest_detectable=test.detectable,
        method="permuted labels; noncentral F",
        problems=test.problems,
        attempts=int(outcomes.n.sum()),
        caveats=tuple(caveats),
    )
