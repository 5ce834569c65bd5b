"""What commands share: options, settings, and a word to the person at the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from memsvc.config import Settings

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Folder of database, keys and model.")
]
Tenant = Annotated[str, typer.Option("--tenant", help="Tenant the key belongs to.")]


def say(line: str) -> None:
    """A line for the person at the terminal; standard output is kept for results."""
    typer.echo(line, err=True)


def settings_with(**given: Any) -> Settings:
    """Settings from the environment, overridden by the options that were given."""
    return Settings(**{name: value for name, value in given.items() if value is not None})
