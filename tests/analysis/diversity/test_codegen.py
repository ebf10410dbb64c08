"""CodeGen-Mono-16B on even HumanEval problems: duplicate rates near those of the literature."""

import gzip
import json
from collections import defaultdict
from pathlib import Path

import pytest

from passatk.analysis.diversity import examine
from passatk.analysis.diversity.seen import BEHAVIOUR
from passatk.analysis.programs import NORMAL, TEXT
from passatk.analysis.subject import ProblemAttempts
from passatk.records import Attempt, Status, Verdict

DATA = Path(__file__).parents[4] / "shared/data/humaneval"
FIRST = 16  # problems; benchmarks/diversity.py looks at all


def test_duplicate_rates() -> None:
    """Of the first problems, with their prompts, which are part of the programs."""
    if not DATA.exists():
        pytest.skip(f"shared data not found: {DATA.name}")
    with gzip.open(DATA / "HumanEval_no_examples.jsonl.gz", "rt") as lines:
        prompts = {each["task_id"]: each["prompt"] for each in map(json.loads, lines)}
    attempts = defaultdict(list)
    with gzip.open(DATA / "codegen16b_even_results.jsonl.gz", "rt") as lines:
        for line in lines:
            each = json.loads(line)
            name, text = each["task_id"], each["completion"]
            if len(attempts) == FIRST and name not in attempts:
                break
            status = Status.PASSED if each["passed"] else Status.WRONG_ANSWER
            attempt = Attempt(name, len(attempts[name]), prompts[name] + text, text)
            attempts[name].append((attempt, Verdict(status)))
    parts = [examine(ProblemAttempts(name, tuple(each))) for name, each in attempts.items()]
    assert FIRST == len(parts)
    for part in parts:
        # A program passes or fails, whatever its variables are called.
        assert all(c in (0, n) for n, c in part.results[NORMAL]), part.name
        assert BEHAVIOUR not in part.sizes
    distinct = {
        level: sum(len(part.sizes[level]) for part in parts) / (100 * FIRST)
        for level in (TEXT, NORMAL)
    }
    assert distinct == pytest.approx({TEXT: 0.7675, NORMAL: 0.7125}, abs=0.005)
