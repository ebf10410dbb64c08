"""Attempts that build on each other: chains of steps, each seeing feedback on the one before.

Steps of a chain depend on each other, so the chain and not the step is what is drawn: pass@k of
pooled steps has no meaning. Chains are independent, and with s_l of m chains solved by step l

    pass(r chains, l steps) = 1 - C(m - s_l, r) / C(m, r)

is unbiased in r, whatever happens inside a chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError, PassatkError
from passatk.stats.estimation import estimate_values
from passatk.stats.kernel import pass_table
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Estimate
from passatk.stats.validation import (
    FloatArray,
    IntArray,
    check_enough_attempts,
    check_level,
    check_names,
    check_whole,
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Chains:
    """Independent chains of attempts at each problem.

    Attributes:
        problems: names, all different.
        owner: the problem of each chain, shape (M,), ascending.
        length: steps of each chain, shape (M,); fewer than others where it stopped at a pass.
        solved_at: the 1-based step of the first pass, shape (M,); 0 where there is none.
    """

    problems: tuple[str, ...]
    owner: IntArray
    length: IntArray
    solved_at: IntArray

    @classmethod
    def from_records(cls, records: Iterable[tuple[object, object, int, object]]) -> Chains:
        """From (problem, chain, step, passed) in any order; steps are numbered from 0 or 1 on.

        Raises:
            DataError: no records, a step that is missing or comes twice, a result that is neither
                True nor False.
        """
        steps: dict[tuple[object, object], dict[int, bool]] = {}
        for problem, chain, step, passed in records:
            seen = steps.setdefault((problem, chain), {})
            if step in seen or passed not in (True, False):
                raise DataError(
                    f"problem {problem!r}, chain {chain!r}, step {step}: "
                    + ("comes twice" if step in seen else "neither passed nor failed"),
                    field="step" if step in seen else "passed",
                    expected="each (problem, chain, step) once, with True or False",
                    found=repr(passed),
                )
            seen[step] = bool(passed)
        if not steps:
            raise DataError("no chains", expected="at least one step of one chain")
        names: dict[object, int] = {}
        for problem, _ in steps:
            names.setdefault(problem, len(names))
        ordered = sorted(steps, key=lambda key: names[key[0]])
        sizes, solved = [], []
        base = min(min(seen) for seen in steps.values())
        for key in ordered:
            seen = steps[key]
            numbers = sorted(seen)
            if base not in (0, 1) or numbers != list(range(base, base + len(numbers))):
                raise DataError(
                    f"problem {key[0]!r}, chain {key[1]!r}: steps are missing",
                    field="step",
                    expected="0, 1, 2, ... or 1, 2, 3, ... in every chain",
                    found=str(numbers),
                )
            sizes.append(len(numbers))
            solved.append(next((i + 1 for i, s in enumerate(numbers) if seen[s]), 0))
        return cls(
            problems=tuple(map(str, names)),
            owner=np.array([names[key[0]] for key in ordered], dtype=np.int64),
            length=np.array(sizes, dtype=np.int64),
            solved_at=np.array(solved, dtype=np.int64),
        )

    @classmethod
    def from_solved_at(
        cls, solved_at: ArrayLike, steps: int, *, problems: Sequence[object] | None = None
    ) -> Chains:
        """From the step at which each chain of ``steps`` steps was solved, 0 for never.

        Args:
            solved_at: integers in 0..steps, shape (P, m).
            problems: P different names; by default "0", "1", ...

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
        return cls(
            problems=check_names(range(count) if problems is None else problems, count),
            owner=np.repeat(np.arange(count), m),
            length=np.where(table > 0, table, steps).ravel(),
            solved_at=table.ravel(),
        )

    def __repr__(self) -> str:
        return f"Chains(problems={len(self.problems)}, chains={len(self.owner)})"

    def after(self, steps: int) -> Outcomes:
        """Each chain as one attempt that passes if the chain is solved by step ``steps``.

        ``estimate(chains.after(l), k=r)`` is pass(r chains, l steps) with its interval; with one
        chain a problem only r = 1 is possible.

        Raises:
            DataError: a chain that ended unsolved before that step.
            PassatkError: ``steps`` < 1.

        >>> chains = Chains.from_records([("a", 0, 0, 0), ("a", 0, 1, 1), ("a", 1, 0, 1)])
        >>> chains.after(1), chains.after(2)
        (Outcomes(problems=1, attempts=2, passed=1), Outcomes(problems=1, attempts=2, passed=2))
        """
        if steps < 1:
            raise PassatkError(f"steps must be at least 1; got steps={steps}")
        short = (self.solved_at == 0) & (self.length < steps)
        if short.any():
            at = int(short.argmax())
            raise DataError(
                f"a chain of problem {self.problems[self.owner[at]]!r} ended unsolved after "
                f"{self.length[at]} steps",
                field="steps",
                expected=f"chains of {steps} steps, or shorter ones that end with a pass",
                found=f"{int(short.sum())} of {len(short)} chains are too short",
                hint=f"ask for steps <= {self.length[self.solved_at == 0].min()}",
            )
        solved = (self.solved_at > 0) & (self.solved_at <= steps)
        count = len(self.problems)
        return Outcomes.from_counts(
            np.bincount(self.owner, minlength=count),
            np.bincount(self.owner[solved], minlength=count),
            problems=self.problems,
        )

    def spent(self, steps: int) -> FloatArray:
        """Mean steps a chain takes up to ``steps`` if it stops at its first pass, shape (P,)."""
        stop = np.where(self.solved_at > 0, np.minimum(self.solved_at, steps), steps)
        count = len(self.problems)
        mean: FloatArray = np.bincount(self.owner, stop, minlength=count) / np.bincount(
            self.owner, minlength=count
        )
        return mean


