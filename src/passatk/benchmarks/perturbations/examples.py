"""Prompts without their examples."""

from __future__ import annotations

import re

from passatk.benchmarks.perturbations.prompts import if_sound, indentation
from passatk.records import Problem

_LABEL = re.compile(
    r"^\s*(?:#+ *)?(?:for +)?examples?(?: +(?:input|output|usage))?(?: *\d+)?(?: are)? *:?\s*$",
    re.I,
)


def remove_examples(problem: Problem) -> Problem:
    """The examples are not in the prompt; tests stay as they are."""
    lines = problem.prompt.splitlines(keepends=True)
    kept: list[str] = []
    inside = dropping = False
    for line in lines:
        stripped = line.strip()
        closes = stripped in ('"""', "'''") or (stripped.endswith(('"""', "'''")) and inside)
        if stripped.startswith(">>>") or (inside and stripped.startswith("...")):
            inside = True
            quotes = stripped[-3:]
            if closes and quotes in ('"""', "'''"):
                kept.append(indentation(line) + quotes + "\n")
                inside = False
        elif inside and stripped and not closes:
            continue  # what an example gives
        elif _LABEL.match(line):
            dropping = problem.entry_point is None
        elif dropping and not _is_heading(line):
            continue
        else:
            inside = dropping = False
            kept.append(line)
    prompt = re.sub(r"\n(\s*\n){2,}", "\n\n", "".join(kept))
    prompt = re.sub(r"\n\s*\n(\s*)(\"\"\"|''')\n", r"\n\1\2\n", prompt)
    return if_sound(problem, prompt)


def _is_heading(line: str) -> bool:
    return line.startswith("#") or bool(
        re.match(r"^(constraints|notes?|input|output)\b.*:", line, re.I)
    )
