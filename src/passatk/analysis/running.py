"""Running analyses: one pass over the programs for all of them, in several processes."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Any

from passatk.analysis.finding import Result
from passatk.analysis.registry import ANALYSES, chosen, of_outcomes, of_programs
from passatk.analysis.subject import ProblemAttempts, Subject
from passatk.errors import PassatkError
from passatk.stats.resampling import DEFAULT_SEED

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is to do."""

# Problems that wait for each worker, so that none is idle while the next one is read.
_AHEAD = 2


def analyse(
    subject: Subject,
    names: Sequence[str] | None = None,
    *,
    level: float = 0.95,
    seed: int = DEFAULT_SEED,
    workers: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Result]:
    """Run analyses over a run.

    Programs are read once for all analyses that look at them, one problem at a time; at most a few
    problems for each worker are in memory. The same subject and seed give the same results,
    whatever the number of workers.

    Args:
        subject: the run.
        names: analyses by name; None for all there are.
        level: confidence level, in (0, 1).
        seed: of every random choice.
        workers: processes that look at programs; 1 stays in this one. None: one a processor.
        progress: told of every step.

    Returns:
        results by name, in the order in which they are read.

    Raises:
        PassatkError: no analysis has that name, or a worker died.
        DataError: the run's numbers of attempts differ and nothing says why.
    """
    asked = chosen(names)
    tell = progress or _silent
    parts = _examined(subject, [n for n in asked if ANALYSES[n].of == "programs"], workers, tell)
    results: dict[str, Result] = {}
    for done, name in enumerate(asked):
        tell(name, done, len(asked))
        if ANALYSES[name].of == "outcomes":
            results[name] = of_outcomes(name).analyse(subject, level=level, seed=seed)
        else:
            found = parts.pop(name)
            results[name] = of_programs(name).conclude(found, subject, level=level, seed=seed)
    return results


def _silent(what: str, done: int, of: int) -> None:
    del what, done, of


def _examined(
    subject: Subject, names: Sequence[str], workers: int | None, tell: Progress
) -> dict[str, list[Any]]:
    """What each analysis of programs sees in each problem, in benchmark order."""
    parts: dict[str, list[Any]] = {name: [] for name in names}
    if not names:
        return parts
    total = len(subject.counts)
    count = min(workers or len(os.sched_getaffinity(0)), total)
    tell("programs", 0, total)
    modules = tuple(ANALYSES[name].module for name in names)
    stream = (
        (_examine(modules, each) for each in subject.programs())
        if count <= 1
        else _in_processes(subject.programs(), modules, count)
    )
    for done, seen in enumerate(stream, 1):
        for name, part in zip(names, seen, strict=True):
            parts[name].append(part)
        tell("programs", done, total)
    return parts


def _in_processes(
    problems: Iterator[ProblemAttempts], modules: Sequence[str], workers: int
) -> Iterator[list[Any]]:
    """The parts in the order of the problems; the next problem is read when one is done."""
    # Fork would copy threads and open databases; a server that forks clean workers does not.
    context = multiprocessing.get_context("forkserver")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_signals_alone)
    waiting: deque[Future[list[Any]]] = deque()
    try:
        for each in problems:
            if len(waiting) >= workers * _AHEAD:
                yield waiting.popleft().result()
            waiting.append(pool.submit(_examine, modules, _portable(each)))
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise PassatkError(
            "a worker process of the analysis died\n"
            "  found: the system ended it, most likely for want of memory\n"
            "  next: use fewer processes with --workers 1"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_signals_alone() -> None:
    """An interrupt from the terminal is for the process that started the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _examine(modules: Sequence[str], attempts: ProblemAttempts) -> list[Any]:
    return [importlib.import_module(each).examine(attempts) for each in modules]


def _portable(attempts: ProblemAttempts) -> ProblemAttempts:
    """The same with plain dictionaries, which can cross to another process."""
    return replace(
        attempts,
        attempts=tuple((replace(a, extra=dict(a.extra)), v) for a, v in attempts.attempts),
    )
