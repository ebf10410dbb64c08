"""What a run advises those who use the model.

attempts  independent attempts: how many to review, at what cost, and in which order
chains    chains with feedback: how many of how many steps, and when to start afresh
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from passatk.analysis.subject import read_subject
from passatk.errors import PassatkError
from passatk.report.advice.attempts import Advice, advise_attempts
from passatk.report.advice.attempts import print_advice as print_attempts
from passatk.report.advice.chains import ChainAdvice, advise_chains
from passatk.report.advice.chains import print_advice as print_chains
from passatk.stats.decisions import Reviewing

if TYPE_CHECKING:
    from rich.console import Console

    from passatk.store import Run, Store

__all__ = ["Advice", "ChainAdvice", "advise", "print_advice"]


def advise(
    store: Store,
    run: Run,
    assumptions: Reviewing,
    *,
    control: str | None = None,
    level: float = 0.95,
    stopping: str | None = None,
) -> Advice | ChainAdvice:
    """Read a run and work out what follows from it under ``assumptions``.

    Args:
        control: a run of independent attempts at the same problems, where the run has chains.
        stopping: what ended the attempts, as for :func:`passatk.outcomes.parse_stopping`; None
            takes what was recorded with the run.

    Raises:
        DataError: nothing judged, numbers of attempts that differ with nothing to say why, or a
            control for a run without chains.
    """
    subject = read_subject(store, run.name, stopping=stopping)
    if subject.seen.chained:
        if control is not None:
            subject = replace(subject, control=read_subject(store, control))
        return advise_chains(subject, assumptions, level=level)
    if control is not None:
        raise PassatkError(
            f"{run.name} has no chains, which --control is for\n  next: leave --control out"
        )
    return advise_attempts(run, subject.counts, subject.seen, assumptions, level=level)


def print_advice(console: Console, advice: Advice | ChainAdvice) -> None:
    """The advice, what it rests on, and how it would change."""
    if isinstance(advice, ChainAdvice):
        print_chains(console, advice)
    else:
        print_attempts(console, advice)
