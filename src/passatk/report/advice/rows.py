"""Lines with a name before each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text


def print_rows(console: Console, rows: Sequence[tuple[str, str]]) -> None:
    """Each name in bold, what it says beside it; long texts stay in their column."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for name, words in rows:
        table.add_row(Text(name, style="bold"), Text(words))
    console.print(table)
