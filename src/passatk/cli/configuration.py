"""Settings in a file, for options that are given again and again.

``passatk.toml``, or the table ``tool.passatk`` of ``pyproject.toml``, in the working directory or
the nearest folder above it that has one:

    [sampling]                  # options of generate and run alike
    model = "qwen2.5-coder"
    temperature = 0.8

    [run]                       # options of one command
    workers = 4

    [prices."qwen2.5-coder"]    # money for a million tokens
    input = 0.1
    output = 0.4

Options on the command line win over the environment, and the environment wins over the file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from passatk.errors import DataError, PassatkError

if TYPE_CHECKING:
    from cyclopts import App
    from cyclopts.argument import ArgumentCollection

ENVIRONMENT = "PASSATK_CONFIG"
_COMMANDS = ("generate", "run")
_TABLES = {"sampling", "prices", *_COMMANDS}


def apply(app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
    """Fill in what neither the command line nor the environment says; called by cyclopts."""
    if not commands or commands[0] not in _COMMANDS:
        return
    tables, path = find()
    given = {**tables.get("sampling", {}), **tables.get(commands[0], {})}
    if not given:
        return
    from cyclopts.config import Dict

    named = {key.replace("_", "-"): value for key, value in given.items()}
    Dict(data=named, source=str(path), use_commands_as_keys=False)(app, commands, arguments)


def find() -> tuple[Mapping[str, Any], Path | None]:
    """The tables of the file that holds, and where it is; no tables where there is none.

    Raises:
        DataError: it cannot be read, or has a table that means nothing.
    """
    named = os.environ.get(ENVIRONMENT)
    if named:
        path = Path(named)
        if not path.is_file():
            raise PassatkError(
                f"{ENVIRONMENT}={named}: no such file\n  next: name a TOML file, or unset it"
            )
        return _tables(path), path
    here = Path.cwd()
    for folder in (here, *here.parents):
        for name in ("passatk.toml", "pyproject.toml"):
            path = folder / name
            if path.is_file() and (tables := _tables(path)):
                return tables, path
    return {}, None


def _tables(path: Path) -> Mapping[str, Any]:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        if path.name == "pyproject.toml":
            return {}  # its own tools will say so
        raise DataError(f"cannot be read as TOML: {error}", path=path) from error
    if path.name == "pyproject.toml":
        tools = content.get("tool")
        content = tools.get("passatk", {}) if isinstance(tools, dict) else {}
        if not isinstance(content, dict):
            raise DataError(
                "the configuration is no table", path=path, field="tool.passatk", found=content
            )
    for name, table in content.items():
        if name not in _TABLES or not isinstance(table, dict):
            raise DataError(
                "the configuration has a table that means nothing",
                path=path,
                field=name,
                expected=", ".join(sorted(_TABLES)),
                found=name,
            )
    return content
