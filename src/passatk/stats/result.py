"""A statistic travels as one value: the number, its interval, and what they are worth."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal, get_args

from passatk import notebook
from passatk.frames import frame

Target = Literal["superpopulation", "fixed"]
TARGETS: tuple[Target, ...] = get_args(Target)
TARGET_WORDS: dict[Target, str] = {
    "superpopulation": "problems like these",
    "fixed": "these problems again",
}


@dataclass(frozen=True, slots=True)
class Caveat:
    """Something a reader of an estimate has to know; ``code`` is stable, ``message`` is prose."""

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its uncertainty, and the words without which it could be misread.

    Attributes:
        metric: what was estimated, ``"pass@10"``.
        value: the point estimate; in [0, 1] for a metric, in [-1, 1] for a difference of two.
        standard_error: of ``value``; None where the data cannot give one.
        low, high: the confidence interval; both None where the data cannot give one.
        level: the confidence level, in (0, 1).
        method: how the interval was made, ``"augmented-t"``.
        target: what the interval is for. ``"superpopulation"``: problems like these;
            ``"fixed"``: these problems, attempted again.
        warnings: caveats, empty where there is nothing to say.
        k: how many attempts may be made; None where the number does not depend on one.
        problems: how many problems the value is a mean over.
        attempts: how many attempts these problems have together.
    """

    metric: str
    value: float
    standard_error: float | None
    low: float | None
    high: float | None
    level: float
    method: str
    target: Target
    warnings: tuple[Caveat, ...]
    k: int | None
    problems: int
    attempts: int

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON; a warning becomes ``{"code", "message"}``."""
        return {
            **dataclasses.asdict(self),
            "warnings": [dataclasses.asdict(w) for w in self.warnings],
        }

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return f"{self.metric} {self.value:.3f} [no interval]"
        return f"{self.metric} {self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"

    def _repr_html_(self) -> str:
        return Estimates([self])._repr_html_()

    def to_frame(self, backend: str | None = None) -> Any:
        """One row with the fields; see :meth:`Estimates.to_frame`."""
        return Estimates([self]).to_frame(backend)


def percent(share: float) -> str:
    """``0.95`` as "95%" and ``0.999`` as "99.9%": a level is not to be rounded up to certainty."""
    return f"{100 * share:.12g}%"


def many(count: int, thing: str) -> str:
    """``1 problem``, ``2 problems``."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


class Estimates(list[Estimate]):
    """Estimates as a list, which prints one a line and which notebooks show as a table."""

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    def to_frame(self, backend: str | None = None) -> Any:
        """One row an estimate, one column a field; warnings are one text.

        Args:
            backend: "polars", "pandas" or "pyarrow"; by default the first that is installed.

        Raises:
            MissingExtra: none of them is.
        """
        names = [each.name for each in dataclasses.fields(Estimate)]
        columns: dict[str, list[Any]] = {name: [getattr(e, name) for e in self] for name in names}
        columns["warnings"] = ["; ".join(map(str, each.warnings)) for each in self]
        return frame(columns, backend)

    def _repr_html_(self) -> str:
        rows = [
            {
                "metric": each.metric,
                "value": f"{each.value:.3f}",
                f"{percent(each.level)} interval": notebook.interval(each.low, each.high),
                "for": TARGET_WORDS[each.target],
                "problems": each.problems,
                "attempts": each.attempts,
                "method": each.method,
            }
            for each in self
        ]
        notes = [f"{each.metric}: {caveat.message}" for each in self for caveat in each.warnings]
        return notebook.table(rows, notes=notes)
