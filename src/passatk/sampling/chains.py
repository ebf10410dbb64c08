"""What is to be asked next: chains in which each step sees feedback on the one before.

A chain ends with its first pass, or after its last step. That it goes on after an attempt that no
visible test fails is the same whatever the hidden tests say of it: the words are the same, and
that a pass ends the chain only spares what pass(r chains, l steps) does not depend on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from passatk.generation.feedback import report, with_visible_tests
from passatk.generation.model import Message, Request
from passatk.generation.model_settings import Settings
from passatk.records import Attempt, Problem, Status, Verdict
from passatk.store import Filed, JudgedAttempt, Made

Key = tuple[str, int]
"""A chain: its problem and its number at it."""

FEEDBACK = "feedback"
"""The field of an attempt that has what was said about the one before."""

_AT_ONCE = 256  # chains whose conversations are in memory


@dataclass(slots=True)
class _Chain:
    problem: Problem
    messages: list[Message]
    step: int = 0
    """The next one to ask for."""
    written: list[str] = field(default_factory=list)


class Chains:
    """Chains with feedback, the first of each problem before the second of any.

    Args:
        chains, steps: how many at each problem, and how long at most.
        present: the attempts that are there, all of them judged.
        load: the attempts at a problem with their texts, for chains that were begun before.
        check: judges a program on the problem with its visible tests; the verdict comes back to
            ``checked`` under the same key.
    """

    def __init__(
        self,
        problems: Sequence[Problem],
        settings: Settings,
        *,
        chains: int,
        steps: int,
        present: Iterable[Made],
        load: Callable[[str], Iterable[JudgedAttempt]],
        check: Callable[[Key, Problem, str], None],
    ) -> None:
        self._settings, self._steps = settings, steps
        self._load, self._check = load, check
        self._problems = {problem.id: problem for problem in problems}
        self._visible: dict[str, Problem] = {}
        begun: dict[Key, int] = {}
        ended: set[Key] = set()
        for each in present:
            if each.chain is None or each.step is None:
                continue
            key = each.problem, each.chain
            begun[key] = max(begun.get(key, 0), each.step + 1)
            if each.status is Status.PASSED:
                ended.add(key)
        self._begun = {key: done for key, done in begun.items() if key not in ended}
        self._to_start = deque(
            (problem.id, chain)
            for chain in range(chains)
            for problem in problems
            if (problem.id, chain) not in ended and begun.get((problem.id, chain), 0) < steps
        )
        self._active: dict[Key, _Chain] = {}
        self._ready: deque[Key] = deque()
        self._awaited = 0

    @property
    def waiting(self) -> bool:
        return self._awaited > 0

    def take(self) -> Request | None:
        while not self._ready:
            if not self._to_start or len(self._active) >= _AT_ONCE:
                return None
            self._start(self._to_start.popleft())
        name, number = key = self._ready.popleft()
        chain = self._active[key]
        return Request(
            problem=self._problems[name],
            number=number * self._steps + chain.step,
            count=1,
            messages=tuple(chain.messages),
            chain=number,
            step=chain.step,
        )

    def again(self, request: Request) -> None:
        raise AssertionError("one completion is asked for at a time")

    def lost(self, request: Request) -> None:
        self._active.pop(_key(request), None)

    def filed(self, request: Request, attempts: Sequence[Attempt], filed: Sequence[Filed]) -> None:
        (attempt,), (only,) = attempts, filed
        chain = self._active[_key(request)]
        chain.messages.append(Message("assistant", attempt.text))
        chain.written.append(attempt.program)
        chain.step += 1
        self._awaited += 1
        if only.status is not None:
            self._settle(_key(request), only.status)

    def judged(self, problem: str, number: int, verdict: Verdict) -> None:
        self._settle((problem, number // self._steps), verdict.status)

    def checked(self, key: Key, verdict: Verdict) -> None:
        """The verdict of the visible tests: what the model is told next."""
        self._awaited -= 1
        chain = self._active[key]
        told = report(self._of_visible(key[0]), verdict)
        chain.messages.append(self._settings.template.after_failure(told))
        self._ready.append(key)

    def _settle(self, key: Key, status: Status) -> None:
        chain = self._active[key]
        if status is Status.PASSED or chain.step >= self._steps:
            self._awaited -= 1
            del self._active[key]
        else:
            self._check(key, self._of_visible(key[0]), chain.written[-1])

    def _of_visible(self, name: str) -> Problem:
        if name not in self._visible:
            self._visible[name] = with_visible_tests(self._problems[name])
        return self._visible[name]

    def _start(self, key: Key) -> None:
        """Begin a chain, or take one up where it was left."""
        name, number = key
        problem = self._problems[name]
        opening = self._settings.template.opening(problem, self._settings.system)
        chain = self._active[key] = _Chain(problem, list(opening))
        if key not in self._begun:
            self._ready.append(key)
            return
        before = [each.attempt for each in self._load(name) if each.attempt.chain == number]
        for attempt in sorted(before, key=lambda each: each.step or 0):
            if attempt.step:
                chain.messages.append(Message("user", str(attempt.extra.get(FEEDBACK, ""))))
            chain.messages.append(Message("assistant", attempt.text))
            chain.written.append(attempt.program)
        chain.step = len(before)
        self._awaited += 1
        self._check(key, self._of_visible(name), chain.written[-1])


def _key(request: Request) -> Key:
    assert request.chain is not None
    return request.problem.id, request.chain
