"""What comparing a run with a baseline gave, in numbers and in words."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from passatk import notebook
from passatk.frames import frame
from passatk.stats.result import Caveat, Estimate

Conclusion = Literal["improved", "regressed", "equivalent within the margin", "inconclusive"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run against a baseline at one k.

    Attributes:
        metric: what is compared, ``"pass@10"``.
        value, baseline: the estimates of the two runs, over the problems compared.
        change: value minus baseline, in [-1, 1], with the interval of the paired difference.
        p: two-sided sign-flip p-value of this k alone.
        p_adjusted: the same for the family of all k that were compared in one call; conclusions
            rest on it.
        test: how the p-values were made.
        probability_positive: how sure the data are that the true change is positive, in [0, 1].
        better, worse, equal: problems on which the run scored higher, lower, the same.
        minimum_detectable: the true change that a comparison like this one finds with power 0.8.
        margin: the change that would not matter, or None.
        p_noninferior: against a true change of -margin or less; None without a margin.
        p_equivalent: against a true change outside (-margin, margin); None without a margin.
        lower_bound: one-sided lower confidence bound of the change.
        conclusion: one of four; see :func:`compare`.
    """

    metric: str
    k: int
    value: Estimate
    baseline: Estimate
    change: Estimate
    p: float
    p_adjusted: float
    test: str
    probability_positive: float
    better: int
    worse: int
    equal: int
    minimum_detectable: float
    margin: float | None
    p_noninferior: float | None
    p_equivalent: float | None
    lower_bound: float
    conclusion: Conclusion

    @property
    def discordance(self) -> float:
        """The share of problems on which the runs differ, in [0, 1]."""
        return (self.better + self.worse) / (self.better + self.worse + self.equal)

    @property
    def noninferior(self) -> bool | None:
        """Whether a loss of the margin or more is ruled out; None without a margin."""
        return None if self.p_noninferior is None else self.p_noninferior <= 1 - self.change.level

    @property
    def warnings(self) -> tuple[Caveat, ...]:
        """The caveats of the change."""
        return self.change.warnings

    @property
    def verdict(self) -> str:
        """The conclusion with the margin in numbers: "equivalent within 2.0 pp"."""
        if self.margin is None:
            return self.conclusion
        return self.conclusion.replace("the margin", f"{100 * self.margin:.1f} pp")

    def to_dict(self) -> dict[str, Any]:
        """Every field and property as plain data for JSON."""
        plain = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        for name in ("value", "baseline", "change"):
            plain[name] = plain[name].to_dict()
        return {**plain, "discordance": self.discordance, "noninferior": self.noninferior}

    def __str__(self) -> str:
        numbers = f"{points(self.change)}, {p_value(self.p_adjusted)}"
        return f"{self.value}  change {numbers}: {self.verdict}"

    def _repr_html_(self) -> str:
        return Comparisons([self])._repr_html_()

    def to_frame(self, backend: str | None = None) -> Any:
        """One row; see :meth:`Comparisons.to_frame`."""
        return Comparisons([self]).to_frame(backend)


class Comparisons(list[Comparison]):
    """Comparisons as a list, which prints one a line and which notebooks show as a table."""

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    def to_frame(self, backend: str | None = None) -> Any:
        """One row a comparison: plain fields as they are, of estimates value, low and high.

        Args:
            backend: "polars", "pandas" or "pyarrow"; by default the first that is installed.

        Raises:
            MissingExtra: none of them is.
        """
        columns: dict[str, list[Any]] = {}
        for field in dataclasses.fields(Comparison):
            values = [getattr(each, field.name) for each in self]
            if field.name in ("value", "baseline", "change"):
                columns[field.name] = [each.value for each in values]
                columns[f"{field.name}_low"] = [each.low for each in values]
                columns[f"{field.name}_high"] = [each.high for each in values]
            else:
                columns[field.name] = values
        return frame(columns, backend)

    def _repr_html_(self) -> str:
        rows = [
            {
                "metric": each.metric,
                "run": f"{each.value.value:.3f}",
                "baseline": f"{each.baseline.value:.3f}",
                "change": points(each.change),
                "p": p_value(each.p_adjusted).removeprefix("p").removeprefix("="),
                "conclusion": each.verdict,
                "better / worse / equal": f"{each.better} / {each.worse} / {each.equal}",
            }
            for each in self
        ]
        notes = [f"{each.metric}: {caveat.message}" for each in self for caveat in each.warnings]
        return notebook.table(rows, notes=notes)


def points(change: Estimate) -> str:
    """A change in percentage points: ``"+2.1 pp [+0.8, +3.4]"``."""
    if change.low is None or change.high is None:
        return f"{100 * change.value:+.1f} pp [no interval]"
    return f"{100 * change.value:+.1f} pp [{100 * change.low:+.1f}, {100 * change.high:+.1f}]"


def p_value(p: float) -> str:
    """A p-value as text: ``"p=0.004"``, ``"p<0.001"``."""
    return "p<0.001" if p < 0.001 else f"p={p:.3f}"
