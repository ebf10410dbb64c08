"""The state in which a zygote leaves its memory for forks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from passatk.execution import inside

# Counts the pages that new objects lie on, after gaps were left far from each other.
MEASURE = """
import sys
sys.path.insert(0, sys.argv[1])
from inside import memory
littered = [[bytes(size) for size in range(20, 470, 16)] for _ in range(4000)]
del littered[::97]
if sys.argv[2] == "settled":
    memory.settle()
pages = set()
for size in range(20, 470, 16):
    kept = [bytes(size) for _ in range(8)]
    pages |= {id(block) // 4096 for block in kept}
print(len(pages))
"""


def pages(state: str) -> int:
    folder = str(Path(inside.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, folder, state], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_new_objects_lie_together() -> None:
    """Eight new objects of each of 29 sizes: at most two pages a size, where gaps made it more."""
    assert pages("settled") <= 2 * 29 < pages("littered")
