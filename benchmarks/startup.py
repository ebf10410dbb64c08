"""How long `passatk --help` takes, beside an interpreter that does nothing."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "passatk --help": [str(Path(sys.executable).with_name("passatk")), "--help"],
}


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(15):
        for name, command in COMMANDS.items():
            started = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - started)
    for name, seconds in times.items():
        print(f"{name:<31} {1000 * statistics.median(seconds):.0f} ms (median of 15)")


if __name__ == "__main__":
    main()
