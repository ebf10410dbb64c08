"""An attempt that was judged again: as data, and as text for a terminal."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from passatk.report.data import verdict_to_dict
from passatk.report.text import print_notes
from passatk.report.visible import visible

if TYPE_CHECKING:
    from passatk.records import Verdict
    from passatk.replay import Replay


def replay_to_dict(replay: Replay) -> dict[str, Any]:
    """Plain data for JSON; keys: run, problem, attempt, conclusion, changes, before, after, limits,
    notes."""
    return {
        "run": replay.run,
        "problem": replay.attempt.problem_id,
        "attempt": replay.attempt.number,
        "conclusion": replay.conclusion,
        "changes": [asdict(each) for each in replay.changes],
        "before": None if replay.before is None else verdict_to_dict(replay.before),
        "after": verdict_to_dict(replay.after),
        "limits": replay.limits.to_dict(),
        "notes": list(replay.notes),
    }


def facts(verdict: Verdict | None) -> dict[str, str]:
    """What is held side by side of two verdicts, in words."""
    if verdict is None:
        return {"status": "not judged"}
    cpu, wall, memory = verdict.cpu_seconds, verdict.wall_seconds, verdict.peak_memory_bytes
    return {
        "status": verdict.status.replace("_", " "),
        "trust": str(verdict.trust),
        "tests": verdict.tests,
        "why": verdict.detail,
        "CPU": "" if cpu is None else f"{cpu:.3f} s",
        "wall": "" if wall is None else f"{wall:.3f} s",
        "memory": "" if memory is None else f"{memory / 2**20:.1f} MiB",
    }


def print_replay(console: Console, replay: Replay) -> None:
    """What the verdict was, what it is now, and whether it stands."""
    name = visible(f"{replay.attempt.problem_id}#{replay.attempt.number}")
    console.print(Text.assemble((name, "bold"), " ", visible(replay.conclusion)), highlight=False)
    console.print()
    before, after = facts(replay.before), facts(replay.after)
    table = Table(box=None, pad_edge=False)
    for column in ("", "before", "now"):
        table.add_column(column, overflow="fold")
    for each in after:
        then, now = visible(before.get(each, "")), visible(after[each])
        if then or now:
            table.add_row(Text(each, style="dim"), Text(then), Text(now))
    console.print(table)
    if any(each.field == "output" for each in replay.changes):
        console.print()
        console.print(Text("output now", style="dim"))
        console.print(Text(visible(replay.after.output)))
    print_notes(console, replay.notes)
