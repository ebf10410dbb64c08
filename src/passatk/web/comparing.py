"""The page that holds runs against each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from passatk import stats
from passatk.errors import DataError, PassatkError
from passatk.report.comparison import runs_of
from passatk.stats import Outcomes
from passatk.stats.comparison import Comparison, Ranking, rank_sets
from passatk.web.addresses import Number, Order, Text, Value
from passatk.web.run import parse_ks
from passatk.web.snapshots import Snapshot
from passatk.web.tables import Column, page_of
from passatk.web.view import View

MOST_RUNS = 12
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Pair:
    """A problem with the share of passes in a run and in its baseline."""

    problem: str
    run: float
    baseline: float

    @property
    def change(self) -> float:
        return self.run - self.baseline


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing runs gave: comparisons for two runs, by problem too; rankings for more."""

    comparisons: tuple[Comparison, ...] = ()
    pairs: tuple[Pair, ...] = ()
    rankings: tuple[Ranking, ...] = ()
    notes: tuple[str, ...] = ()
    error: str | None = None


_COLUMNS = (
    Column[Pair]("problem", "Problem", lambda each: each.problem.lower()),
    Column[Pair]("run", "Run", lambda each: each.run, descending=True, numeric=True),
    Column[Pair]("baseline", "Baseline", lambda each: each.baseline, descending=True, numeric=True),
    Column[Pair]("change", "Change", lambda each: each.change, numeric=True),
)


def router(view: View) -> APIRouter:
    pages = APIRouter(include_in_schema=False)

    @pages.get("/compare")
    def compare(
        request: Request,
        run: Annotated[list[Text] | None, Query(max_length=200)] = None,
        k: Text = "",
        margin: Text = "",
        differing: Literal["", "1"] = "",
        sort: Text = "change",
        order: Order = "",
        page: Number = 1,
    ) -> Response:
        names = list(dict.fromkeys(run or ()))
        snapshots = [view.snapshot(each)[0] for each in names[:MOST_RUNS]]
        result: Compared | None = None
        if len(names) > MOST_RUNS:
            result = Compared(error=f"{len(names)} runs: at most {MOST_RUNS} are compared at once")
        elif len(snapshots) > 1:
            key = (tuple((each.run.id, each.revision) for each in snapshots), k, margin)
            if all(each.revision is not None for each in snapshots):
                result = view.compared.made(key, lambda: _compare(view, snapshots, k, margin))
            else:
                result = _compare(view, snapshots, k, margin)
        query: dict[str, Value] = {
            "run": names,
            "k": k,
            "margin": margin,
            "differing": differing,
        }
        shown = page_of(
            [each for each in (result.pairs if result else ()) if each.change or not differing],
            _COLUMNS,
            path="/compare",
            query=query,
            sort=sort,
            order=order,
            page=page,
            size=PAGE_SIZE,
        )
        listed = [each for each in view.store.listed() if not each.state.archived]
        return view.page(
            request,
            "compare.html",
            names=names,
            result=result,
            page=shown,
            query=query,
            listed=listed[::-1],
            reach=_reach(result),
        )

    return pages


def _compare(view: View, snapshots: list[Snapshot], k: str, margin: str) -> Compared:
    pairs: tuple[Pair, ...] = ()
    try:
        for each in snapshots:
            if not each.judged:
                raise DataError(f"run {each.run.name}: nothing is judged yet")
        runs = runs_of(view.store, [(each.run, each.counts) for each in snapshots])
        first, second, *others = (each.run.name for each in snapshots)
        if not others:
            pairs = _pairs(runs.outcomes[first], runs.outcomes[second])
        ks = parse_ks(k) or runs.usual_k
        if not ks:
            raise DataError("the runs have no k in common", hint="name one, such as k=1")
        if others:
            rankings = tuple(rank_sets(runs.outcomes, each) for each in ks)
            return Compared(rankings=rankings, notes=runs.notes)
        comparisons = stats.compare(
            runs.outcomes[first], runs.outcomes[second], ks, margin=_margin(margin)
        )
        return Compared(tuple(comparisons), pairs, notes=runs.notes)
    except PassatkError as error:
        return Compared(pairs=pairs, error=str(error))


def _pairs(run: Outcomes, baseline: Outcomes) -> tuple[Pair, ...]:
    """The problems that both have, with the shares of their attempts that passed."""
    mine, theirs = (
        dict(zip(each.problems, (each.c / each.n).tolist(), strict=True))
        for each in (run, baseline)
    )
    return tuple(Pair(name, mine[name], theirs[name]) for name in mine if name in theirs)


def _margin(text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise PassatkError(
            f"margin: {text!r} is not a share\n  expected: a number between 0 and 1, such as 0.02"
        )
    return value


def _reach(result: Compared | None) -> float:
    """How far the drawings of changes go to both sides of 0."""
    changes = [] if result is None else [each.change for each in result.comparisons]
    changes += [pair.change for each in (result.rankings if result else ()) for pair in each.pairs]
    ends = [abs(end) for each in changes for end in (each.low, each.high, each.value) if end]
    return max(ends, default=0.1) * 1.1
