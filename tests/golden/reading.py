"""Golden files: what they say, as problems and programs.

A file has problems and programs. A problem has a ``kind``: ``calls`` (cases are pairs of arguments
and expected value, as Python writes them), ``code`` (``setup``, ``check``, cases are statements) or
``stream`` (cases are pairs of standard input and expected output). A program names its problem and
the verdict it must get: ``status``, all letters of ``tests``, a part of ``detail``, the end of
``output``, ``trust``. ``limits`` changes the usual ones; ``python`` is the oldest version that
runs the program, ``modules`` are what it imports beside the standard library.
"""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from passatk.execution.limits import MIB, Limits
from passatk.execution.pool import Task
from passatk.execution.sandbox import Interpreter
from passatk.records import (
    CallCase,
    CallTests,
    CodeCase,
    CodeTests,
    Comparison,
    Problem,
    StreamCase,
    StreamTests,
    Verdict,
)

FOLDER = Path(__file__).parent
_LIMITS = Limits(5.0, 60.0, memory_bytes=512 * MIB, output_bytes=64 * MIB)
"""Enough for every honest program on a loaded machine."""


@dataclass(frozen=True, slots=True)
class Golden:
    """A program and what its verdict must be."""

    name: str
    problem: Problem
    code: str
    limits: Limits
    expected: Mapping[str, str]
    python: tuple[int, ...]
    modules: frozenset[str]

    def runs_on(self, python: Interpreter, missing: frozenset[str]) -> bool:
        version = tuple(map(int, python.version.split(".")))
        return version >= self.python and not self.modules & missing

    def task(self) -> Task:
        return Task(self.name, self.problem, self.code, self.limits)

    def differences(self, verdict: Verdict) -> dict[str, tuple[str, str]]:
        """Where a verdict is not as expected: the field, what it must be, what it is."""
        found = {
            "status": str(verdict.status),
            "tests": verdict.tests,
            "trust": str(verdict.trust),
            "detail": verdict.detail,
            "output": verdict.output,
        }
        partial = {"detail": found["detail"].__contains__, "output": found["output"].endswith}
        return {
            field: (wanted, found[field])
            for field, wanted in self.expected.items()
            if not partial.get(field, found[field].__eq__)(wanted)
        }


def read_all() -> list[Golden]:
    """Every golden program, in the order of files and programs."""
    return [golden for path in sorted(FOLDER.glob("*.toml")) for golden in _read(path)]


def missing_modules(python: Interpreter, programs: Iterable[Golden]) -> frozenset[str]:
    """Which of the modules that programs need an interpreter lacks."""
    wanted = sorted({name for golden in programs for name in golden.modules})
    find = f"print(*(n for n in {wanted!r} if importlib.util.find_spec(n) is None))"
    told = subprocess.run(
        [python.executable, "-I", "-c", f"import {importlib.util.__name__}\n{find}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return frozenset(told.stdout.split())


def _read(path: Path) -> Iterator[Golden]:
    text = tomllib.loads(path.read_text(encoding="utf-8"))
    problems = {name: _problem(name, told) for name, told in text["problems"].items()}
    for told in text["programs"]:
        expected = {"trust": "apart", **{key: told[key] for key in _EXPECTED & told.keys()}}
        yield Golden(
            name=f"{path.stem}/{told['problem']}/{told['name']}",
            problem=problems[told["problem"]],
            code=told["code"],
            limits=replace(_LIMITS, **told.get("limits", {})),
            expected=expected,
            python=tuple(map(int, told.get("python", "3.8").split("."))),
            modules=frozenset(told.get("modules", ())),
        )


_EXPECTED = {"status", "tests", "detail", "output", "trust"}


def _problem(name: str, told: Mapping[str, Any]) -> Problem:
    comparison = {"comparison": Comparison(**told["comparison"])} if "comparison" in told else {}
    cases = told.get("cases", ())
    tests: CallTests | CodeTests | StreamTests
    if told["kind"] == "calls":
        values = ((ast.literal_eval(f"({a},)"), ast.literal_eval(b)) for a, b in cases)
        tests = CallTests(tuple(CallCase(*each) for each in values), **comparison)
    elif told["kind"] == "stream":
        tests = StreamTests(tuple(StreamCase(*each) for each in cases), **comparison)
    else:
        codes = tuple(map(CodeCase, cases))
        tests = CodeTests(told.get("setup", ""), told.get("check"), codes)
    return Problem(
        name,
        told.get("prompt", ""),
        tests,
        entry_point=told.get("entry_point"),
        preamble=told.get("preamble", ""),
    )
