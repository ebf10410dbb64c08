"""What sampling a model into a run needs: filing single attempts fast, and what was spent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select, update

from passatk.records import Attempt
from passatk.store.inserting import insert_attempts
from passatk.store.judging import adopt_judgements
from passatk.store.rows import status_of, to_json
from passatk.store.runs import get_run
from passatk.store.schema import attempt, problem, run
from passatk.store.views import Filed, Made, Run, Spending

_PAGE = 1000
_MARKS = "mark"
_SUMS = ("cost", "prompt_tokens", "completion_tokens")


def file_attempts(connection: Connection, to: Run, attempts: Sequence[Attempt]) -> list[Filed]:
    """Append attempts, and tell what became of each, in the order given."""
    last = select(func.max(attempt.c.position)).where(attempt.c.run_id == to.id)
    position = connection.execute(last).scalar()
    first = 0 if position is None else position + 1
    insert_attempts(connection, to.id, ((each, None) for each in attempts), first_position=first)
    adopt_judgements(connection, to.id, first)
    rows = connection.execute(
        select(attempt.c.program_id, attempt.c.status)
        .where(attempt.c.run_id == to.id, attempt.c.position >= first)
        .order_by(attempt.c.position)
    )
    return [
        Filed(each.problem_id, each.number, program_id, status_of(status))
        for each, (program_id, status) in zip(attempts, rows, strict=True)
    ]


def made(connection: Connection, run_id: int) -> Iterator[Made]:
    """Every attempt of a run without its texts, in benchmark order, then by number."""
    query = (
        select(problem.c.name, attempt.c.number, attempt.c.status, attempt.c.chain, attempt.c.step)
        .join(
            problem,
            (problem.c.run_id == attempt.c.run_id) & (problem.c.position == attempt.c.problem),
        )
        .where(attempt.c.run_id == run_id)
        .order_by(attempt.c.problem, attempt.c.number)
        .execution_options(yield_per=_PAGE)
    )
    for name, number, status, chain, step in connection.execute(query):
        yield Made(name, number, status_of(status), chain, step)


def spending(connection: Connection, run_id: int) -> Spending:
    """What the attempts of a run cost, as far as it was recorded, and how many have which mark."""
    query = (
        select(attempt.c.extra)
        .where(attempt.c.run_id == run_id, attempt.c.extra.is_not(None))
        .execution_options(yield_per=_PAGE)
    )
    sums: Counter[str] = Counter()
    marks: Counter[str] = Counter()
    known = False
    for (text,) in connection.execute(query):
        extra = json.loads(text)
        for name in _SUMS:
            value = extra.get(name)
            if isinstance(value, int | float):
                sums[name] += value  # type: ignore[assignment]
                known = known or name == "cost"
        if isinstance(extra.get(_MARKS), str):
            marks[extra[_MARKS]] += 1
    return Spending(
        cost=float(sums["cost"]) if known else None,
        prompt_tokens=sums["prompt_tokens"],
        completion_tokens=sums["completion_tokens"],
        marks=dict(marks.most_common()),
    )


def amend(connection: Connection, of: Run, changes: Mapping[str, Any]) -> Run:
    """Put further entries into a run's manifest, or others in place of those of their names."""
    current = get_run(connection, of.name)
    manifest = {**current.manifest, **changes}
    connection.execute(update(run).where(run.c.id == current.id).values(manifest=to_json(manifest)))
    return get_run(connection, of.name)
