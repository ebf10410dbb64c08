"""Independent attempts: how many to review, at what cost, and in which order."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from passatk.report.advice.rows import print_rows
from passatk.report.summary import notes_about
from passatk.report.text import print_notes
from passatk.stats.decisions import (
    BestK,
    GivingUp,
    Reviewing,
    best_k,
    review_curve,
    when_to_give_up,
)
from passatk.stats.order import OrderReport, order_tests
from passatk.stats.result import percent
from passatk.stats.stopping import StopAtSuccess

if TYPE_CHECKING:
    from passatk.outcomes import RunOutcomes
    from passatk.store import ProblemCounts, Run

# Enough for an order test at 5 % and for a distribution of the best k, in about a second.
_PERMUTATIONS = 1999
_CHANGED = (
    "sensitivity",
    "false_accept",
    "value",
    "loss",
    "generation_cost",
    "review_cost",
    "latency_cost",
)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The best k if one assumption were another."""

    assumption: str
    value: float
    k: int


@dataclass(frozen=True, slots=True)
class Advice:
    """What ``passatk advise`` prints of independent attempts.

    Attributes:
        run: name of the run.
        problems: how many it rests on.
        assumptions: who reviews, and what things are worth.
        best: the best k in random order, with its curve; None where results ended the attempts.
        as_made: the same in the order of generation, where that order was found to matter.
        what_if: the best k with one assumption changed at a time.
        giving_up: after how many failures to stop where tests tell a pass for certain; None where
            generating costs nothing.
        order: the order tests; None where results ended the attempts.
        notes: sentences a reader has to know.
    """

    run: str
    problems: int
    assumptions: Reviewing
    best: BestK | None
    as_made: BestK | None
    what_if: tuple[WhatIf, ...]
    giving_up: GivingUp | None
    order: OrderReport | None
    notes: tuple[str, ...]

    @property
    def order_advice(self) -> str:
        """``"show first"``, ``"show last"``, ``"explore"`` or ``"unknown"``."""
        if self.order is None or self.order.conclusion == "no information":
            return "unknown"
        first = self.order.prefix.best_first
        places = {test.name for test in self.order.found}
        if first.low is not None and first.low > 0 and places & {"prefix", "trend"}:
            return "show first"
        trend = self.order.tests[0]
        if trend in self.order.found and trend.z is not None and trend.z > 0:
            return "show last"
        return "explore"

    def to_dict(self) -> dict[str, Any]:
        """Every field and ``order_advice`` as plain data for JSON."""
        parts = {
            name: None if (each := getattr(self, name)) is None else each.to_dict()
            for name in ("best", "as_made", "giving_up", "order")
        }
        return {
            "run": self.run,
            "problems": self.problems,
            "assumptions": dataclasses.asdict(self.assumptions),
            **parts,
            "what_if": [dataclasses.asdict(each) for each in self.what_if],
            "order_advice": self.order_advice,
            "notes": list(self.notes),
        }


def advise_attempts(
    run: Run,
    counts: Sequence[ProblemCounts],
    seen: RunOutcomes,
    assumptions: Reviewing,
    *,
    level: float = 0.95,
) -> Advice:
    """What follows from independent attempts under ``assumptions``.

    Where the tests of order find something, the first k attempts as they were made are looked at
    beside k attempts in random order. Attempts that were ended by their results say nothing about
    reviews, which go on after a pass; when to give up can still be told.

    Raises:
        DataError: numbers of attempts that differ with nothing to say why.
    """
    known = seen.outcomes
    notes = notes_about(run, seen, counts)
    fewest = int(known.n.min())
    best = as_made = order = None
    if isinstance(known.stopping, StopAtSuccess):
        notes.append(
            "how many candidates to review cannot be told from attempts that ended with a pass: a "
            "review may go on after one, and their order is that of the rule"
        )
    else:
        best = best_k(known, assumptions, level=level)
        order = order_tests(known, permutations=_PERMUTATIONS, level=level)
        if order.found:
            as_made = best_k(known, assumptions, level=level, order="generation")
        if fewest < int(known.n.max()):
            notes.append(
                f"k goes up to {fewest}, the fewest attempts at a problem; the others have up to "
                f"{int(known.n.max())}"
            )
        if best.at_the_edge:
            notes.append(
                f"the best k is the largest that {fewest} attempts can speak for; "
                "more attempts might show a larger one"
            )
    giving_up = None
    if assumptions.generation_cost > 0 and assumptions.value > 0:
        giving_up = when_to_give_up(
            known, value=assumptions.value, cost=assumptions.generation_cost, level=level
        )
        if giving_up.attempts > int(known.n.max()):
            notes.append(
                f"giving up after {giving_up.attempts} failures goes beyond the attempts made: "
                "it rests on the Beta distribution fitted to them"
            )
    return Advice(
        run=run.name,
        problems=len(known),
        assumptions=assumptions,
        best=best,
        as_made=as_made,
        what_if=()
        if best is None
        else tuple(
            WhatIf(name, changed, review_curve(known, about).best)
            for name, changed, about in _changed(assumptions)
        ),
        giving_up=giving_up,
        order=order,
        notes=tuple(notes),
    )


