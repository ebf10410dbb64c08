"""Values that belong to problems: by position or by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from passatk.errors import DataError
from passatk.stats.stopping import Stopping
from passatk.stats.validation import FloatArray, check_labels, check_length, check_weights

PerProblem = Sequence[Any] | Mapping[str, Any] | FloatArray
"""One value for each problem: in the order of the problems, or by problem name."""


def aligned(field: str, values: PerProblem | None, names: tuple[str, ...]) -> list[Any] | None:
    """The value of each problem, in the order of the problems.

    Raises:
        DataError: a problem without a value, or a sequence of another length.
    """
    if values is None:
        return None
    if isinstance(values, Mapping):
        missing = [name for name in names if name not in values]
        if missing:
            raise DataError(
                f"{field} say nothing about problem {missing[0]!r}",
                field=field,
                expected=f"a value for each of {len(names)} problems",
                found=f"{len(missing)} missing",
            )
        return [values[name] for name in names]
    check_length(field, values, len(names))
    return list(values)


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the problems beside their attempts."""

    stopping: Stopping | None
    weights: PerProblem | None
    strata: PerProblem | None
    clusters: PerProblem | None

    def aligned(
        self, names: tuple[str, ...]
    ) -> tuple[FloatArray | None, tuple[str, ...] | None, tuple[str, ...] | None]:
        """Weights, strata and clusters, checked, in the order of the problems."""
        weights = aligned("weights", self.weights, names)
        return (
            None if weights is None else check_weights(weights, names),
            _labels("strata", self.strata, names),
            _labels("clusters", self.clusters, names),
        )


def _labels(
    field: str, values: PerProblem | None, names: tuple[str, ...]
) -> tuple[str, ...] | None:
    labels = aligned(field, values, names)
    return None if labels is None else check_labels(field, labels, len(names))
