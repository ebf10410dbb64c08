"""Pages out of data. Whatever stands in a page passes through here: escaped, and visible."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from passatk.report.document.findings import detectable_words, effect_words, p_words
from passatk.report.document.html import cell
from passatk.report.replay import facts
from passatk.report.visible import visible
from passatk.stats.comparison.change import p_value, points
from passatk.web import charts, statuses
from passatk.web.addresses import address, with_query

_LONGEST_MANIFEST = 100_000


def environment() -> Environment:
    """Templates that escape everything, and in which a missing value is an error."""
    made = Environment(
        loader=PackageLoader("passatk.web"),
        autoescape=True,
        finalize=seen,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        address=address,
        with_query=with_query,
        look=statuses.look,
        looks=statuses.LOOKS,
        test_looks=statuses.TESTS,
        status_bar=charts.status_bar,
        interval=charts.interval,
        points=points,
        p_value=p_value,
        replay_facts=facts,
        effect=effect_words,
        detectable=detectable_words,
        p_words=p_words,
        look_options=[(each.key, each.words) for each in statuses.LOOKS],
    )
    made.filters.update(
        number=lambda value: f"{value:,}",
        share=lambda value: f"{100 * value:.1f} %",
        three=lambda value: "-" if value is None else f"{value:.3f}",
        seconds=lambda value: "" if value is None else f"{value:.3f} s",
        mib=lambda value: "" if value is None else f"{value / 2**20:.1f} MiB",
        date=lambda value: value.strftime("%Y-%m-%d %H:%M"),
        machine_date=lambda value: _iso(value),
        pretty=_pretty,
        plain=lambda value: ("yes" if value else "no") if isinstance(value, bool) else value,
        zip_self=lambda values: [(each, each) for each in values],
        words=lambda value: str(value).replace("_", " "),
        cell=cell,
    )
    return made


def seen(value: Any) -> Any:
    """What an expression in a template puts into the page; markup passes as it is."""
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value


def _iso(value: datetime) -> str:
    return value.isoformat(timespec="seconds")


def _pretty(value: Mapping[str, Any]) -> str:
    text = json.dumps(dict(value), indent=2)
    if len(text) > _LONGEST_MANIFEST:
        left_out = len(text) - _LONGEST_MANIFEST
        text = f"{text[:_LONGEST_MANIFEST]}\n... ({left_out:,} characters more)"
    return text
