"""Statuses look the same in the view as in the figures, and can be read."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from passatk.records import Status
from passatk.report.figures.theme import Mode, resolved, status_colour

CSS = (resources.files("passatk.web") / "static" / "base.css").read_text()


def palettes() -> list[dict[str, str]]:
    """The colours by name: of the light theme, of the system's dark one, of the chosen one."""
    return [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+);", block))
        for block in re.findall(r":root[^{]*\{([^}]*--passed[^}]*)\}", CSS)
    ]


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("place", "mode"), [(0, "light"), (1, "dark"), (2, "dark")])
def test_statuses_look_as_in_the_figures(place: int, mode: Mode) -> None:
    """And what is written on them has a contrast of at least 4.5 to 1."""
    found = palettes()
    assert 3 == len(found)
    for status in Status:
        name = status.value.replace("_", "-")
        assert resolved(status_colour(status), mode) == found[place][name]
        low, high = sorted(luminance(found[place][each]) for each in (name, f"on-{name}"))
        assert (high + 0.05) / (low + 0.05) >= 4.5, name
    assert resolved(status_colour(None), mode) == found[place]["not-judged"]
