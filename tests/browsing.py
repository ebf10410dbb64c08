"""A real browser for tests: headless Chromium, and someone who complains of what pages do wrong."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SCREENSHOTS = ROOT / "build" / "screenshots"
AXE = ROOT / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
WIDE = {"width": 1280, "height": 860}
NARROW = {"width": 400, "height": 800}
PATIENCE = 300_000
"""Milliseconds that anything may take on a machine that has other things to do."""
_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextmanager
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven over a pipe, or a skip that says what is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("chromium is not installed: .ci/browser installs it")
    flags = _FLAGS + (["--no-sandbox"] if os.getuid() == 0 else [])
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=executable, args=flags, timeout=PATIENCE)
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
def looking(
    browser: Any,
    address: str,
    *,
    theme: str = "light",
    size: dict[str, int] = WIDE,
    scripts: bool = True,
) -> Iterator[Any]:
    """An empty page for what is at the address, seen by someone who complains at the end.

    Args:
        address: where the pages are; a file, or the root of a server. Nothing else may be asked.
    """
    context = browser.new_context(
        base_url=address, color_scheme=theme, viewport=size, java_script_enabled=scripts
    )
    context.set_default_timeout(PATIENCE)
    watch = Watch(context, address)
    try:
        yield context.new_page()
    finally:
        context.close()
    assert [] == watch.troubles


def keep(page: Any, name: str) -> None:
    """A picture for a person to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png".replace(" ", "-"), full_page=True)


def violations(page: Any) -> list[Any]:
    """What axe-core objects to in a page as it is now; nothing where it is not installed."""
    if not AXE.exists():
        return []
    if not page.evaluate("'axe' in window"):
        # Through the debugger's door: a page's own policy lets no script in.
        page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found]
