"""Where a command's words go: data to stdout, messages to stderr."""

from __future__ import annotations

import json
import sys
from typing import Any

from passatk.report.visible import visible


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(document, indent=2))


def message(text: str) -> None:
    """A line for people, on stderr."""
    print(visible(text), file=sys.stderr)
