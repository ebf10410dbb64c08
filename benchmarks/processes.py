"""What a process and all its descendants have used so far, from /proc."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_GONE = (FileNotFoundError, ProcessLookupError)  # it ended in this moment
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Usage:
    cpu_seconds: float
    resident_bytes: int
    processes: int
    descriptors: int


def family(pid: int) -> list[int]:
    """A process and its living descendants."""
    found = [pid]
    for each in found:
        try:
            children = Path(f"/proc/{each}/task/{each}/children").read_text().split()
        except _GONE:
            continue
        found += map(int, children)
    return found


def cpu_seconds(pid: int) -> float:
    """What one process has used so far, by its own clock (clock_getcpuclockid(3))."""
    return time.clock_gettime((~pid << 3) | 2)


def usage(pid: int) -> Usage:
    """CPU time of the family, children that were waited for included; memory of the process."""
    ticks = 0
    members = family(pid)
    for each in members:
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except _GONE:
            continue
        ticks += sum(map(int, fields[11:15]))
    return Usage(
        cpu_seconds=ticks / _TICK,
        resident_bytes=int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE,
        processes=len(members),
        descriptors=len(os.listdir(f"/proc/{pid}/fd")),
    )
