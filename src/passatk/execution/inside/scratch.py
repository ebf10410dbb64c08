"""The folder in which programs may write: each of them finds it empty."""

from __future__ import annotations

import itertools
import os
import stat

from . import confine


class Scratch:
    """A file system of its own (``mounted``), or else a folder that is there; it is the working
    directory."""

    def __init__(self, path: str, *, mounted: bool) -> None:
        self._path = path
        self._mounted = mounted
        if mounted:
            confine.mount_scratch(path, replace=False)
        else:
            os.chdir(path)
        self._untouched = _state(path)

    def empty(self) -> None:
        """Make it as it was in the beginning, where anything about it has changed."""
        if _state(self._path) == self._untouched:
            return
        if self._mounted:
            confine.mount_scratch(self._path, replace=True)
        else:
            os.chdir("/")
            _remove(self._path)
            os.mkdir(self._path, 0o700)
            os.chdir(self._path)
        self._untouched = _state(self._path)


def _state(folder: str) -> tuple[int, ...]:
    """All that a program could change about a folder: also its mode and times are to start anew."""
    found = os.stat(folder)
    return (*found[: stat.ST_ATIME], found.st_mtime_ns, found.st_ctime_ns)  # but when it was read


def _remove(folder: str) -> None:
    """Remove a folder and all that is in it, also where the program took its own rights away.

    What lies in a folder below is moved up before that is removed: however deep a program went, no
    path gets long and nothing recurs.
    """
    os.chmod(folder, 0o700)
    new_names = map("{}-{}".format, itertools.repeat(os.urandom(8).hex()), itertools.count())
    while names := os.listdir(folder):
        for name in names:
            path = os.path.join(folder, name)
            if not _opened(path):
                os.unlink(path)
                continue
            for inner in os.listdir(path):
                _opened(os.path.join(path, inner))
                os.rename(os.path.join(path, inner), os.path.join(folder, next(new_names)))
            os.rmdir(path)
    os.rmdir(folder)


def _opened(path: str) -> bool:
    """Whether this is a folder, which may be changed from now on."""
    is_folder = os.path.isdir(path) and not os.path.islink(path)
    if is_folder:
        os.chmod(path, 0o700)
    return is_folder
