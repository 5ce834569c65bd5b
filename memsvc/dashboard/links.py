"""Addresses of the dashboard's own pages."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from fastapi import Request

HOME = "/dashboard"


def link(*steps: str, **query: object) -> str:
    """The address of a page: steps below /dashboard, and the queries that are set."""
    path = "/".join([HOME, *(quote(step, safe="") for step in steps)])
    asked = {name: str(value) for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(asked)}" if asked else path


def next_page(wanted: str) -> str:
    """Where to go after signing in: what was wanted where that is a page of ours, else home.

    A browser reads `//host` and `\\host` as another site.
    """
    within = wanted == HOME or wanted.startswith((f"{HOME}/", f"{HOME}?"))
    return wanted if within and wanted.isprintable() and "\\" not in wanted else HOME


def address(request: Request) -> str:
    """Path and query of a request, quoted: fit for a header."""
    query = request.scope["query_string"].decode("latin-1")
    return f"{place(request)}?{query}" if query else place(request)


def place(request: Request) -> str:
    """The path of a request, quoted."""
    return quote(request.scope["path"])


def here(request: Request) -> str:
    """The path of a request as `link` writes it, to be compared with one."""
    return "/".join(quote(step, safe="") for step in request.scope["path"].split("/"))
