"""What a program may use, and how a time limit is calibrated on a reference solution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on one attempt (function and code tests) or one test of it (stdin/stdout tests).

    ``cpu_seconds`` is what counts, since a loaded machine must not change a verdict;
    ``wall_seconds`` only catches programs that sleep. ``load_seconds`` is CPU time that importing
    and defining may take beside it (0: loading counts towards ``cpu_seconds``).
    """

    cpu_seconds: float
    wall_seconds: float
    load_seconds: float = 0.0
    memory_bytes: int = 1024 * MIB
    output_bytes: int = 16 * MIB

    def to_dict(self) -> dict[str, Any]:
        return {field: getattr(self, field) for field in self.__slots__}  # asdict takes 10 us


@dataclass(frozen=True, slots=True)
class LimitPolicy:
    """How the limits of a run follow from its problems; recorded in the run.

    Fixed: ``time_limit`` CPU seconds for everything, loading included. Calibrated
    (``time_limit`` None): ``factor`` times the CPU time of the slowest reference solution, at least
    ``floor`` seconds, at most ``ceiling``, with ``load_seconds`` beside it for imports. A problem
    without a reference solution gets ``without_reference``.
    """

    time_limit: float | None = None
    factor: float = 20.0
    floor: float = 0.1
    ceiling: float = 60.0
    without_reference: float = 3.0
    load_seconds: float = 2.0
    memory_bytes: int = 1024 * MIB
    output_bytes: int = 16 * MIB

    def limits(self, reference_cpu_seconds: Sequence[float] = ()) -> Limits:
        """The limits for a problem whose reference solutions took these CPU seconds."""
        load = self.load_seconds
        if self.time_limit is not None:
            cpu, load = self.time_limit, 0.0
        elif reference_cpu_seconds:
            slowest = max(reference_cpu_seconds)
            cpu = min(max(self.floor, self.factor * slowest), max(self.ceiling, self.floor))
        else:
            cpu = self.without_reference
        return Limits(
            cpu_seconds=cpu,
            wall_seconds=3 * (cpu + load) + 1,
            load_seconds=load,
            memory_bytes=self.memory_bytes,
            output_bytes=self.output_bytes,
        )

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)
