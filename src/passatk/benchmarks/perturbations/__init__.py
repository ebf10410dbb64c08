"""Variants of problems that mean the same, to see whether a model solves a task or knows a text.

Each way of changing a problem is a function from a problem to a problem; where it has nothing to
act on, the problem comes back as it is. Ids stay, so that runs on both are compared problem by
problem. Whether a variant still means the same is for the judge to say: its references have to
pass its tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from passatk.benchmarks.fingerprint import content_hash
from passatk.benchmarks.perturbations.examples import remove_examples
from passatk.benchmarks.perturbations.layout import reword_layout
from passatk.benchmarks.perturbations.names import rename
from passatk.benchmarks.perturbations.order import reorder
from passatk.errors import DataError
from passatk.records import Benchmark, Problem

__all__ = [
    "WAYS",
    "Perturbation",
    "only",
    "perturb",
    "remove_examples",
    "rename",
    "reorder",
    "reword_layout",
]

Perturbation = Callable[[Problem], Problem]

WAYS: Mapping[str, Perturbation] = MappingProxyType(
    {
        "renamed": rename,
        "no-examples": remove_examples,
        "layout": reword_layout,
        "reordered": reorder,
    }
)


def perturb(benchmark: Benchmark, ways: Sequence[str]) -> Benchmark:
    """The benchmark with every problem changed in these ways, one after the other.

    Raises:
        DataError: there is no such way.
    """
    for way in ways:
        if way not in WAYS:
            raise DataError(
                "no such way to change problems",
                field="--perturb",
                expected=" | ".join(WAYS),
                found=way,
            )
    problems = []
    for problem in benchmark.problems.values():
        for way in ways:
            problem = WAYS[way](problem)
        problems.append(problem)
    return Benchmark(
        "+".join((benchmark.name, *ways)),
        MappingProxyType({each.id: each for each in problems}),
        content_hash(problems),
    )


def only(benchmark: Benchmark, ids: Iterable[str]) -> Benchmark:
    """The benchmark without the problems that are not among these."""
    kept = set(ids)
    problems = {name: each for name, each in benchmark.problems.items() if name in kept}
    return Benchmark(benchmark.name, MappingProxyType(problems), content_hash(problems.values()))
