"""What is to be asked next: attempts at a problem until enough of them passed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from passatk.generation.model import Request
from passatk.generation.model_settings import Settings
from passatk.records import Attempt, Problem, Status, Verdict
from passatk.stats.stopping import StopAtSuccess
from passatk.store import Filed, Made


@dataclass(slots=True)
class _State:
    problem: Problem
    made: int = 0
    passed: int = 0
    failed: int = 0
    errors: int = 0


class UntilPassed:
    """One attempt at a problem at a time, until the rule ends them.

    What comes after the pass that ends them would have to be thrown away, so the next is asked for
    when the verdict on the one before is there; other problems are under way meanwhile. A
    ``judge_error`` is no result, and another attempt takes its place.

    Args:
        present: the attempts that are there, all of them judged.
    """

    def __init__(
        self,
        problems: Sequence[Problem],
        settings: Settings,
        rule: StopAtSuccess,
        present: Iterable[Made],
    ) -> None:
        self._settings, self._rule = settings, rule
        self._states = {problem.id: _State(problem) for problem in problems}
        for each in present:
            state = self._states[each.problem]
            state.made = max(state.made, each.number + 1)
            if each.status is not None:
                self._count(state, each.status)
        self._ready = deque(state for state in self._states.values() if not self._ended(state))
        self._awaited = 0

    @property
    def waiting(self) -> bool:
        return self._awaited > 0

    def take(self) -> Request | None:
        if not self._ready:
            return None
        state = self._ready.popleft()
        messages = self._settings.template.opening(state.problem, self._settings.system)
        return Request(state.problem, state.made, 1, messages)

    def again(self, request: Request) -> None:
        raise AssertionError("one completion is asked for at a time")

    def filed(self, request: Request, attempts: Sequence[Attempt], filed: Sequence[Filed]) -> None:
        (only,) = filed
        self._states[only.problem].made += 1
        self._awaited += 1
        if only.status is not None:
            self._settle(only.problem, only.status)

    def lost(self, request: Request) -> None:
        pass

    def judged(self, problem: str, number: int, verdict: Verdict) -> None:
        self._settle(problem, verdict.status)

    def _settle(self, problem: str, status: Status) -> None:
        state = self._states[problem]
        self._awaited -= 1
        self._count(state, status)
        if not self._ended(state):
            self._ready.append(state)

    @staticmethod
    def _count(state: _State, status: Status) -> None:
        if status is Status.JUDGE_ERROR:
            state.errors += 1
        elif status is Status.PASSED:
            state.passed += 1
        else:
            state.failed += 1

    def _ended(self, state: _State) -> bool:
        results = state.passed + state.failed
        # A judge that fails again and again must not keep the model busy for ever.
        enough = results >= self._rule.cap or state.errors >= self._rule.cap
        return state.passed >= self._rule.successes or enough
