"""The report as JSON under a versioned schema.

``report.schema.json`` beside this module is the schema of version 1. A change that a reader of an
older document would stumble over gets a new version; a new key does not.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from passatk.report.document.model import Report, RunPart
from passatk.report.document.repeating import commands
from passatk.report.document.warnings import warnings_of
from passatk.report.figures.figure import plain

SCHEMA = "passatk-report/1"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) that every document holds to."""
    found: dict[str, Any] = json.loads((Path(__file__).parent / "report.schema.json").read_text())
    return found


def to_dict(report: Report) -> dict[str, Any]:
    """Everything in the report but the charts; their tables are in it. Numbers that are none are
    null."""
    document: dict[str, Any] = _plain(
        {
            "schema": SCHEMA,
            "passatk": report.version,
            "created": report.created.isoformat(timespec="seconds"),
            "level": report.level,
            "runs": [_run(part) for part in report.runs],
            "comparisons": [each.to_dict() for each in report.comparisons],
            "rankings": [each.to_dict() for each in report.rankings],
            "figures": [each.to_dict() for each in report.figures],
            "warnings": warnings_of(report),
            "commands": commands(report),
        }
    )
    return document


def _run(part: RunPart) -> dict[str, Any]:
    return {
        **part.summary.to_dict(),
        "created": part.run.created.isoformat(timespec="seconds"),
        "benchmark_hash": part.run.benchmark_hash,
        "estimates_again": [None if each is None else each.to_dict() for each in part.fixed],
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "figures": [each.to_dict() for each in section.figures],
                "findings": [each.to_dict() for each in section.findings],
                "results": {name: each.to_dict() for name, each in section.results.items()},
            }
            for section in part.sections
        ],
        "manifest": dict(part.run.manifest),
    }


def _plain(value: Any) -> Any:
    """Mappings and sequences as JSON has them, and no number that JSON does not have."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return plain(value)
