"""passatk analyze: what a run says beyond its number."""

from __future__ import annotations

from .command import Passatk
from .examples import ADD, DOUBLE, right, wrong


def test_from_samples_to_a_page(passatk: Passatk) -> None:
    """Evaluate, then analyze: every analysis has its say, and nothing goes to stderr."""
    passatk.write("problems.jsonl", ADD, DOUBLE)
    lines = [make(problem) for problem in (ADD, DOUBLE) for make in (right, wrong, wrong, right)]
    passatk.write("samples.jsonl", *lines)
    passatk.run("evaluate", "samples.jsonl", "--problems", "problems.jsonl")
    done = passatk.run("analyze", "samples", "--problems", "problems.jsonl")
    for name in ("profile", "order", "sensitivity"):
        assert f"\n{name}  " in done.stdout
    assert "? chains: The run has no chains" in done.stdout
    assert "" == done.stderr
    found = passatk.json("analyze", "samples", "--only", "sensitivity", "--workers", "1")
    assert "the time limit" == found["analyses"]["sensitivity"]["limits"]["reference"]


def test_chains_in_a_table(passatk: Passatk) -> None:
    """Columns chain and step are enough."""
    lines = ["task_id,attempt,chain,step,passed"]
    lines += [
        f"p{problem},{2 * chain + step},{chain},{step},{'ft'[step] == 't'}"
        for problem in range(3)
        for chain in range(2)
        for step in range(2)
    ]
    (passatk.folder / "chained.csv").write_text("\n".join(lines) + "\n")
    passatk.run("import", "chained.csv")
    found = passatk.json("analyze", "chained", "--only", "chains")["analyses"]["chains"]
    assert [0.0, 1.0] == [step["one"]["value"] for step in found["steps"]]


def test_it_refuses_what_it_cannot_use(evaluated: Passatk) -> None:
    """Other problems, an unknown analysis, a store that is not there: one message each."""
    evaluated.write("other.jsonl", ADD)
    done = evaluated.run("analyze", "samples", "--problems", "other.jsonl", code=2)
    assert "is not what run samples was judged on" in done.stderr
    done = evaluated.run("analyze", "samples", "--only", "profil", code=2)
    assert "there is no analysis 'profil'" in done.stderr
    done = evaluated.run("analyze", "samples", "--store", "elsewhere.db", code=20)
    assert "there is no store here yet" in done.stderr
