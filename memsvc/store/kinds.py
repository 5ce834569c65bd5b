"""Which kind of database a URL names."""

from __future__ import annotations

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from memsvc.errors import StartupError

POSTGRES = ("postgresql", "postgres")


def is_postgres(url: str) -> bool:
    """Whether the URL names a PostgreSQL server; raises StartupError for anything unknown."""
    try:
        kind = make_url(url).drivername.partition("+")[0]
    except ArgumentError:
        kind = "nothing"
    if kind not in ("sqlite", *POSTGRES):
        raise StartupError(
            "MEMSVC_DATABASE_URL names no database this version knows: give "
            "postgresql://user:password@host/name or sqlite:///path, or leave it empty."
        )
    return kind in POSTGRES


def driver_url(url: str) -> str:
    """The URL with the driver we use."""
    if not is_postgres(url):
        return url
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
