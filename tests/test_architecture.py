"""Who may import whom: rooms import downward, and heavy libraries come late."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import passatk

SOURCE = Path(passatk.__file__).parent

# What the modules of each room may import of passatk, beside their own room. The package itself
# (its version and public names) is free to all who may import anything.
MAY_IMPORT = {
    "errors": set(),
    "visible": set(),
    "notebook": {"visible"},
    "frames": {"errors"},
    "files": {"errors"},
    "records": set(),
    "stats": {"errors", "frames", "notebook"},
    "benchmarks": {"errors", "files", "records"},
    "attempts": {"errors", "files", "records"},
    "execution": {"errors", "records"},
    "store": {"errors", "records", "notebook"},
    "generation": {"errors", "records", "attempts"},
    "outcomes": {"errors", "records", "stats", "store"},
    "evaluation": {"errors", "records", "execution", "store"},
    # Of execution only how limits follow from what a run recorded; nothing is run.
    "analysis": {"errors", "records", "stats", "store", "outcomes", "execution", "notebook"},
    "sampling": {
        *("errors", "records", "benchmarks", "attempts", "generation", "execution", "store"),
        *("evaluation", "stats"),
    },
    "replay": {"errors", "records", "benchmarks", "execution", "store", "evaluation"},
    "report": {
        *("errors", "records", "stats", "store", "outcomes", "analysis", "replay"),
        *("notebook", "visible"),
    },
    "web": {"errors", "records", "stats", "store", "outcomes", "analysis", "report", "replay"},
    "simulate": {"errors", "stats"},
    "rewards_torch": {"errors", "stats"},
    "cli": {
        *("errors", "records", "benchmarks", "attempts", "execution", "generation", "store"),
        *("evaluation", "sampling", "replay", "outcomes", "analysis", "report", "web", "stats"),
    },
    "__init__": {"outcomes", "stats", "simulate"},
}
THIRD_PARTY = {
    # Arrays of labels, sparse tables of fingerprints, and the parser: nowhere else is one needed.
    # NumPy for values by problem, put together as no estimator does.
    "analysis": {"numpy", "scipy", "tree_sitter"},
    "stats": {"numpy", "scipy"},
    "attempts": {"pyarrow", "zstandard"},
    "execution": {"pyseccomp"},
    "files": {"zstandard"},
    "frames": {"narwhals"},
    "store": {"sqlalchemy"},
    "generation": {"httpx2", "numpy", "openai", "scipy"},
    "outcomes": {"numpy"},
    "simulate": {"numpy", "scipy"},
    "rewards_torch": {"numpy", "torch"},
    "web": {"fastapi", "jinja2", "markupsafe", "pydantic", "pygments", "starlette", "uvicorn"},
    "report": {"rich", "numpy", "altair", "jinja2", "markupsafe", "vl_convert"},
    "cli": {"cyclopts", "rich"},
}


def modules() -> Iterator[tuple[str, Path]]:
    """Every module with the room it belongs to."""
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).parts[0].removesuffix(".py"), path


@cache
def imports(path: Path) -> list[str]:
    """Full names of what a module imports anywhere in its code."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names += (f"{node.module}.{alias.name}" for alias in node.names)
    return names


def rooms_imported(path: Path) -> set[str]:
    """The rooms of passatk that a module imports from; its version is no room."""
    parts = [name.split(".") for name in imports(path)]
    return {each[1] for each in parts if each[0] == "passatk" and each[1:]} - {"__version__"}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_rooms_import_downward(room: str) -> None:
    """A room knows only the rooms below it."""
    allowed = MAY_IMPORT[room] | {room}
    found = {
        f"{path.relative_to(SOURCE)} imports {name}"
        for its_room, path in modules()
        if its_room == room
        for name in rooms_imported(path) - allowed
    }
    assert set() == found


def test_every_module_has_a_room() -> None:
    """A new room has to say what it may import."""
    assert set() == {room for room, _ in modules()} - MAY_IMPORT.keys()


def test_other_libraries_stay_in_their_rooms() -> None:
    """SQL in the store, arrays in statistics, terminals in reports: nowhere else."""
    standard = sys.stdlib_module_names | {"passatk"}
    found = {
        f"{path.relative_to(SOURCE)} imports {name}"
        for room, path in modules()
        for name in {each.partition(".")[0] for each in imports(path)} - standard
        if name not in THIRD_PARTY.get(room, set())
    }
    assert set() == found


def test_what_runs_in_the_sandbox_is_alone() -> None:
    """The code inside the sandbox imports the standard library and its own folder only."""
    found = {
        name
        for path in (SOURCE / "execution" / "inside").glob("*.py")
        for name in {each.partition(".")[0] for each in imports(path)}
        if name not in sys.stdlib_module_names
    }
    assert set() == found


def test_the_command_line_starts_light() -> None:
    """Building the command line loads no command and none of the heavy libraries."""
    code = (
        "import sys, passatk.cli; passatk.cli.build();"
        "heavy = {'numpy', 'scipy', 'sqlalchemy', 'rich.progress', 'fastapi'};"
        "print(*sorted(heavy & sys.modules.keys()),"
        "*(name for name in sys.modules if name.startswith('passatk.cli.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "\n" == done.stdout
