"""What is to be asked next: attempts that do not depend on each other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from passatk.generation.model import Request
from passatk.generation.model_settings import Settings
from passatk.records import Attempt, Problem, Verdict
from passatk.store import Filed


class Source(Protocol):
    """Where requests come from. What becomes of each is told to it, in the same thread."""

    @property
    def waiting(self) -> bool:
        """Whether requests may still come of verdicts that are not there yet."""
        ...

    def take(self) -> Request | None:
        """A request to send now, or None where there is none at the moment."""
        ...

    def again(self, request: Request) -> None:
        """Completions that an answer did not have, to be asked for one by one from now on."""
        ...

    def filed(self, request: Request, attempts: Sequence[Attempt], filed: Sequence[Filed]) -> None:
        """The attempts of an answer are in the store."""
        ...

    def lost(self, request: Request) -> None:
        """A request that got no answer, and is not to be asked again by this command."""
        ...

    def judged(self, problem: str, number: int, verdict: Verdict) -> None:
        """The verdict on an attempt that was filed without one."""
        ...


class Independent:
    """A fixed number of attempts at each problem, in rounds over all of them.

    Rounds, so that a run that ends early has nearly the same number at every problem.

    Args:
        attempts: how many each problem is to have in the end.
        present: the numbers that are there already, by problem.
        batch: completions a request.
    """

    waiting = False

    def __init__(
        self,
        problems: Sequence[Problem],
        settings: Settings,
        *,
        attempts: int,
        present: Mapping[str, set[int]],
        batch: int,
    ) -> None:
        self._problems, self._settings = problems, settings
        self._attempts, self._present = attempts, present
        self._batch = batch
        self._again: deque[Request] = deque()
        self._rounds = self._plan()

    def take(self) -> Request | None:
        request = self._again.popleft() if self._again else next(self._rounds, None)
        if request is not None and request.count > self._batch:
            rest = replace(request, number=request.number + 1, count=request.count - 1)
            self._again.appendleft(rest)
            request = replace(request, count=1)
        return request

    def again(self, request: Request) -> None:
        self._batch = 1
        self._again.append(request)

    def filed(self, request: Request, attempts: Sequence[Attempt], filed: Sequence[Filed]) -> None:
        pass

    def lost(self, request: Request) -> None:
        pass

    def judged(self, problem: str, number: int, verdict: Verdict) -> None:
        pass

    def _plan(self) -> Iterator[Request]:
        size = self._batch
        for start in range(0, self._attempts, size):
            for problem in self._problems:
                there = self._present.get(problem.id, set())
                wanted = range(start, min(start + size, self._attempts))
                missing = [number for number in wanted if number not in there]
                if missing:
                    messages = self._settings.template.opening(problem, self._settings.system)
                    for first, count in _runs_of(missing):
                        yield Request(problem, first, count, messages)


def _runs_of(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Ascending numbers as (first, count) of those that follow each other."""
    first = count = 0
    for number in numbers:
        if count and number == first + count:
            count += 1
            continue
        if count:
            yield first, count
        first, count = number, 1
    if count:
        yield first, count
