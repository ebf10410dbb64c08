"""The same attacks once more, by an ordinary user."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_NOBODY = 65534


def _blocked(path: Path) -> Path | None:
    """The first folder on the way to ``path`` that others may not enter."""
    for folder in reversed((path, *path.parents)):
        if not folder.stat().st_mode & stat.S_IXOTH:
            return folder
    return None


def _open_ways(paths: set[Path], stage: Path) -> list[str]:
    """Shell lines that show ``paths`` to everybody in a mount namespace of their own.

    A folder that others may not enter is covered by an empty one, in which the paths beneath it
    appear again.
    """
    covered = {path: folder for path in paths if (folder := _blocked(path)) is not None}
    lines = ["mount --make-rprivate /", f"mount -t tmpfs tmpfs {shlex.quote(str(stage))}"]
    for number, path in enumerate(covered):
        kept = shlex.quote(f"{stage}/{number}")
        lines += [f"mkdir {kept}", f"mount --rbind {shlex.quote(str(path))} {kept}"]
    lines += [
        f"mount -t tmpfs -o mode=755 tmpfs {shlex.quote(str(folder))}"
        for folder in sorted(set(covered.values()))
    ]
    for number, path in enumerate(covered):
        place = shlex.quote(str(path))
        lines += [f"mkdir -p {place}", f"mount --rbind {shlex.quote(f'{stage}/{number}')} {place}"]
    return lines


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an ordinary user may enter: those of pytest are their owner's alone."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_the_attacks_fail_for_an_ordinary_user_too(open_folder: Path) -> None:
    """Root and users without rights build the walls in different ways; both have to hold."""
    if os.geteuid() != 0:
        pytest.skip("already an ordinary user: this very run is the one")
    for tool in ("unshare", "setpriv"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    here = Path(__file__).resolve().parent
    root = here.parents[1]
    paths = {root, Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent}
    home, stage = open_folder / "home", open_folder / "stage"
    home.mkdir()
    stage.mkdir()
    os.chown(home, _NOBODY, _NOBODY)
    command = [
        *("setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--"),
        *(sys.executable, "-m", "pytest", str(here), "-q", "-p", "no:cacheprovider"),
        f"--basetemp={home}/tmp",
    ]
    script = "\n".join(["set -e", *_open_ways(paths, stage), f"exec {shlex.join(command)}"])
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        cwd=root,
        env={**os.environ, "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    assert "strict isolation is not to be had" not in done.stdout
