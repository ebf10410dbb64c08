"""Attempts that build on each other: chains of steps, each seeing feedback on the one before.

Steps of a chain depend on each other, so the chain and not the step is what is drawn: pass@k of
pooled steps has no meaning. Chains are independent, and with s_l of m chains solved by step l

    pass(r chains, l steps) = 1 - C(m - s_l, r) / C(m, r)

is unbiased in r, whatever happens inside a chain. What becomes of it where results are missing is
in :mod:`passatk.stats.order.followed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError, PassatkError
from passatk.stats.outcomes import Outcomes
from passatk.stats.per_problem import PerProblem, aligned
from passatk.stats.validation import IntArray, check_labels, check_names, check_whole


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Chains:
    """Independent chains of attempts at each problem.

    Attributes:
        problems: names, all different.
        owner: the problem of each chain, shape (M,), ascending.
        length: steps of each chain, shape (M,); fewer than others where it stopped at a pass.
        solved_at: the 1-based step of the first pass, shape (M,); 0 where there is none.
        lost_at: the 1-based step whose result is missing, shape (M,); 0 where none is missing
            before the first pass. What comes after it is not looked at: ``solved_at`` is then 0.
        clusters: labels of related problems, or None.
    """

    problems: tuple[str, ...]
    owner: IntArray
    length: IntArray
    solved_at: IntArray
    lost_at: IntArray
    clusters: tuple[str, ...] | None = None

    @classmethod
    def from_records(
        cls,
        records: Iterable[tuple[object, object, int, object]],
        *,
        clusters: PerProblem | None = None,
    ) -> Chains:
        """From (problem, chain, step, passed) in any order; steps are numbered from 0 or 1 on.

        ``passed`` is None where the result is missing, for a reason that has nothing to do with
        what it would have been. ``clusters`` has one value for each problem, as for
        :class:`Outcomes`.

        Raises:
            DataError: no records, a step that is missing or comes twice, a result that is neither
                True nor False nor None.
        """
        steps: dict[tuple[object, object], dict[int, bool | None]] = {}
        for problem, chain, step, passed in records:
            seen = steps.setdefault((problem, chain), {})
            if step in seen or not (passed is None or passed in (True, False)):
                raise DataError(
                    f"problem {problem!r}, chain {chain!r}, step {step}: "
                    + ("comes twice" if step in seen else "neither passed nor failed"),
                    field="step" if step in seen else "passed",
                    expected="each (problem, chain, step) once, with True, False or None",
                    found=repr(passed),
                )
            seen[step] = None if passed is None else bool(passed)
        if not steps:
            raise DataError("no chains", expected="at least one step of one chain")
        names: dict[object, int] = {}
        for problem, _ in steps:
            names.setdefault(problem, len(names))
        ordered = sorted(steps, key=lambda key: names[key[0]])
        base = min(min(seen) for seen in steps.values())
        ends = [_end(key, steps[key], base) for key in ordered]
        problems = tuple(map(str, names))
        return cls(
            problems=problems,
            owner=np.array([names[key[0]] for key in ordered], dtype=np.int64),
            length=np.array([len(steps[key]) for key in ordered], dtype=np.int64),
            solved_at=np.array([solved for solved, _ in ends], dtype=np.int64),
            lost_at=np.array([lost for _, lost in ends], dtype=np.int64),
            clusters=_labels(clusters, problems),
        )

    @classmethod
    def from_solved_at(
        cls,
        solved_at: ArrayLike,
        steps: int,
        *,
        problems: Sequence[object] | None = None,
        clusters: PerProblem | None = None,
    ) -> Chains:
        """From the step at which each chain of ``steps`` steps was solved, 0 for never.

        Args:
            solved_at: integers in 0..steps, shape (P, m).
            problems: P different names; by default "0", "1", ...
            clusters: one label for each problem.

        Raises:
            DataError: not a table of such integers.
        """
        table = check_whole(solved_at, "solved_at")
        if table.ndim != 2 or 0 in table.shape or table.min() < 0 or table.max() > steps:
            raise DataError(
                "solved_at is not a table of steps",
                field="solved_at",
                expected=f"shape (problems, chains), values in 0..{steps}",
                found=f"shape {table.shape}",
            )
        count, m = table.shape
        names = check_names(range(count) if problems is None else problems, count)
        return cls(
            problems=names,
            owner=np.repeat(np.arange(count), m),
            length=np.where(table > 0, table, steps).ravel(),
            solved_at=table.ravel(),
            lost_at=np.zeros(table.size, dtype=np.int64),
            clusters=_labels(clusters, names),
        )

    def __repr__(self) -> str:
        return f"Chains(problems={len(self.problems)}, chains={len(self.owner)})"

    @property
    def lost(self) -> int:
        """How many chains have a missing result before their first pass."""
        return int(np.sum(self.lost_at > 0))

    @property
    def per_problem(self) -> IntArray:
        """How many chains each problem has, shape (P,)."""
        return np.bincount(self.owner, minlength=len(self.problems))

    @property
    def longest(self) -> int:
        """The step up to which every chain was made, or solved before; missing results aside."""
        unsolved = self.length[(self.solved_at == 0) & (self.lost_at == 0)]
        if len(unsolved):
            return int(unsolved.min())
        return int(max(self.solved_at.max(), self.lost_at.max()))

    def in_the_end(self) -> Outcomes:
        """Each chain as one attempt that passes if any step with a result does."""
        return self.outcomes(self.per_problem, self.owner[self.solved_at > 0])

    def after(self, steps: int) -> Outcomes:
        """Each chain as one attempt that passes if the chain is solved by step ``steps``.

        ``estimate(chains.after(l), k=r)`` is pass(r chains, l steps) with its interval; with one
        chain a problem only r = 1 is possible.

        Raises:
            DataError: a chain that ended unsolved before that step, or has no result at one.
            PassatkError: ``steps`` < 1.

        >>> chains = Chains.from_records([("a", 0, 0, 0), ("a", 0, 1, 1), ("a", 1, 0, 1)])
        >>> chains.after(1), chains.after(2)
        (Outcomes(problems=1, attempts=2, passed=1), Outcomes(problems=1, attempts=2, passed=2))
        """
        self.check_length(steps)
        lost = (self.lost_at > 0) & (self.lost_at <= steps)
        if lost.any():
            at = int(lost.argmax())
            raise DataError(
                f"a chain of problem {self.problems[self.owner[at]]!r} has no result at step "
                f"{self.lost_at[at]}",
                field="steps",
                expected="a result for every step up to the first pass",
                found=f"{int(lost.sum())} of {len(lost)} chains lack one",
                hint="passatk.stats.order.pass_of_chains estimates in spite of missing results",
            )
        solved = (self.solved_at > 0) & (self.solved_at <= steps)
        return self.outcomes(self.per_problem, self.owner[solved])

    def outcomes(self, n: IntArray, passed: IntArray) -> Outcomes:
        """Outcomes at the problems of these chains, with their clusters.

        Args:
            n: attempts, shape (P,).
            passed: the problem of each pass.
        """
        return Outcomes.from_counts(
            n,
            np.bincount(passed, minlength=len(self.problems)),
            problems=self.problems,
            clusters=self.clusters,
            # How many chains a problem has was settled before any was seen.
            stopping="independent",
        )

    def check_length(self, steps: int) -> None:
        """DataError where a chain ended unsolved before step ``steps``."""
        if steps < 1:
            raise PassatkError(f"steps must be at least 1; got steps={steps}")
        short = (self.solved_at == 0) & (self.lost_at == 0) & (self.length < steps)
        if short.any():
            at = int(short.argmax())
            raise DataError(
                f"a chain of problem {self.problems[self.owner[at]]!r} ended unsolved after "
                f"{self.length[at]} steps",
                field="steps",
                expected=f"chains of {steps} steps, or shorter ones that end with a pass",
                found=f"{int(short.sum())} of {len(short)} chains are too short",
                hint=f"ask for steps <= {self.longest}",
            )


def _end(key: tuple[object, object], seen: Mapping[int, bool | None], base: int) -> tuple[int, int]:
    """The step of the first pass, and that of a missing result before it; 0 for neither."""
    numbers = sorted(seen)
    if base not in (0, 1) or numbers != list(range(base, base + len(numbers))):
        raise DataError(
            f"problem {key[0]!r}, chain {key[1]!r}: steps are missing",
            field="step",
            expected="0, 1, 2, ... or 1, 2, 3, ... in every chain",
            found=str(numbers),
        )
    for place, number in enumerate(numbers, start=1):
        if seen[number] is None:
            return 0, place
        if seen[number]:
            return place, 0
    return 0, 0


def _labels(values: PerProblem | None, problems: tuple[str, ...]) -> tuple[str, ...] | None:
    if values is None:
        return None
    return check_labels("clusters", aligned("clusters", values, problems) or (), len(problems))
