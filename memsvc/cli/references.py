"""Commands: what can be asked, and what can be set, as tables and as pages of the documentation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from memsvc.cli import settings_page
from memsvc.cli.variables import described
from memsvc.config import EmbeddingBackend, EmbeddingSettings, Settings

AsPage = Annotated[bool, typer.Option("--markdown", help="As the page of the documentation.")]


def show_settings(as_page: AsPage = False) -> None:
    """List every setting with its variable, default and meaning."""
    if as_page:
        typer.echo(settings_page.as_markdown(), nl=False)
        return
    for line in described(Settings):
        typer.echo(line)


def api_reference(as_page: AsPage = False) -> None:
    """Print the OpenAPI document, as JSON or as the page of the documentation.

    It opens nothing and needs no data: the interface is part of the program.
    """
    from memsvc.api.reference_markdown import as_markdown
    from memsvc.app import create_app

    # No setting changes a route, so whatever the environment says is left out.
    still = EmbeddingSettings(backend=EmbeddingBackend.HASHING)
    document = create_app(Settings(data_dir=Path(), host="127.0.0.1", embedding=still)).openapi()
    typer.echo(as_markdown(document) if as_page else json.dumps(document, indent=2), nl=not as_page)
