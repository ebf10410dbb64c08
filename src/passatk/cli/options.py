"""Options that several commands share, and how their texts become values."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter, Token
from cyclopts.validators import Number

from passatk.errors import PassatkError
from passatk.outcomes import DEFAULT_STORE as DEFAULT_STORE


def numbers(type_: Any, tokens: Sequence[Token]) -> tuple[int, ...]:
    """``1,10,100`` as whole numbers from 1 on."""
    del type_
    found: list[int] = []
    for part in ",".join(token.value for token in tokens).split(","):
        try:
            found.append(int(part))
        except ValueError:
            found.append(0)
        if not 1 <= found[-1] <= sys.maxsize:
            raise PassatkError(
                f"{tokens[0].keyword or '-k'}: {part!r} is not a whole number from 1 on\n"
                "  expected: for example 1,10,100"
            )
    return tuple(found)


Store = Annotated[
    str,
    Parameter(name="--store", env_var="PASSATK_STORE", help="The store: a path or sqlite:///path."),
]
Json = Annotated[
    bool, Parameter(name="--json", negative="", help="Print one JSON document and nothing else.")
]
Ks = Annotated[
    tuple[int, ...] | None,
    Parameter(
        name="-k",
        converter=numbers,
        n_tokens=1,
        negative="",
        help="Attempts allowed, such as 1,10,100 (default: those that the run has enough for).",
    ),
]
Policy = Annotated[
    Literal["raise", "drop", "fail"],
    Parameter(
        name="--policy",
        help="Problems with fewer than k attempts: an error, left out, or missing ones failed.",
    ),
]
Stopping = Annotated[
    str | None,
    Parameter(
        name="--stopping",
        help="What ended the attempts at a problem, where their numbers differ: independent "
        "(not results), or R/CAP (the R-th pass, or CAP attempts without it). Recorded with the "
        "run by evaluate and import.",
    ),
]
Level = Annotated[
    float,
    Parameter(
        name="--level",
        validator=Number(gt=0, lt=1),
        help="Confidence level of the intervals, between 0 and 1.",
    ),
]
Margin = Annotated[
    float,
    Parameter(
        name="--margin",
        validator=Number(gt=0, lt=1),
        help="The change that would not matter, as a share: 0.02 is two percentage points.",
    ),
]
Intersection = Annotated[
    bool,
    Parameter(
        name="--intersection",
        negative="",
        help="Use the common problems, where each run has problems of its own.",
    ),
]
Workers = Annotated[
    int | None,
    Parameter(
        name=["--workers", "-j"],
        validator=Number(gte=1),
        help="Judges at work (default: one a processor).",
    ),
]
TimeLimit = Annotated[
    str,
    Parameter(
        name="--time-limit",
        help="CPU seconds a program may take, or auto: calibrated on the reference solutions.",
    ),
]
MemoryLimit = Annotated[
    int,
    Parameter(
        name="--memory-limit", validator=Number(gte=1, lte=1 << 20), help="MiB a program may take."
    ),
]
IsolationName = Annotated[
    Literal["strict", "process"],
    Parameter(
        name="--isolation",
        help="strict: a sandbox with namespaces of its own. process: weaker; see the docs.",
    ),
]
Python = Annotated[
    Path | None,
    Parameter(name="--python", help="The CPython that runs programs and tests (default: this)."),
]
Seed = Annotated[int, Parameter(name="--seed", help="Seeds random in every program.")]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Judging:
    """How programs are judged."""

    time_limit: TimeLimit = "auto"
    memory_limit: MemoryLimit = 1024
    workers: Workers = None
    isolation: IsolationName = "strict"
    python: Python = None
    seed: Seed = 0


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Estimating:
    """What is estimated from a run."""

    k: Ks = None
    policy: Policy = "raise"
    stopping: Stopping = None
    level: Level = 0.95


# Confining a program takes a few milliseconds of its own; a day is as good as no limit.
_SHORTEST_SECONDS, _LONGEST_SECONDS = 0.01, 86_400


def seconds(text: str) -> float | None:
    """The value of --time-limit: a number of seconds, or None for auto."""
    if text == "auto":
        return None
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not _SHORTEST_SECONDS <= value <= _LONGEST_SECONDS:
        raise PassatkError(
            f"--time-limit {text}\n"
            f"  expected: CPU seconds from {_SHORTEST_SECONDS} to {_LONGEST_SECONDS}, or auto\n"
            "  next: for example --time-limit 3"
        )
    return value


def run_name(path: Path) -> str:
    """A name for a run after its samples file: the name without its suffixes."""
    name = path.name
    for suffix in (".gz", ".zst", ".jsonl", ".json", ".csv", ".parquet"):
        name = name.removesuffix(suffix)
    return name or "run"


def attempt(target: str) -> tuple[str, int]:
    """The problem and the number in PROBLEM#ATTEMPT."""
    problem, _, number = target.rpartition("#")
    if not number.isdecimal() or int(number) > sys.maxsize:
        raise PassatkError(
            f"{target}: not an attempt\n"
            "  expected: PROBLEM#ATTEMPT, where ATTEMPT counts from 0\n"
            "  next: for example 'HumanEval/0#3'"
        )
    return problem, int(number)
