"""Giving back the room of what was deleted from an agent's tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from memsvc.errors import Unavailable
from memsvc.store.pgvector.tables import SCHEMA

REWRITE_UP_TO_BYTES = 64 * 2**20
WAIT_S = 2
"""So long a rewriting waits for those who use the tables: whoever comes after waits behind it."""
# Who holds a lock on tables, and whose snapshot is older than the last erasure: a vacuum keeps the
# rows that such a one may see. Autovacuum gives way, and its snapshots keep nothing.
_USING = f"""
SELECT pid, virtualtransaction AS held FROM pg_locks
WHERE relation = ANY(CAST(CAST(:tables AS text[]) AS regclass[])) AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND mode <> 'ShareUpdateExclusiveLock' AND pid IS DISTINCT FROM pg_backend_pid()
UNION SELECT pid, backend_xmin::text FROM pg_stat_activity
WHERE (datname = current_database() OR datname IS NULL) AND pid <> pg_backend_pid()
    AND backend_type IS DISTINCT FROM 'autovacuum worker'
    AND age(backend_xmin) >= (
        SELECT age(CAST(erased_by AS xid)) FROM {SCHEMA}.agents WHERE agent_key = :agent
    )
"""
_LOOKS_A_SECOND = 10


def _outwait(connection: Connection, agent_key: int, tables: list[str]) -> None:
    """Wait for those who use these tables, or see what was erased, while nobody waits for us."""
    asked = {"tables": tables, "agent": agent_key}
    left = {tuple(row) for row in connection.execute(text(_USING), asked)}
    for _ in range(WAIT_S * _LOOKS_A_SECOND):
        if not left:
            return
        connection.execute(text(f"SELECT pg_sleep({1 / _LOOKS_A_SECOND})"))
        left &= {tuple(row) for row in connection.execute(text(_USING), asked)}
    if left:
        raise Unavailable("The agent's index is in use by others; try again.", retry_after=1)


def vacuum(connection: Connection, agent_key: int, tables: list[str], now: datetime) -> None:
    """Give the room of deleted rows back, if something was erased since the last time.

    Small tables are rewritten. In larger ones deleted rows are overwritten in time, which is
    noted; what a vacuum does there at once is to overwrite their vectors in the graph.
    Unavailable, and it stays due, where somebody stays who uses the tables or still sees them
    as they were. The connection is outside of transactions.
    """
    # Read before: what is erased meanwhile orders another one.
    due = connection.execute(
        text(
            f"SELECT erasure FROM {SCHEMA}.agents WHERE agent_key = :agent AND erasure > vacuumed"
        ),
        {"agent": agent_key},
    ).scalar()
    if due is None:
        return
    small = sum(size_of(connection, one) for one in tables) <= REWRITE_UP_TO_BYTES
    _outwait(connection, agent_key, tables if small else [])
    connection.execute(text(f"SET lock_timeout = '{WAIT_S}s'"))
    for one in tables:
        connection.execute(text(f"VACUUM {'(FULL)' if small else ''} {one}"))
    # After: one that was interrupted stays due.
    connection.execute(
        text(
            f"UPDATE {SCHEMA}.agents SET vacuumed = greatest(vacuumed, :due), "
            "erased_since = CASE WHEN :small THEN NULL "
            "ELSE coalesce(erased_since, :now) END WHERE agent_key = :agent"
        ),
        {"agent": agent_key, "due": due, "small": small, "now": now},
    )


def size_of(connection: Connection, table: str) -> int:
    """Bytes of a table on disk, with its indexes."""
    size = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
    return int(connection.execute(size, {"name": table}).scalar_one())