@dataclass(frozen=True, slots=True)
class FeedbackLift:
    """What feedback adds to as many attempts without it.

    Attributes:
        chains, steps: r and l.
        equal_attempts: pass(r chains, l steps) minus independent pass@(r l).
        equal_cost: the same minus independent pass@x, where x = r * (mean steps a chain takes when
            it stops at its pass) is ``attempts_spent``, interpolated between whole numbers.
        attempts_spent: x, a mean over problems; where costs are given, what r chains cost in
            units of an independent attempt.
    """

    chains: int
    steps: int
    equal_attempts: Estimate
    equal_cost: Estimate
    attempts_spent: float

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {
            "chains": self.chains,
            "steps": self.steps,
            "equal_attempts": self.equal_attempts.to_dict(),
            "equal_cost": self.equal_cost.to_dict(),
            "attempts_spent": self.attempts_spent,
        }


@dataclass(frozen=True, slots=True)
class Costs:
    """What attempts cost, in tokens, money or seconds.

    Attributes:
        chain: mean of a chain that stops at its first pass or after the steps in question, for
            each problem in the order of the chains, > 0.
        attempt: mean of an independent attempt at the same problems, in the same order, > 0.
    """

    chain: FloatArray
    attempt: FloatArray


def feedback_lift(
    chains: Chains,
    independent: Outcomes,
    *,
    r: int,
    steps: int,
    level: float = 0.95,
    costs: Costs | None = None,
) -> FeedbackLift:
    """Chains with feedback against independent attempts at the same problems.

    Differences are taken problem by problem, with Student's t over problems. At equal cost the
    independent side may make as many attempts at every problem as r chains take on average; that
    this number is itself estimated is part of the interval (delta method).

    Args:
        chains: at least r chains of each problem.
        independent: attempts without feedback, at least r * steps of each of the same problems.
        r: chains.
        steps: steps of each chain.
        costs: what to hold equal instead of the number of attempts: x = r E[chain] / E[attempt].

    Raises:
        DataError: other problems, too few chains, steps or attempts, a single problem, or chains
            that cost more than all attempts that there are.
        PassatkError: r or steps < 1, a bad level.
    """
    check_level(level)
    if r < 1:
        raise PassatkError(f"r must be at least 1; got r={r}")
    after = chains.after(steps)
    if set(after.problems) != set(independent.problems):
        alone = sorted(set(after.problems) ^ set(independent.problems))
        raise DataError(
            "chains and independent attempts are not at the same problems",
            expected="the same problems on both sides",
            found=f"{len(alone)} on one side only, such as {alone[0]!r}",
        )
    place = {name: i for i, name in enumerate(independent.problems)}
    order = np.array([place[name] for name in after.problems])
    n, c = independent.n[order], independent.c[order]
    check_enough_attempts(after.n, np.array([r]), after.problems)
    check_enough_attempts(n, np.array([r * steps]), after.problems)
    with_feedback = pass_table(after.n, after.c, np.array([r]))[:, 0]

    spent, unit = r * chains.spent(steps), np.ones(len(n))
    if costs is not None:
        spent, unit = r * costs.chain, costs.attempt
    mean_spent = float(spent.mean() / unit.mean())
    whole = int(np.floor(mean_spent))
    further = int(np.ceil(mean_spent))
    if further > int(n.min()):
        raise DataError(
            f"{r} chains of {steps} steps cost as much as {mean_spent:.1f} independent attempts",
            expected=f"at least {further} independent attempts at each problem",
            found=str(int(n.min())),
            hint="make more of them, or ask for fewer steps",
        )
    # Less than one attempt is a share of it: pass@0 = 0.
    below, above, equal = pass_table(n, c, np.array([max(whole, 1), max(further, 1), r * steps])).T
    if whole == 0:
        below = np.zeros(len(n))
    at_cost = below + (mean_spent - whole) * (above - below)
    gain = float(np.mean(above - below))
    # The last term has mean 0 and carries the uncertainty of the mean costs.
    cheaper = with_feedback - at_cost - gain * (spent - mean_spent * unit) / unit.mean()
    reach = 1.0 + gain * float(np.abs(spent - mean_spent * unit).max()) / float(unit.mean())

    def lift(values: FloatArray, metric: str, k: int | None) -> Estimate:
        return estimate_values(
            values, after, metric=metric, bounds=(-reach, reach), k=k, level=level, method="t"
        )

    return FeedbackLift(
        chains=r,
        steps=steps,
        equal_attempts=lift(with_feedback - equal, "feedback lift", r * steps),
        equal_cost=lift(cheaper, "feedback lift at equal cost", None),
        attempts_spent=mean_spent,
    )
