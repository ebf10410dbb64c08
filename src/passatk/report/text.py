"""Summaries, problems and attempts as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from passatk.records import Attempt, Status, Verdict
from passatk.report.visible import visible

if TYPE_CHECKING:
    from passatk.report.summary import Summary
    from passatk.stats import Estimate
    from passatk.store import JudgedAttempt, ProblemCounts, RunSummary, StoredProblem


class Output(Console):
    """Standard output. A reader that leaves early is the caller's to handle, as with ``print``."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def print_summary(console: Console, summary: Summary) -> None:
    """The result lines, how attempts ended, and what to know about both."""
    from passatk.stats.result import percent  # statistics take long to load: only here

    on = f" on {visible(summary.benchmark)}" if summary.benchmark else ""
    console.print(Text.assemble((summary.run, "bold"), on), highlight=False)
    console.print(f"{summary.problems} problems, {summary.attempts} attempts", highlight=False)
    console.print()
    width = max((len(each.metric) for each in summary.estimates), default=0)
    again = {each.metric: each for each in summary.fixed}
    for each in summary.estimates:
        text = str(each).removeprefix(each.metric)
        if each.metric in again:
            text += f"  again {_interval(again[each.metric])}"
        console.print(Text.assemble((each.metric.ljust(width), "bold"), text), highlight=False)
    if summary.estimates:
        first = summary.estimates[0]
        words = [f"{percent(first.level)} intervals for problems like these; {first.method}"]
        if summary.fixed:
            words.append(f"again: for these problems attempted again; {summary.fixed[0].method}")
        for line in words:
            console.print(f"[{line}]", style="dim", markup=False, highlight=False)
    console.print()
    for status, count in summary.statuses.items():
        share = count / summary.attempts
        console.print(f"{count:>9,}  {share:>6.1%}  {_words(status)}", highlight=False)
    warnings = [f"{e.metric}: {w.message}" for e in summary.estimates for w in e.warnings]
    # What concerns the value, such as problems left out, was said of the estimates already.
    said = {(e.metric, w.code) for e in summary.estimates for w in e.warnings}
    warnings += [
        f"{e.metric} again: {w.message}"
        for e in summary.fixed
        for w in e.warnings
        if (e.metric, w.code) not in said
    ]
    print_notes(console, [*warnings, *summary.notes])


def _interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return "[no interval]"
    return f"[{estimate.low:.3f}, {estimate.high:.3f}]"


def print_notes(console: Console, notes: Sequence[str]) -> None:
    """One line each."""
    for note in notes:
        console.print(Text.assemble(("note: ", "yellow"), visible(note)), highlight=False)


def print_problems(console: Console, counts: Sequence[ProblemCounts]) -> None:
    """One line a problem."""
    table = Table(box=None, pad_edge=False)
    for name in ("problem", "category", "difficulty"):
        table.add_column(name)
    for name in ("attempts", "passed", "pass@1"):
        table.add_column(name, justify="right")
    for each in counts:
        passed = each.statuses.get(Status.PASSED, 0)
        judged = sum(each.statuses.values()) - each.statuses.get(Status.JUDGE_ERROR, 0)
        table.add_row(
            Text(visible(each.name)),
            Text(visible(each.category or "")),
            Text(visible(each.difficulty or "")),
            str(each.attempts),
            str(passed),
            f"{passed / judged:.3f}" if judged else "-",
        )
    console.print(table)


