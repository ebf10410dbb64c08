"""The view as people start it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_COMMAND = Path(sys.executable).with_name("passatk")


@contextmanager
def served(path: Path, *options: str, **environment: str) -> Iterator[str]:
    """``passatk serve`` on a store; the address it listens at."""
    server = subprocess.Popen(
        [_COMMAND, "serve", "--port", "0", "--store", path, *options],
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, **environment},
    )
    try:
        assert server.stderr is not None
        line = server.stderr.readline()
        found = re.search(r"http://\S+?/", line)
        assert found is not None, line + server.stderr.read()
        yield found[0]
    finally:
        server.send_signal(signal.SIGINT)
        assert 0 == server.wait(timeout=120)
        server.stderr.close()
