"""What a pool is asked to do: programs to judge, and how programs are run."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from passatk.execution.limits import Limits
from passatk.execution.sandbox import Interpreter, Isolation
from passatk.records import Problem, Trust


@dataclass(frozen=True, slots=True)
class Task:
    """A program to judge. ``key`` is the caller's own and comes back with the verdict."""

    key: Any
    problem: Problem
    program: str
    limits: Limits
    trust: Trust | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """How programs are run.

    ``seed`` seeds ``random`` in every program and test alike. ``warm`` are modules to import once
    instead of in every program; each makes every fork a little dearer.
    """

    python: Interpreter
    isolation: Isolation = Isolation.STRICT
    workers: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))
    seed: int = 0
    warm: tuple[str, ...] = ("typing",)