def print_problem(
    console: Console, problem: StoredProblem, attempts: Sequence[JudgedAttempt]
) -> None:
    """A problem and one line for each attempt at it, in generation order."""
    about = [problem.title, problem.category, problem.difficulty]
    console.print(Text.assemble((visible(problem.name), "bold"), "  "), end="", highlight=False)
    console.print(Text(visible(", ".join(each for each in about if each))))
    if problem.prompt:
        console.print(Text(visible(problem.prompt.strip())), style="dim")
    console.print()
    table = Table(box=None, pad_edge=False)
    table.add_column("#", justify="right")
    table.add_column("status")
    table.add_column("tests")
    table.add_column("CPU s", justify="right")
    table.add_column("first failure", overflow="fold")
    for attempt, verdict in attempts:
        table.add_row(
            str(attempt.number),
            _status(verdict),
            _tests(verdict),
            "" if verdict is None or verdict.cpu_seconds is None else f"{verdict.cpu_seconds:.3f}",
            Text(visible(verdict.detail) if verdict else ""),
        )
    console.print(table)


def print_attempt(console: Console, judged: JudgedAttempt) -> None:
    """An attempt: its program, and all that is known of its verdict."""
    attempt, verdict = judged
    name = visible(f"{attempt.problem_id}#{attempt.number}")
    console.print(Text(name, style="bold"), _status(verdict))
    _print_facts(console, _made_how(attempt))
    if verdict is not None:
        facts = [("trust", str(verdict.trust)), ("tests", verdict.tests), ("why", verdict.detail)]
        if verdict.cpu_seconds is not None:
            facts.append(("CPU", f"{verdict.cpu_seconds:.3f} s"))
        if verdict.wall_seconds is not None:
            facts.append(("wall", f"{verdict.wall_seconds:.3f} s"))
        if verdict.peak_memory_bytes is not None:
            facts.append(("memory", f"{verdict.peak_memory_bytes / 2**20:.1f} MiB"))
        _print_facts(console, facts)
    console.print()
    console.print(Syntax(visible(attempt.program), "python", background_color="default"))
    if verdict is not None and verdict.output:
        console.print(Text("output", style="dim"))
        console.print(Text(visible(verdict.output)))


def _print_facts(console: Console, facts: Sequence[tuple[str, str]]) -> None:
    for name, value in facts:
        if value:
            console.print(Text.assemble((f"{name}: ", "dim"), visible(value)))


def _made_how(attempt: Attempt) -> list[tuple[str, str]]:
    """What is known of how a model delivered an attempt."""
    extra = attempt.extra
    facts = []
    if attempt.chain is not None:
        facts.append(("chain", f"{attempt.chain}, step {attempt.step}"))
    for name in ("mark", "note"):
        if isinstance(extra.get(name), str):
            facts.append((name, extra[name]))
    if isinstance(extra.get("prompt_tokens"), int):
        facts.append(("tokens", f"{extra['prompt_tokens']} + {extra.get('completion_tokens')}"))
    if isinstance(extra.get("cost"), int | float):
        facts.append(("cost", f"{extra['cost']:.6g}"))
    if isinstance(extra.get("latency_seconds"), int | float):
        facts.append(("latency", f"{extra['latency_seconds']:.3f} s"))
    return facts


def print_runs(console: Console, runs: Sequence[RunSummary]) -> None:
    """One line a run."""
    table = Table(box=None, pad_edge=False)
    for name in ("run", "benchmark", "created (UTC)"):
        table.add_column(name)
    for name in ("problems", "attempts", "judged", "passed"):
        table.add_column(name, justify="right")
    for each in runs:
        table.add_row(
            Text(each.run.name),
            Text(visible(each.run.benchmark or "")),
            each.run.created.strftime("%Y-%m-%d %H:%M"),
            str(each.problems),
            str(each.attempts),
            str(each.judged),
            str(each.statuses.get(Status.PASSED, 0)),
        )
    console.print(table)


def _words(status: Status) -> str:
    return status.value.replace("_", " ")


def _status(verdict: Verdict | None) -> Text:
    if verdict is None:
        return Text("not judged", style="dim")
    style = "green" if verdict.passed else "magenta" if verdict.status == "judge_error" else "red"
    return Text(_words(verdict.status), style=style)


def _tests(verdict: Verdict | None) -> str:
    if verdict is None or not verdict.tests:
        return ""
    return f"{verdict.tests.count('p')}/{len(verdict.tests)}"
