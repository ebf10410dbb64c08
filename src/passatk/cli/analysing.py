"""What commands that analyse runs have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter, Token
from cyclopts.validators import Number

from passatk.cli.progress import StepProgress

if TYPE_CHECKING:
    from passatk.analysis.finding import Result
    from passatk.analysis.subject import Subject
    from passatk.store import Store

DEFAULT_SEED = 20210707


def _names(type_: Any, tokens: Sequence[Token]) -> tuple[str, ...]:
    """``order,profile`` as names."""
    del type_
    parts = ",".join(token.value for token in tokens).split(",")
    return tuple(part.strip() for part in parts if part.strip())


Only = Annotated[
    tuple[str, ...] | None,
    Parameter(
        name="--only",
        converter=_names,
        n_tokens=1,
        negative="",
        help="Analyses, such as order,profile (default: all).",
    ),
]
Seed = Annotated[
    int, Parameter(name="--seed", validator=Number(gte=0), help="Of every random choice.")
]
Workers = Annotated[
    int | None,
    Parameter(
        name=["--workers", "-j"],
        validator=Number(gte=1),
        help="Processes that look at programs (default: one a processor).",
    ),
]


def read(
    store: Store,
    run: str,
    *,
    problems: str | None,
    stopping: str | None,
    control: str | None = None,
    others: Sequence[str] = (),
    cutoff: date | None = None,
) -> Subject:
    """A run of a store, ready for analysis, with the problems it was judged on where they are had.

    Raises:
        DataError: no run of that name, nothing judged in it, or other problems than it was judged
            on.
    """
    from passatk.analysis.subject import read_subject
    from passatk.cli.problems import benchmark_of

    begun = store.run(run)
    benchmark = benchmark_of(begun, problems, [each.name for each in store.counts(begun)])
    return replace(
        read_subject(store, run, benchmark=benchmark, stopping=stopping),
        control=read_subject(store, control, stopping=stopping) if control else None,
        others=tuple(read_subject(store, each, stopping=stopping) for each in others),
        cutoff=cutoff,
    )


def analysed(
    subject: Subject, *, only: Sequence[str] | None, level: float, seed: int, workers: int | None
) -> dict[str, Result]:
    """What the analyses say of a run, with a live line on stderr; errors as for ``analyse``."""
    from passatk.analysis.running import analyse

    with StepProgress() as progress:
        return analyse(
            subject, only, level=level, seed=seed, workers=workers, progress=progress.show
        )
