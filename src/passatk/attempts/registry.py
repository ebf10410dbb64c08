"""The formats that attempts come in, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from passatk.attempts.entry import Entry
from passatk.attempts.readers import (
    bigcode,
    bigcodebench,
    code_eval,
    evalplus,
    human_eval,
    inspect_log,
    livecodebench,
    lm_eval,
    multipl_e,
    table,
)
from passatk.attempts.source import Source
from passatk.errors import DataError


@dataclass(frozen=True, slots=True)
class Format:
    """A format: how to recognise it from a file's head, and how to read it."""

    name: str
    summary: str
    detect: Callable[[Source], bool]
    entries: Callable[[Source], Iterator[Entry]]
    selects: str | None = None
    """What ``select`` chooses, in a format whose files may hold several sets of results."""


# The first whose ``detect`` holds is taken: the more particular ones come first.
FORMATS = (
    Format(
        "inspect",
        "inspect_ai log, .json or .eval",
        inspect_log.detect,
        inspect_log.entries,
        selects="scorer",
    ),
    Format(
        "evalplus-results",
        "EvalPlus *eval_results.json",
        evalplus.detect_results,
        evalplus.results,
    ),
    Format(
        "bigcodebench-results",
        "BigCodeBench *eval_results.json",
        bigcodebench.detect,
        bigcodebench.entries,
    ),
    Format(
        "lm-eval",
        "lm-evaluation-harness samples (only to say why they cannot be read)",
        lm_eval.detect,
        lm_eval.entries,
    ),
    Format(
        "multipl-e",
        "MultiPL-E *.results.json[.gz], one file or a folder",
        multipl_e.detect,
        multipl_e.entries,
    ),
    Format(
        "livecodebench",
        "LiveCodeBench samples (code_list) or *_eval_all.json",
        livecodebench.detect,
        livecodebench.entries,
    ),
    Format(
        "livecodebench-eval",
        "LiveCodeBench *_eval.json",
        livecodebench.detect_eval,
        livecodebench.eval_entries,
    ),
    Format("code-eval", "HF evaluate code_eval results", code_eval.detect, code_eval.entries),
    Format(
        "bigcode",
        "bigcode-evaluation-harness generations_*.json",
        bigcode.detect,
        bigcode.entries,
    ),
    Format(
        "table",
        "CSV, JSON Lines or Parquet with task_id, attempt, and passed, reward, score or code",
        table.detect,
        table.entries,
        selects="model",
    ),
    Format(
        "evalplus",
        "EvalPlus samples: JSON Lines with solution, or a folder of programs",
        evalplus.detect_samples,
        evalplus.samples,
    ),
    Format(
        "human-eval",
        "openai/human-eval samples or *_results.jsonl",
        human_eval.detect,
        human_eval.entries,
    ),
)


def formats() -> dict[str, str]:
    """The name of each format that can be read, with one line about it."""
    return {each.name: each.summary for each in FORMATS}


def choose(source: Source, name: str | None) -> Format:
    """The format with this name, or else the one that the file's head shows.

    Raises:
        DataError: no format has the name or fits the file, or ``select`` is given for a format
            that has nothing to select.
    """
    if name is None:
        found = next((each for each in FORMATS if each.detect(source)), None)
        if found is None:
            raise DataError(
                "the format is not known",
                path=source.path,
                expected="one of " + "; ".join(each.summary for each in FORMATS),
                found=_describe(source),
                hint="if it is one of them, name the format; otherwise write one of them",
            )
    else:
        found = next((each for each in FORMATS if each.name == name), None)
        if found is None:
            raise DataError(
                "there is no format with this name", expected=" | ".join(formats()), found=name
            )
    if source.select is not None and found.selects is None:
        raise DataError(
            f"nothing can be selected from a file of format {found.name}",
            path=source.path,
            found=source.select,
            hint="leave the selection out",
        )
    return found


def _describe(source: Source) -> str:
    if isinstance(source.head, dict):
        return f"{source.kind} with " + ", ".join(map(str, source.head))
    if source.head is None:
        return source.kind
    return f"{source.kind} {source.head!r}"[:200]
