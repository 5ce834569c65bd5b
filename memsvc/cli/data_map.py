"""Command: what is kept, and what destroys it."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from memsvc.core.data_map.entry import Where
from memsvc.core.data_map.whole import HEADINGS, as_json, as_markdown, kept_in


def data_map(
    as_lines: Annotated[bool, typer.Option("--json", help="As JSON, for machines.")] = False,
    as_page: Annotated[
        bool, typer.Option("--markdown", help="As the page of the documentation.")
    ] = False,
) -> None:
    """List every column, file, cache and queue: what it holds, why, what destroys it, until when.

    It opens nothing and needs no data: the map is part of the program.
    """
    if as_lines:
        typer.echo(json.dumps(as_json(), indent=2))
    elif as_page:
        typer.echo(as_markdown(), nl=False)
    else:
        _print_tables()


def _print_tables() -> None:
    from rich.console import Console
    from rich.table import Column, Table

    console = Console()
    for where in Where:
        # A name is to be searched for: it is never shortened.
        name = Column("Name", overflow="fold")
        table = Table(name, *HEADINGS, title=where, title_justify="left", expand=True)
        for one in kept_in(where):
            table.add_row(one.name, one.holds, one.why, one.destroyed_by, one.kept)
        console.print(table)
