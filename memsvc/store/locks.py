"""Locks that last as long as a transaction."""

from __future__ import annotations

from sqlalchemy import text

from memsvc.store.transaction import Tx

_ADVISORY = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def lock(tx: Tx, name: str) -> None:
    """Let one transaction at a time, of all processes, go on with what `name` stands for.

    For what has no row to lock yet. SQLite has one writer at a time anyway.
    """
    if tx.connection.dialect.name == "postgresql":
        tx.execute(_ADVISORY, {"name": f"memsvc {name}"})
