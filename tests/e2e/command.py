"""The installed command, run as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from passatk.store import open_store

COMMAND = Path(sys.executable).with_name("passatk")
_TIMEOUT_SECONDS = 300  # a bound for hangs; loaded machines are slow


class Passatk:
    """``passatk`` in a folder of its own, where it also keeps its store."""

    def __init__(self, folder: Path, prefix: Sequence[str] = ()) -> None:
        self.folder = folder
        self.prefix = prefix

    def within(self, *prefix: str) -> Passatk:
        """The same command, started by another one."""
        return Passatk(self.folder, prefix)

    def run(
        self, *arguments: str | Path, code: int = 0, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the command, see that it exits with ``code``, and return what it said."""
        done = subprocess.run(
            self.line(*arguments),
            cwd=self.folder,
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
        assert code == done.returncode, f"{done.args}\n{done.stdout}\n{done.stderr}"
        if "--debug" not in arguments:
            assert "Traceback" not in done.stderr
        return done

    def json(self, *arguments: str | Path, code: int = 0, **environment: str) -> Any:
        """What the command prints with --json, and with it nothing else."""
        return json.loads(self.run(*arguments, "--json", code=code, **environment).stdout)

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start the command in a process group of its own, as a shell does."""
        return subprocess.Popen(
            self.line(*arguments),
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def runs(self) -> list[str]:
        """The names of the runs in the store; none where there is no store."""
        path = self.folder / "passatk.db"
        if not path.exists():
            return []
        with open_store(path, read_only=True) as store:
            return [each.run.name for each in store.runs()]

    def write(self, name: str, *records: dict[str, Any]) -> Path:
        """Write records as JSON Lines."""
        path = self.folder / name
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
        return path

    def line(self, *arguments: str | Path) -> list[str]:
        return [*self.prefix, str(COMMAND), *map(str, arguments)]

    @staticmethod
    def environment(**changes: str) -> dict[str, str]:
        """This process's environment without what would change the command's behaviour."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**kept, "LANG": "C.UTF-8", "COLUMNS": "100", **changes}
