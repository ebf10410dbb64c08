"""Run every benchmark of this folder, one after the other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPTS = (
    "startup",
    "overhead",
    "many_attempts",
    "large_store",
    "estimators",
    "bootstrap",
    "generation_overhead",
    "against_human_eval",
)


def main() -> None:
    for name in SCRIPTS:
        print(f"\n{name}", flush=True)
        subprocess.run([sys.executable, str(Path(__file__).with_name(f"{name}.py"))], check=True)


if __name__ == "__main__":
    main()
