"""Options that several commands share, and how their texts become values."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter, Token
from cyclopts.validators import Number

from passatk.errors import PassatkError

DEFAULT_STORE = "sqlite:///passatk.db"


def _numbers(type_: Any, tokens: Sequence[Token]) -> tuple[int, ...]:
    del type_
    numbers: list[int] = []
    for part in ",".join(token.value for token in tokens).split(","):
        try:
            numbers.append(int(part))
        except ValueError:
            numbers.append(0)
        if not 1 <= numbers[-1] <= sys.maxsize:
            raise PassatkError(
                f"-k: {part!r} is not a whole number from 1 on\n  expected: for example -k 1,10,100"
            )
    return tuple(numbers)


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
        converter=_numbers,
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
Level = Annotated[
    float,
    Parameter(
        name="--level",
        validator=Number(gt=0, lt=1),
        help="Confidence level of the intervals, between 0 and 1.",
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
