"""What a run advises: how many candidates, at what cost, and in which order."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from passatk import outcomes as run_outcomes
from passatk.errors import DataError
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

if TYPE_CHECKING:
    from passatk.store import Run, Store

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
    """What ``passatk advise`` prints.

    Attributes:
        run: name of the run.
        best: the best k with its curve and assumptions.
        what_if: the best k with one assumption changed at a time.
        giving_up: after how many failures to stop where tests tell a pass for certain; None where
            generating costs nothing.
        order: the order tests.
        notes: sentences a reader has to know.
    """

    run: str
    best: BestK
    what_if: tuple[WhatIf, ...]
    giving_up: GivingUp | None
    order: OrderReport
    notes: tuple[str, ...]

    @property
    def order_advice(self) -> str:
        """``"show first"``, ``"show last"``, ``"explore"`` or ``"unknown"``."""
        if self.order.conclusion == "no information":
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
        """Plain data for JSON; keys: run, best, what_if, giving_up, order_advice, order, notes."""
        return {
            "run": self.run,
            "best": self.best.to_dict(),
            "what_if": [dataclasses.asdict(each) for each in self.what_if],
            "giving_up": None if self.giving_up is None else self.giving_up.to_dict(),
            "order_advice": self.order_advice,
            "order": self.order.to_dict(),
            "notes": list(self.notes),
        }


def advise(
    store: Store,
    run: Run,
    assumptions: Reviewing,
    *,
    level: float = 0.95,
    stopping: str | None = None,
) -> Advice:
    """Read a run and work out what follows from it under ``assumptions``.

    Raises:
        DataError: nothing judged, attempts that are steps of chains, or attempts that were ended by
            their results.
    """
    seen = run_outcomes.from_rows(store.outcomes(run), run_outcomes.stopping_of(run, stopping))
    if seen.chained:
        raise DataError(
            f"{run.name}: {seen.chained} attempts are steps of chains",
            expected="independent attempts",
            found="attempts that build on each other",
            hint="passatk.stats.order.Chains estimates what r chains of l steps achieve",
        )
    known = seen.outcomes
    notes = notes_about(run, seen, store.counts(run))
    best = best_k(known, assumptions, level=level)
    if best.at_the_edge:
        notes.append(
            f"the best k is the largest that {int(known.n.min())} attempts can speak for; "
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
        best=best,
        what_if=tuple(
            WhatIf(name, changed, review_curve(known, about).best)
            for name, changed, about in _changed(assumptions)
        ),
        giving_up=giving_up,
        order=order_tests(known, permutations=_PERMUTATIONS, level=level),
        notes=tuple(notes),
    )


def print_advice(console: Console, advice: Advice) -> None:
    """The advice, what it rests on, and how it would change."""
    best, about = advice.best, advice.best.assumptions
    curve, k = best.curve, best.k
    console.print(
        Text.assemble((advice.run, "bold"), f": {best.problems} problems"), highlight=False
    )
    console.print()
    rows = [("best k", f"{k} [{best.low}, {best.high}]  " + _best_words(advice))]
    if k:
        rows += [
            (
                "at that k",
                f"right {curve.right[k]:.1%}, wrong {curve.wrong[k]:.1%}, "
                f"{curve.reviews[k]:.2f} reviews, utility {curve.utility[k]:.3f} a problem",
            ),
            ("cost per solved", f"{curve.cost_per_solved[k]:.4g} (generation, review, waiting)"),
            ("regret", f"{best.regret[k]:.4f} a problem, from not knowing the best k for certain"),
        ]
    if advice.giving_up is not None:
        stop = advice.giving_up
        rows.append(
            (
                "give up after",
                f"{stop.attempts} failures [{stop.low}, {stop.high}], where tests tell a pass for "
                "certain",
            )
        )
    rows.append(("order", _order_words(advice)))
    rows += [("", str(test)) for test in advice.order.tests]
    for name, words in rows:
        console.print(Text.assemble((f"{name:<16}", "bold"), words), highlight=False)
    console.print()
    _print_assumptions(console, about, advice.what_if)
    print_notes(console, advice.notes)


def _best_words(advice: Advice) -> str:
    level = f"{advice.best.level:.0%} of resampled benchmarks lie in the brackets"
    return level if advice.best.k else f"no review pays under these assumptions; {level}"


def _order_words(advice: Advice) -> str:
    first = advice.order.prefix.best_first
    gain = f"; first attempt {first.value:+.3f} against any"
    return {
        "show first": f"show first: earlier attempts are better{gain}; the figures above are for "
        "random order",
        "show last": f"show last: later attempts are better{gain}; the figures above are for "
        "random order",
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
