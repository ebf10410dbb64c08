"""The commands that make a run again, as far as its manifest tells."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from passatk.report.document.model import Report
from passatk.store import Run

_MIB = 1 << 20


def commands(report: Report) -> list[str]:
    """One command for each run, and the one that makes the report."""
    made = [each for part in report.runs if (each := _made(part.run)) is not None]
    names = [part.run.name for part in report.runs]
    return [*made, _line(["passatk", "report", *names, "-o", "report.html"])]


def _made(run: Run) -> str | None:
    source: Mapping[str, Any] = run.manifest.get("source", {})
    if "samples" in source:
        options = _judging(run.manifest.get("settings", {}))
        problems = ["--problems", run.benchmark or "PROBLEMS"]
        return _line(
            ["passatk", "evaluate", source["samples"], *problems, "--name", run.name, *options]
        )
    if "results" in source:
        return _line(["passatk", "import", source["results"], "--name", run.name])
    if "sampler" in source:
        return "passatk demo"
    return None


def _judging(settings: Mapping[str, Any]) -> list[str]:
    """The options that differ from their defaults."""
    limits = settings.get("limits", {})
    options = []
    if limits.get("time_limit") is not None:
        options += ["--time-limit", f"{limits['time_limit']:g}"]
    memory = limits.get("memory_bytes")
    if memory is not None and memory != 1024 * _MIB:
        options += ["--memory-limit", str(memory // _MIB)]
    if settings.get("isolation", "strict") != "strict":
        options += ["--isolation", str(settings["isolation"])]
    if settings.get("seed"):
        options += ["--seed", str(settings["seed"])]
    if settings.get("partial"):
        options.append("--partial")
    return options


def _line(words: Sequence[object]) -> str:
    return shlex.join([str(word) for word in words])
