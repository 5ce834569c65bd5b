"""That a database is nobody's: before a benchmark fills it with what it made up."""

from __future__ import annotations

from pathlib import Path

import psycopg

from memsvc.bench.client import LoadFailed

SQLITE = "sqlite:///"
PATIENCE_S = 10


def require_empty(url: str) -> None:
    """Raise LoadFailed where the database of this URL has tables, or is not to be had.

    An empty URL is that of a new SQLite file.
    """
    file = Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None
    if not url or (file is not None and not file.exists()):
        return
    if file is not None:
        raise LoadFailed("--database-url names a file that is there: name a new one, or none")
    try:
        with psycopg.connect(url, connect_timeout=PATIENCE_S) as connection:
            row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            [count] = row.fetchone() or (0,)
    except psycopg.Error as error:
        # Its own words may have the URL in them, with the password.
        raise LoadFailed(
            f"--database-url names no PostgreSQL database that opens ({type(error).__name__})"
        ) from None
    if count:
        raise LoadFailed(
            "--database-url names a database that has tables already: name an empty one, or none; "
            "what a benchmark left in one of its own goes with `dropdb`"
        )
