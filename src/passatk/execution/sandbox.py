"""The outer wall: starting judge and zygote behind it, and finding out what works here.

Strict isolation is bubblewrap with namespaces of its own for users, mounts, processes, network,
IPC and host name: a read-only view of the interpreter and the system's libraries, nothing of the
home directory, an empty environment. ``process`` isolation has none of that; limits and the
system-call filter still hold.
"""

from __future__ import annotations

import enum
import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from passatk.errors import NoBubblewrap, NoUserNamespaces, UnsuitablePython

INSIDE = Path(__file__).parent / "inside"
_PACKAGE = Path(__file__).parents[1]
_MOUNT = "/passatk"
# Of the interpreter's path its own library stays; in place of the working directory, ours is on it
# for one import. (-I would do as much, but not heed the environment's PYTHONHASHSEED.)
_LAUNCH = """
import sys
sys.path[0] = sys.argv.pop(1)
from inside.{module} import main
del sys.path[0]
main()
"""
_USUAL_SCRATCH, _OTHER_SCRATCH = "/tmp", "/scratch"
_DEVICES = ("null", "zero", "full", "random", "urandom")
_SYSTEM = (
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/share/zoneinfo",
    "/lib",
    "/lib32",
    "/lib64",
)
_SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives")
_PROBE_SECONDS = 30
_OLDEST_PYTHON = (3, 8)


class Isolation(enum.StrEnum):
    STRICT = "strict"
    PROCESS = "process"


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The CPython that runs candidates and tests."""

    executable: str
    version: str
    needs: tuple[str, ...]
    """Folders and files that the interpreter needs: shown read-only to the sandbox."""


# Of a prefix only what an interpreter uses is needed: a project that is a virtual environment
# itself, or a home directory that Python was built into, has other things there as well.
_DESCRIBE = """
import json, os, sys, sysconfig
itself = sys.executable
if sys.prefix == sys.base_prefix:  # else it is a link that makes a virtual environment
    itself = os.path.realpath(itself)
prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix} - {"/", "/usr"}
parts = "bin", "lib", "lib32", "lib64", "share", "etc", "ssl", "pyvenv.cfg"
paths = {os.path.join(prefix, part) for prefix in prefixes for part in parts}
paths |= {sysconfig.get_path(n) for n in ("stdlib", "platstdlib", "purelib", "platlib")}
print(json.dumps([list(sys.version_info[:3]), sys.implementation.name, sys.platform,
                  itself, sorted(p for p in paths if p)]))
