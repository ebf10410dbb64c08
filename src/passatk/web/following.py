"""Results that follow something which changes, such as the figures of a run that is being judged.

The last result stays until the next one is there. The next one is made beside the pages, one at a
time, and after it there is a rest: what takes long is made seldom.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from passatk.errors import PassatkError
from passatk.web.background import Background

Made = TypeVar("Made")

_REST = 5.0  # after making, so many times as long nothing is made anew of the same subject
_REST_AFTER_ERROR = 10.0  # seconds


@dataclass(frozen=True)  # (no slots: they break the typed calls of generic classes)
class Followed(Generic[Made]):
    """The last result, and the state that it was made of; ``current`` where that is the present.

    ``made`` and ``state`` are None until there is a first result.
    """

    made: Made | None
    state: Hashable
    current: bool


@dataclass(frozen=True, slots=True)
class _Last:
    followed: Followed[Any]
    rest_until: float
    error: str | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    state: Hashable
    function: Callable[..., Any]
    arguments: tuple[object, ...]


class Following:
    """The last result for each subject; the one that was asked for longest ago goes first.

    Args:
        most: subjects that are remembered.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._background = Background(most)
        self._lock = threading.Lock()
        self._last: OrderedDict[Hashable, _Last] = OrderedDict()
        self._jobs: dict[Hashable, _Job] = {}

    def close(self) -> None:
        """End what is being made."""
        self._background.close()

    def of(
        self,
        subject: Hashable,
        state: Hashable,
        function: Callable[..., Made],
        *arguments: object,
        patience: float = 0.0,
    ) -> Followed[Made]:
        """The last result for a subject. Where it is not of this state, the next one is begun.

        Args:
            function: of a module; it runs in a process of its own.
            arguments: plain data.
            patience: seconds to wait for a first result.

        Raises:
            PassatkError: what the function raised; it is tried again after a while.
        """
        with self._lock:
            last = self._last.get(subject)
            if last is not None:
                self._last.move_to_end(subject)
                if last.error is None and last.followed.state == state:
                    return Followed(last.followed.made, state, True)
                if self._clock() < last.rest_until:
                    if last.error is not None:
                        raise PassatkError(last.error)
                    return last.followed
            job = self._jobs.setdefault(subject, _Job(state, function, arguments))
        before: Followed[Made] = last.followed if last else Followed(None, None, False)
        try:
            found = self._background.of(
                (subject, job.state),
                _timed,
                job.function,
                job.arguments,
                patience=0.0 if before.made is not None else patience,
            )
        except PassatkError as error:
            self._keep(subject, job, before, _REST_AFTER_ERROR, str(error))
            raise
        if found is None:
            return before
        made: Made
        made, seconds = found
        self._keep(subject, job, Followed(made, job.state, False), _REST * seconds)
        return Followed(made, job.state, job.state == state)

    def _keep(
        self,
        subject: Hashable,
        job: _Job,
        followed: Followed[Any],
        rest: float,
        error: str | None = None,
    ) -> None:
        with self._lock:
            if self._jobs.get(subject) is not job:  # another request was the first to see it
                return
            del self._jobs[subject]
            self._last[subject] = _Last(followed, self._clock() + rest, error)
            self._last.move_to_end(subject)
            while len(self._last) > self._most:
                self._last.popitem(last=False)


def _timed(function: Callable[..., Made], arguments: tuple[object, ...]) -> tuple[Made, float]:
    """What the function gives, and how many seconds it took without the start of the process."""
    started = time.monotonic()
    return function(*arguments), time.monotonic() - started
