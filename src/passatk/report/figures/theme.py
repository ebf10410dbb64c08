"""Colours by name, in a light and a dark palette, and how charts look.

A chart names colours as CSS variables (``var(--pk-a)``). On a page they follow its theme and turn
to the light palette on paper, with nothing drawn anew; ``resolved`` puts colours in their place for
formats without CSS. Series colours differ in lightness as well as hue, after Okabe and Ito 2008,
and text on paper has a contrast of at least 4.5 to 1 in both palettes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from passatk.records import Status

Mode = Literal["light", "dark"]

_PALETTES: Mapping[Mode, Mapping[str, str]] = {
    "light": {
        "paper": "#ffffff",
        "panel": "#f6f7f9",
        "ink": "#1b1f24",
        "muted": "#57606a",
        "rule": "#d8dde3",
        "grid": "#e9ecf0",
        "link": "#0b5cad",
        "good": "#13705a",
        "bad": "#a8430a",
        "warn": "#7a5200",
        "warn-paper": "#fdf6e3",
        # Series.
        "a": "#1d63b0",
        "b": "#c2570c",
        "c": "#0e8f70",
        "d": "#8d4a9b",
        "e": "#4aa3d9",
        "f": "#9a7b00",
        "g": "#6b7280",
        # Shares from 0 to 1.
        "q0": "#f1ece1",
        "q1": "#d3e2ee",
        "q2": "#a3c7e4",
        "q3": "#6ca4d3",
        "q4": "#3b7fbe",
        "q5": "#184f8f",
        # Statuses.
        "passed": "#1d63b0",
        "wrong-answer": "#f0d8ae",
        "runtime-error": "#e08a1e",
        "syntax-error": "#8c4f12",
        "time-limit-exceeded": "#b9afd9",
        "memory-limit-exceeded": "#7766ab",
        "output-limit-exceeded": "#55398c",
        "sandbox-violation": "#c2186f",
        "judge-error": "#8b95a1",
        "not-judged": "#e3e7eb",
    },
    "dark": {
        "paper": "#14171b",
        "panel": "#1c2026",
        "ink": "#e6e9ed",
        "muted": "#a3adb8",
        "rule": "#343b44",
        "grid": "#272d35",
        "link": "#7db8f5",
        "good": "#5fd0ae",
        "bad": "#f5a263",
        "warn": "#e9c46a",
        "warn-paper": "#2a2415",
        "a": "#6fb0f5",
        "b": "#f09a4e",
        "c": "#4cc9a4",
        "d": "#cf9be0",
        "e": "#a5d8f7",
        "f": "#dcc14a",
        "g": "#97a1ad",
        "q0": "#2c2a26",
        "q1": "#1d3a55",
        "q2": "#285a87",
        "q3": "#3a80bd",
        "q4": "#69a9e4",
        "q5": "#b3d8f8",
        "passed": "#6fb0f5",
        "wrong-answer": "#5d4a2a",
        "runtime-error": "#d68a2d",
        "syntax-error": "#a0683a",
        "time-limit-exceeded": "#c3b9e6",
        "memory-limit-exceeded": "#8f7fc6",
        "output-limit-exceeded": "#6a4fae",
        "sandbox-violation": "#ec6fb0",
        "judge-error": "#7d8794",
        "not-judged": "#2b313a",
    },
}
SERIES = ("a", "b", "c", "d", "e", "f", "g")
SHARES = ("q0", "q1", "q2", "q3", "q4", "q5")
FONT = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
_NAME = re.compile(r"var\(--pk-([a-z0-9-]+)\)")


def colour(name: str) -> str:
    """The CSS variable of a colour."""
    if name not in _PALETTES["light"]:
        raise KeyError(name)
    return f"var(--pk-{name})"


def series(count: int) -> list[str]:
    """Colours for so many series; from the eighth on they come again."""
    return [colour(SERIES[i % len(SERIES)]) for i in range(count)]


def status_colour(status: Status | None) -> str:
    """The colour of a status; None stands for not judged."""
    return colour("not-judged" if status is None else status.value.replace("_", "-"))


def status_words(status: Status | None) -> str:
    return "not judged" if status is None else status.value.replace("_", " ")


def css_variables(mode: Mode) -> str:
    """The palette as declarations of CSS variables."""
    return " ".join(f"--pk-{name}: {value};" for name, value in _PALETTES[mode].items())


def resolved(value: Any, mode: Mode = "light") -> Any:
    """A chart with every name of a colour replaced by the colour."""
    palette = _PALETTES[mode]
    if isinstance(value, str):
        return _NAME.sub(lambda found: palette[found[1]], value)
    if isinstance(value, Mapping):
        return {key: resolved(each, mode) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [resolved(each, mode) for each in value]
    return value


def config() -> dict[str, Any]:
    """How every chart looks, as a configuration of Vega-Lite."""
    ink, muted, grid, rule = (colour(name) for name in ("ink", "muted", "grid", "rule"))
    return {
        # The element around the chart has the words; marks one by one would be noise.
        "aria": False,
        "background": "transparent",
        "font": FONT,
        "padding": {"left": 4, "right": 16, "top": 4, "bottom": 4},
        "view": {"stroke": None},
        "text": {"color": ink, "fontSize": 11},
        "axis": {
            "domainColor": rule,
            "gridColor": grid,
            "tickColor": rule,
            "labelColor": muted,
            "titleColor": muted,
            "labelFontSize": 11,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "titlePadding": 8,
            "labelPadding": 4,
            "labelLimit": 150,
            "labelOverlap": True,
            "labelFlush": False,
        },
        "axisX": {"grid": False, "ticks": True, "tickSize": 4},
        "axisY": {
            "domain": False,
            "ticks": False,
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "end",
            "titleBaseline": "bottom",
            "titleX": 0,
            "titleY": -10,
        },
        "legend": {
            # Below: at the top it would meet the title of the y axis.
            "orient": "bottom",
            "direction": "horizontal",
            "columns": 4,
            "labelColor": ink,
            "labelFontSize": 11,
            "labelLimit": 220,
            "titleColor": muted,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "symbolSize": 90,
            "symbolStrokeWidth": 2,
            "symbolOpacity": 1,
            "rowPadding": 3,
            "columnPadding": 14,
            "offset": 10,
        },
        "header": {"labelColor": ink, "titleColor": muted},
        "title": {"color": ink, "anchor": "start", "fontSize": 14, "offset": 14},
    }
