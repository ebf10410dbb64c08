"""What moves on stderr while a command works."""

from __future__ import annotations

import sys
from collections import Counter
from types import TracebackType
from typing import TYPE_CHECKING, Self

from passatk.cli.output import message
from passatk.records import Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.progress import Progress, TaskID

    from passatk.generation.model import Unreachable
    from passatk.records import Attempt


class LiveLines:
    """Lines on stderr that move while something is done; a context manager.

    Without a terminal there are none, so that logs stay readable.
    """

    def __init__(self) -> None:
        self._progress: Progress | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                Progress,
                TextColumn,
                TimeRemainingColumn,
            )

            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(compact=True),
                TextColumn("{task.fields[statuses]}"),
                console=Console(stderr=True),
                transient=True,
            )
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()


class JudgingProgress(LiveLines):
    """Programs judged, rate, time left, statuses so far."""

    def __init__(self) -> None:
        super().__init__()
        self._statuses: Counter[Status] = Counter()
        self._task: TaskID | None = None

    def started(self, programs: int, attempts: int, judged: int) -> None:
        if judged:
            message(f"continuing: {judged} of {attempts} attempts are judged already")
        if self._progress is not None:
            self._task = self._progress.add_task("judging", total=programs, rate="", statuses="")

    def judged(self, verdict: Verdict) -> None:
        self._statuses[verdict.status] += 1
        if self._progress is not None and self._task is not None:
            speed = self._progress.tasks[self._task].speed
            self._progress.update(
                self._task,
                advance=1,
                rate=f"{speed:.0f}/s" if speed else "",
                statuses="  ".join(
                    f"{count} {status.replace('_', ' ')}"
                    for status, count in self._statuses.most_common(3)
                ),
            )


class StepProgress(LiveLines):
    """What is being done, and how much of it."""

    def __init__(self) -> None:
        super().__init__()
        self._tasks: dict[str, TaskID] = {}

    def show(self, what: str, done: int, of: int) -> None:
        """Say that ``done`` of ``of`` are done, and what comes now."""
        if self._progress is None:
            return
        line = "programs" if what == "programs" else "analyses"
        if line not in self._tasks:
            self._tasks[line] = self._progress.add_task(what, total=of, rate="", statuses="")
        self._progress.update(self._tasks[line], description=what, completed=done, total=of)


class SamplingProgress(JudgingProgress):
    """As JudgingProgress, with a line for what the model wrote so far and what it cost."""

    def __init__(self) -> None:
        super().__init__()
        self._asking: TaskID | None = None
        self._faults = 0
        self._made = 0
        self._open = 0

    def begun(self, attempts: int | None, there: int) -> None:
        if there:
            message(f"continuing: {there} attempts are there already")
        self._made = there
        if self._progress is not None:
            self._asking = self._progress.add_task(
                "asking", total=attempts, completed=there, rate="", statuses=""
            )

    def started(self, programs: int, attempts: int, judged: int) -> None:
        if self._progress is not None and self._task is None:
            self._open = programs
            self._task = self._progress.add_task("judging", total=programs, rate="", statuses="")

    def sampled(self, attempts: Sequence[Attempt], spent: float) -> None:
        if self._progress is None or self._asking is None:
            return
        self._open += len(attempts)
        speed = self._progress.tasks[self._asking].speed
        self._progress.update(
            self._asking,
            advance=len(attempts),
            rate=f"{speed:.0f}/s" if speed else "",
            statuses=self._words(spent),
        )
        if self._task is not None:
            self._progress.update(self._task, total=self._open)

    def fault(self, fault: Unreachable) -> None:
        self._faults += 1

    def _words(self, spent: float) -> str:
        cost = f"cost {spent:.4g}" if spent else ""
        return "  ".join(filter(None, (cost, f"{self._faults} faults" if self._faults else "")))
