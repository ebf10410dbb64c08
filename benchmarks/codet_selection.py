"""Choosing among the CodeGen-16B attempts by the tests that the same model wrote.

    python benchmarks/codet_selection.py [--store FILE]

Judges 82 HumanEval problems x 100 attempts by their own tests and by the generated ones (a few
minutes on two processors; with --store it continues where it was left), and prints what every
ranker and what ``passatk select`` is worth against random order and an oracle.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from passatk.analysis.selection import conclude, examine
from passatk.analysis.subject import read_subject
from passatk.stats import Estimate
from passatk.store import open_store

DATA = Path(__file__).parents[2] / "shared" / "data" / "humaneval"
PROBLEMS = DATA / "HumanEval_no_examples.jsonl.gz"
SAMPLES = DATA / "codegen16b_even_samples.jsonl.gz"
TESTS = DATA / "codegen16b_even_generated_tests.jsonl.gz"
PASSATK = Path(sys.executable).with_name("passatk")


def judge(store: Path) -> None:
    """Both judgings, as a user has them."""
    about = ("--problems", str(PROBLEMS), "--store", str(store))
    subprocess.run(
        [str(PASSATK), "evaluate", str(SAMPLES), "--name", "codegen", "--partial", *about],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    subprocess.run(
        [str(PASSATK), "select", "codegen", "--tests", str(TESTS), *about],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def points(change: Estimate) -> str:
    return f"{100 * change.value:+.1f} [{100 * change.low:+.1f}, {100 * change.high:+.1f}]"


def main(store: Path) -> None:
    judge(store)
    with open_store(store, read_only=True) as opened:
        subject = read_subject(opened, "codegen")
        found = conclude((examine(each) for each in subject.programs()), subject)
    for each in found.findings:
        print(f"{each.code}: {each.verdict}\n  {each.sentence}")
    print(f"\n| chosen by | n | n@{found.k} | random | oracle | difference, points |")
    print("|---|---|---|---|---|---|")
    for name, values in (found.rankers | found.shown).items():
        for n, value in values.items():
            print(
                f"| {name} | {n} | {value.ranker.value:.3f} | {value.random.value:.3f} | "
                f"{value.oracle.value:.3f} | {points(value.gain)} |"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path)
    arguments = parser.parse_args()
    if not DATA.exists():
        sys.exit(f"left out: needs {DATA}")
    if arguments.store is not None:
        main(arguments.store)
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(Path(folder) / "passatk.db")
