"""A served store and a real browser that looks at it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

COMMAND = Path(sys.executable).with_name("passatk")
ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
AXE = ROOT / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
MODES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 860}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 860}},
    "narrow": {"color_scheme": "light", "viewport": {"width": 400, "height": 800}},
}


@contextmanager
def served(path: Path, *options: str, **environment: str) -> Iterator[str]:
    """``passatk serve`` on a store; the address it listens at."""
    server = subprocess.Popen(
        [COMMAND, "serve", "--port", "0", "--store", path, *options],
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
        assert 0 == server.wait(timeout=60)
        server.stderr.close()


@contextmanager
def chromium() -> Iterator[Any]:
    """Debian's Chromium, or a skip that says what is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("chromium is not installed: .ci/browser installs it")
    flags = FLAGS + (["--no-sandbox"] if os.getuid() == 0 else [])
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=executable, args=flags)
        yield browser
        browser.close()


class Watch:
    """What a page does that it should not: errors, dialogs, requests to anywhere else."""

    def __init__(self, context: Any, address: str) -> None:
        self.troubles: list[str] = []
        self._address = address
        context.on("console", self._console)
        context.on("weberror", lambda error: self.troubles.append(f"error: {error.error}"))
        context.on("dialog", self._dialog)
        context.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(f"console: {message.text}")

    def _dialog(self, dialog: Any) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        if not request.url.startswith(self._address):
            self.troubles.append(f"outside: {request.url}")


@contextmanager
def looking(browser: Any, address: str, mode: str = "light", **options: Any) -> Iterator[Any]:
    """A page at the address, seen by someone who complains of what pages should not do."""
    context = browser.new_context(base_url=address, **{**MODES[mode], **options})
    context.set_default_timeout(60_000)
    watch = Watch(context, address)
    page = context.new_page()
    yield page
    context.close()
    assert [] == watch.troubles
