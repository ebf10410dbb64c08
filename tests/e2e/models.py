"""Servers and programs for the tests that sample with the installed command."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FAKELLM = Path(sys.executable).with_name("fakellm")

_TRIES = 600


@contextmanager
def fakellm(folder: Path, rules: str) -> Iterator[str]:
    """The address of a fakellm server that answers by these rules."""
    config = folder / "fakellm.yaml"
    config.write_text(rules)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    line = [str(FAKELLM), "serve", "--port", str(port), "--config", str(config)]
    with (folder / "fakellm.log").open("w") as log:
        process = subprocess.Popen(line, stdout=log, stderr=log, cwd=folder)
        try:
            _wait_for(f"{address}/_fakellm/stats", process)
            yield address
        finally:
            process.kill()
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_TRIES):
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")