"""


def interpreter(python: str | None = None) -> Interpreter:
    """Ask an interpreter (default: the one passatk runs on) what it is.

    Raises:
        UnsuitablePython: it cannot be started, or is not a CPython of a version that serves.
    """
    wanted = python or sys.executable
    executable = shutil.which(wanted)
    if executable is None:
        raise UnsuitablePython(
            f"--python {wanted}: no such program\n"
            "  expected: the path of a CPython interpreter, 3.8 or newer\n"
            "  next: give its full path, for instance /usr/bin/python3"
        )
    try:
        told = subprocess.run(
            [executable, "-I", "-c", _DESCRIBE],
            capture_output=True,
            text=True,
            timeout=_PROBE_SECONDS,
            check=True,
        )
        version, implementation, platform, itself, paths = json.loads(told.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise UnsuitablePython(
            f"--python {wanted}: does not answer as a Python interpreter: {error}\n"
            "  next: try it by hand with -c 'print(1)'"
        ) from error
    if implementation != "cpython" or tuple(version) < _OLDEST_PYTHON or platform != "linux":
        raise UnsuitablePython(
            f"--python {wanted}: cannot run candidates\n"
            f"  expected: CPython 3.8 or newer on Linux\n"
            f"  found: {implementation} {'.'.join(map(str, version))} on {platform}"
        )
    return Interpreter(itself or executable, ".".join(map(str, version)), tuple(paths))


def command(
    python: Interpreter, isolation: Isolation, module: str, arguments: Sequence[str], *, admin: bool
) -> list[str]:
    """The command line that starts a module of ``inside`` behind the wall.

    ``admin`` leaves CAP_SYS_ADMIN within the sandbox's own user namespace, which the zygote needs
    to give each fork a PID namespace; the fork gives it up before it runs a candidate.
    """
    launch = [python.executable, "-s", "-B", "-X", "utf8", "-c", _LAUNCH.format(module=module)]
    if isolation is Isolation.PROCESS:
        return [*launch, str(INSIDE.parent), *arguments]
    wall = [
        bubblewrap(),
        *("--unshare-all", "--unshare-user", "--uid", "0", "--gid", "0"),
        *("--cap-drop", "ALL"),
        *(("--cap-add", "CAP_SYS_ADMIN") if admin else ()),
        *("--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"),
    ]
    for name, value in environment(scratch(python)).items():
        wall += ["--setenv", name, value]
    for path in _SYSTEM:
        if os.path.islink(path):
            wall += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            wall += ["--ro-bind", path, path]
    for path in _SYSTEM_FILES:
        wall += ["--ro-bind-try", path, path]
    outermost = _outermost(python)
    for path in outermost:
        if os.path.islink(path) and _is_within(os.path.realpath(path), outermost):
            wall += ["--symlink", os.readlink(path), path]  # lib64 of a virtual environment
        else:
            wall += ["--ro-bind", path, path]
    for path in _answers(python, outermost):
        wall += ["--tmpfs", path, "--remount-ro", path]
    wall += ["--ro-bind", str(INSIDE), f"{_MOUNT}/{INSIDE.name}", "--dir", scratch(python)]
    wall += ["--dir", "/dev"]
    for device in _DEVICES:
        wall += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    wall += ["--remount-ro", "/", "--chdir", "/", "--"]
    return [*wall, *launch, _MOUNT, *arguments]


def scratch(python: Interpreter) -> str:
    """Where a candidate may write, in the sandbox: /tmp, unless that would hide the interpreter."""
    hidden = any(Path(each).is_relative_to(_USUAL_SCRATCH) for each in _outermost(python))
    return _OTHER_SCRATCH if hidden else _USUAL_SCRATCH


def environment(scratch: str) -> dict[str, str]:
    """What the sandbox's environment holds, and nothing else."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": scratch,
        "TMPDIR": scratch,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "LD_BIND_NOW": "1",  # symbols are resolved once, not in every fork
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _outermost(python: Interpreter) -> list[str]:
    """What the interpreter needs that no system folder and no other of these already shows."""
    paths = {os.path.dirname(python.executable), *python.needs}
    paths |= {os.path.dirname(os.path.realpath(python.executable))}
    chosen: list[str] = []
    for path in sorted(paths, key=len):
        if os.path.exists(path) and not _is_within(path, (*_SYSTEM, *chosen)):
            chosen.append(path)
    return chosen


def _answers(python: Interpreter, outermost: Sequence[str]) -> list[str]:
    """Folders of passatk itself that would be shown: built-in problems lie there, with answers."""
    shown = (*_SYSTEM, *outermost)
    installed = {os.path.join(folder, _PACKAGE.name) for folder in python.needs}
    return sorted(
        path
        for path in {str(_PACKAGE), *installed}
        if os.path.isdir(path) and _is_within(path, shown)
    )


def _is_within(path: str, folders: Iterable[str]) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders)


def bubblewrap() -> str:
    found = shutil.which("bwrap")
    if found is None:
        raise NoBubblewrap(
            "strict isolation needs bubblewrap (the program bwrap), which is not installed\n"
            "  next: install it (Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install\n"
            "        bubblewrap), or choose the weaker --isolation process knowingly"
        )
    return found


@functools.lru_cache(maxsize=8)
def check_strict(python: Interpreter) -> None:
    """Raise NoBubblewrap, NoUserNamespaces or UnsuitablePython where strict isolation fails."""
    probe = command(python, Isolation.STRICT, "probe", [scratch(python)], admin=True)
    try:
        told = subprocess.run(
            probe, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NoUserNamespaces("the sandbox did not start within 30 s") from error
    if told.returncode == 0:
        return
    said = " ".join((told.stderr or told.stdout).split())[-500:]
    if "bwrap:" not in said and "namespace" not in said:
        raise UnsuitablePython(
            f"{python.executable} does not start inside the sandbox\n"
            f"  found: {said}\n"
            "  expected: an interpreter whose files lie under its own prefix or the system's\n"
            "  next: try another one with --python"
        )
    raise NoUserNamespaces(
        "strict isolation needs unprivileged user namespaces, which this system refuses\n"
        f"  found: {said}\n"
        "  next: allow them (sysctl kernel.unprivileged_userns_clone=1 or\n"
        "        kernel.apparmor_restrict_unprivileged_userns=0; in a container: a profile that\n"
        "        permits unshare, mount and setns), or choose the weaker --isolation process\n"
        "        knowingly"
    )
