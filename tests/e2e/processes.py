"""What /proc says of a process and of those that it started."""

from __future__ import annotations

import time
from pathlib import Path

_PATIENCE_SECONDS = 20


def descendants(pid: int) -> set[int]:
    """The processes that a process with one thread started, and theirs."""
    children = {int(child) for child in _read(Path(f"/proc/{pid}/task/{pid}/children")).split()}
    return children.union(*map(descendants, children))


def still_there(pids: set[int]) -> set[int]:
    """Those that have not ended after a while."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (left := {pid for pid in pids if _runs(pid)}) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def resident_bytes(pid: int) -> int:
    """Resident memory; 0 for a process that has ended."""
    fields = _read(Path(f"/proc/{pid}/statm")).split()
    return int(fields[1]) * 4096 if fields else 0


def open_files(pid: int) -> int:
    """How many descriptors a process has open; 0 when it has ended."""
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0


def _runs(pid: int) -> bool:
    state = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return bool(state) and state[0] not in "ZX"


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # the process has ended
        return ""