def print_advice(console: Console, advice: Advice) -> None:
    """The advice, what it rests on, and how it would change."""
    console.print(
        Text.assemble((advice.run, "bold"), f": {advice.problems} problems"), highlight=False
    )
    console.print()
    rows = []
    if advice.best is not None:
        rows += _about_best("best k", advice.best)
    if advice.as_made is not None:
        rows += _about_best("as made", advice.as_made)
    if advice.giving_up is not None:
        stop = advice.giving_up
        rows.append(
            (
                "give up after",
                f"{stop.attempts} failures [{stop.low}, {stop.high}], where tests tell a pass for "
                "certain",
            )
        )
    if advice.order is not None:
        rows.append(("order", _order_words(advice, advice.order)))
        rows += [("", str(test)) for test in advice.order.tests]
    print_rows(console, rows)
    console.print()
    _print_assumptions(console, advice.assumptions, advice.what_if)
    print_notes(console, advice.notes)


def _about_best(name: str, best: BestK) -> list[tuple[str, str]]:
    curve, k = best.curve, best.k
    random = "in random order" if best.order == "random" else "in the order of generation"
    words = f"{percent(best.level)} of resampled benchmarks lie in the brackets"
    found = f"{k} [{best.low}, {best.high}] {random}; {words}"
    if not k:
        return [(name, f"{found}; no review pays under these assumptions")]
    return [
        (name, found),
        (
            "at that k",
            f"right {curve.right[k]:.1%}, wrong {curve.wrong[k]:.1%}, "
            f"{curve.reviews[k]:.2f} reviews, utility {curve.utility[k]:.3f} a problem",
        ),
        ("cost per solved", f"{curve.cost_per_solved[k]:.4g} (generation, review, waiting)"),
        ("regret", f"{best.regret[k]:.4f} a problem, from not knowing the best k for certain"),
    ]


def _order_words(advice: Advice, order: OrderReport) -> str:
    first = order.prefix.best_first
    gain = f"; first attempt {first.value:+.3f} against any"
    which = "; 'as made' above goes by it, 'best k' is for random order"
    if advice.order_advice == "explore" and order.found:
        names = " and ".join(test.name for test in order.found)
        return f"matters ({names}), but no place is known to be better{gain}{which}"
    return {
        "show first": f"show first: earlier attempts are better{gain}{which}",
        "show last": f"show last: later attempts are better{gain}{which}",
        "explore": "explore: no attempt is known to be better for its place, so show them in any "
        f"order or rank them{gain}",
        "unknown": "unknown: no problem has both passes and failures, so order cannot show",
    }[advice.order_advice]


def _print_assumptions(console: Console, about: Reviewing, what_if: Sequence[WhatIf]) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("assumption")
    table.add_column("value", justify="right")
    table.add_column("option")
    table.add_column("best k if it were")
    for name in _CHANGED:
        others = [each for each in what_if if each.assumption == name]
        table.add_row(
            name.replace("_", " "),
            f"{getattr(about, name):g}",
            "--" + name.replace("_", "-"),
            ", ".join(f"{each.k} at {each.value:g}" for each in others) or "-",
        )
    table.add_row("latency", about.latency, "--latency", "-")
    console.print(table)


def _changed(about: Reviewing) -> list[tuple[str, float, Reviewing]]:
    """Every assumption halved and doubled, a chance of error where it is a chance."""
    changed = []
    for name in _CHANGED:
        now = getattr(about, name)
        if name == "sensitivity":
            values = [1.0 - 2.0 * (1.0 - now), 1.0 - (1.0 - now) / 2.0]
        else:
            values = [now / 2.0, now * 2.0]
        allowed = [each for each in values if each != now and _allowed(name, each)]
        changed += [(name, each, dataclasses.replace(about, **{name: each})) for each in allowed]
    return changed


def _allowed(name: str, value: float) -> bool:
    return 0.0 < value <= 1.0 if name in ("sensitivity", "false_accept") else value > 0.0
