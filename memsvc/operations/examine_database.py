"""Whether the database answers, is whole, and has this version's tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from memsvc.core.finding import Finding, failure, ok, warning
from memsvc.store import health, schema
from memsvc.store.database import READERS, Database
from memsvc.store.pgvector.connections import CONNECTIONS
from memsvc.store.tables import HEAD

DATABASE, INTEGRITY, SCHEMA = "database", "integrity", "schema"

RESTORE = "Stop the service, keep a copy of the data directory, and restore a backup."


def examine_sqlite(database: Database, file: Path) -> list[Finding]:
    """An SQLite file that is there; raises Unavailable when it is none."""
    with database.snapshot() as tx:
        health.answers(tx)
    return [ok(DATABASE, f"SQLite, {file.stat().st_size / 2**20:,.1f} MB")]


def examine_integrity(database: Database, *, full: bool) -> list[Finding]:
    """An SQLite file's pages and references."""
    with database.snapshot() as tx:
        faults = health.faults(tx, thorough=full)
        orphans = 0 if faults else health.orphans(tx)
    check = "integrity_check" if full else "quick_check"
    if faults:
        at_least = "at least " if len(faults) >= health.MOST_FAULTS else ""
        return [failure(INTEGRITY, f"{check} finds {at_least}{len(faults)} faults", RESTORE)]
    if orphans:
        return [failure(INTEGRITY, f"{orphans} rows name a row that is not there", RESTORE)]
    return [ok(INTEGRITY, f"{check} and foreign keys find no fault")]


def examine_server(database: Database, workers: int, *, large: bool) -> list[Finding]:
    """A PostgreSQL server; raises Unavailable when it does not answer.

    `large`: indexes may lie there, too, which are reached by connections of their own.
    """
    with database.snapshot() as tx:
        server = health.server(tx)
    found = []
    if server.read_only:
        found.append(
            failure(
                DATABASE,
                "the server takes no writes: it is a standby, or set to read only",
                "Name the primary in MEMSVC_DATABASE_URL.",
            )
        )
    found += [
        warning(
            DATABASE,
            f"{setting} is off",
            "Turn it on: without it a power cut can take memories that were acknowledged.",
        )
        for setting in health.DURABLE
        if not getattr(server, setting)
    ]
    if server.encoding != "UTF8":
        found.append(
            warning(
                DATABASE,
                f"the database's encoding is {server.encoding}",
                "Use a database with encoding UTF8: ids that others cannot hold are refused.",
            )
        )
    # What each process keeps open in its pool, and its writer; a burst may ask for more.
    wanted = workers * (READERS + 1 + (CONNECTIONS if large else 0))
    if wanted > server.connections:
        found.append(
            warning(
                DATABASE,
                f"{workers} workers keep up to {wanted} connections, the server has "
                f"{server.connections}",
                "Raise max_connections or run fewer workers.",
            )
        )
    size = f"{server.size_bytes / 2**20:,.1f} MB"
    return found or [ok(DATABASE, f"PostgreSQL {server.version}, {size}")]


def examine_schema(database: Database) -> tuple[Finding, str | None]:
    """Whether this version can use the tables, and the migration they stand at."""
    with database.snapshot() as tx:
        standing = schema.standing(tx.connection)
        absent = health.missing(tx) if standing == HEAD else []
    return _about(standing, absent), standing


def _about(standing: str | None, absent: Sequence[str]) -> Finding:
    if standing is None:
        return ok(SCHEMA, "the database is empty; the first start fills it")
    if schema.is_older(standing):
        return warning(
            SCHEMA,
            f"revision {standing}, this version's is {HEAD}",
            "Take a backup with the version that made it; then the next start migrates it, or "
            "`memsvc migrate`. Look again afterwards.",
        )
    if standing != HEAD:
        return failure(
            SCHEMA,
            f"revision {standing}, which this version does not know",
            "Start the memsvc version that made the database, or a later one.",
        )
    if absent:
        return failure(SCHEMA, f"missing: {', '.join(absent)}", RESTORE)
    return ok(SCHEMA, f"revision {standing}")
