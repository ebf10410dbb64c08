"""passatk doctor: what works on this machine."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

from passatk.cli import options
from passatk.cli.output import print_json
from passatk.errors import PassatkError


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``needed`` is False for what passatk can do without."""

    name: str
    works: bool
    found: str
    needed: bool = True


def doctor(
    *,
    python: options.Python = None,
    store: options.Store = options.DEFAULT_STORE,
    json: options.Json = False,
) -> int:
    """Tell what works on this machine, and how to mend what does not.

    Exits with 0 when strict isolation works and the store can be written, otherwise with 10.
    """
    checks = _checks(str(python) if python else None, store)
    if json:
        print_json([asdict(each) for each in checks])
    else:
        for each in checks:
            mark = "ok " if each.works else "NO " if each.needed else "-  "
            print(f"{mark} {each.name}: {each.found}")
    return 0 if all(each.works for each in checks if each.needed) else 10


def _checks(python: str | None, store: str) -> list[Check]:
    from passatk.execution import sandbox, syscalls

    checks = [Check("python", True, f"{sys.version.split()[0]} at {sys.executable}")]

    def look(name: str, probe: Callable[[], str], *, needed: bool = True) -> None:
        try:
            checks.append(Check(name, True, probe(), needed))
        except PassatkError as error:
            checks.append(Check(name, False, str(error), needed))

    look("python for candidates", lambda: _candidate_python(python))
    look("bubblewrap", lambda: str(shutil.which("bwrap") or sandbox.bubblewrap()))
    look("system-call filter", lambda: f"{len(syscalls.build().common) // 8} instructions")
    look("strict isolation", lambda: _strict(python))
    look("an attempt, judged", lambda: _judged(python))
    look("store", lambda: _store(store))
    for module, extra in (("pyarrow", "parquet"), ("zstandard", "zstd")):
        found = importlib.util.find_spec(module) is not None
        words = "installed" if found else f"pip install 'passatk[{extra}]'"
        checks.append(Check(f"extra {extra}", found, words, needed=False))
    return checks


def _candidate_python(python: str | None) -> str:
    from passatk.execution.sandbox import interpreter

    found = interpreter(python)
    return f"{found.version} at {found.executable}"


def _strict(python: str | None) -> str:
    from passatk.execution.sandbox import check_strict, interpreter

    check_strict(interpreter(python))
    return "namespaces of its own for users, mounts, processes, network, IPC"


def _judged(python: str | None) -> str:
    from passatk.execution.limits import LimitPolicy
    from passatk.execution.pool import Pool, Settings, Task
    from passatk.execution.sandbox import interpreter
    from passatk.records import CallCase, CallTests, Problem

    problem = Problem("doctor", "", CallTests((CallCase((20, 22), 42),)), "add")
    program = "def add(a, b):\n    return a + b\n"
    with Pool(Settings(interpreter(python), workers=1)) as pool:
        task = Task(0, problem, program, LimitPolicy(time_limit=5).limits())
        ((_task, verdict),) = pool.judge([task])
    if not verdict.passed:
        raise PassatkError(f"a right program was not accepted: {verdict.status} {verdict.detail}")
    return f"passed in {1000 * (verdict.cpu_seconds or 0):.1f} ms of CPU"


def _store(location: str) -> str:
    from passatk.store import probe_store

    exists = probe_store(location)
    return f"{location} {'can be written' if exists else 'is not there yet and can be created'}"
