"""Tables of the indexes that lie in the database: a set for each agent, in a schema of their own.

They are derived from the other tables and may be dropped at any time, and no migration knows them.
One agent's vectors lie in a table, and in a graph, of their own: a graph over several agents would
be searched through the vectors of all.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text

from memsvc.core.index_row import IndexRow

SCHEMA = "memsvc_index"
FORMAT = 2
"""Of the tables below; what another version made is dropped and built anew."""

_COLUMNS = {
    "number": "bigint PRIMARY KEY",
    "id": "bigint NOT NULL",
    **dict.fromkeys(("kind", "status", "trust", "channel"), "smallint NOT NULL"),
    **dict.fromkeys(("event_time", "last_used_at", "valid_from", "valid_to"), "bigint"),
    **dict.fromkeys(("expires_at", "superseded_at"), "bigint"),
    **dict.fromkeys(("created_at", "updated_at"), "bigint NOT NULL"),
    **dict.fromkeys(("began", "happened", "last_used"), "bigint NOT NULL"),
    **dict.fromkeys(("importance", "confidence", "use_count"), "float8 NOT NULL"),
    "stability_days": "float8 NOT NULL",
    "pinned": "boolean NOT NULL",
    **dict.fromkeys(("session", "voice"), "bigint"),
    "spoken": "boolean NOT NULL",
    **dict.fromkeys(("side", "traits"), "smallint NOT NULL"),
    **dict.fromkeys(("draw", "likeness"), "bigint NOT NULL"),
    "gist": "bigint",
    "slots": "bigint[]",
    "marks": "bigint[] NOT NULL",
    "length": "integer NOT NULL",
    "words": "bigint[]",
    "frequencies": "integer[]",
    "sealed": "bytea NOT NULL",
}
_WITHOUT_SAMPLES = (
    *("id", "session", "voice", "draw", "likeness", "gist", "slots", "marks", "words"),
    *("frequencies", "sealed"),
)
"""Columns of which the server's statistics would keep values beyond the rows that had them."""
TYPES = [_COLUMNS[field].split()[0] for field in IndexRow._fields]

_HEADS = f"""
CREATE TABLE IF NOT EXISTS {SCHEMA}.agents (
    agent_key bigint PRIMARY KEY,
    shape text NOT NULL,
    generation integer,
    last_generation integer NOT NULL,
    sequence bigint NOT NULL,
    memories bigint NOT NULL,
    words bigint NOT NULL,
    pieces bigint NOT NULL,
    has_graph boolean NOT NULL,
    erasure bigint NOT NULL,
    vacuumed bigint NOT NULL,
    erased_by xid8,
    erased_since timestamptz
)
"""
# Numbers of erasures: never one twice, also where an agent's row is made anew.
_ERASURES = f"CREATE SEQUENCE IF NOT EXISTS {SCHEMA}.erasures"
# Who starts at the same time must not drop what another one just made, and of two that make the
# same thing one would fail: IF NOT EXISTS does not see what is not committed yet.
_ONE_AT_A_TIME = f"SELECT pg_advisory_xact_lock(hashtextextended('memsvc {SCHEMA}', 0))"
_DROP_OTHERS = f"""
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_class WHERE oid = to_regclass('{SCHEMA}.agents'))
        AND NOT EXISTS (SELECT 1 FROM pg_attribute
            WHERE attrelid = to_regclass('{SCHEMA}.agents') AND attname = 'vacuumed')
    THEN DROP SCHEMA {SCHEMA} CASCADE; END IF;
END $$
"""
# Of an agent that has none; `generation` is that of the tables that are searched, if there are any.
_NO_HEAD = f"INSERT INTO {SCHEMA}.agents VALUES (:agent, '', NULL, 0, 0, 0, 0, 0, false, 0, 0)"
DROP_WAIT_S = 2
"""So long a drop waits for those who read: whoever comes after it waits behind it."""


class Names(NamedTuple):
    """What the tables of one agent are called in SQL.

    Those that are built anew are another generation, beside the one that is searched meanwhile.
    """

    memories: str
    pieces: str
    words: str
    names: str


def names_of(agent_key: int, generation: int) -> Names:
    """The names for an agent's surrogate."""
    return Names(*(f"{SCHEMA}.{one}_{agent_key:d}_{generation:d}" for one in Names._fields))


def make_schema(connection: Connection) -> None:
    """Have the schema, its list of agents, and the extension for vectors; in a transaction.

    A schema whose list has other columns is another version's, and goes with all it holds.
    """
    connection.execute(text(_ONE_AT_A_TIME))
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
    connection.exec_driver_sql(_DROP_OTHERS)
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    connection.execute(text(_HEADS))
    connection.execute(text(_ERASURES))


def make(connection: Connection, table: Names, dimension: int) -> None:
    """Make the empty tables of an agent. What is searched besides is made by `complete`."""
    columns = ", ".join(f"{field} {_COLUMNS[field]}" for field in IndexRow._fields)
    for statement in (
        f"CREATE TABLE {table.memories} ({columns})",
        # A page holds few vectors: compressing them would gain nothing, and cost each reading.
        f"CREATE TABLE {table.pieces} (number bigint NOT NULL, place integer NOT NULL, "
        f"embedding vector({dimension:d}) NOT NULL, PRIMARY KEY (number, place))",
        f"ALTER TABLE {table.pieces} ALTER COLUMN embedding SET STORAGE EXTERNAL",
        f"ALTER TABLE {table.pieces} ALTER COLUMN embedding SET STATISTICS 0",
        f"ALTER TABLE {table.memories} "
        + ", ".join(f"ALTER COLUMN {one} SET STATISTICS 0" for one in _WITHOUT_SAMPLES),
        f"CREATE TABLE {table.words} (word bigint PRIMARY KEY, holders bigint NOT NULL)",
        f"CREATE TABLE {table.names} (name bigint PRIMARY KEY, first bigint NOT NULL, "
        "sealed bytea NOT NULL, speakers bigint NOT NULL, others bigint NOT NULL)",
        f"ALTER TABLE {table.words} ALTER COLUMN word SET STATISTICS 0",
        f"ALTER TABLE {table.names} ALTER COLUMN name SET STATISTICS 0, "
        "ALTER COLUMN first SET STATISTICS 0, ALTER COLUMN sealed SET STATISTICS 0",
    ):
        connection.execute(text(statement))


def complete(connection: Connection, table: Names) -> None:
    """Make what finds rows quickly: sooner, and each row that is filled in would have to wait."""
    lists = ("marks", "words", "slots")
    for statement in (
        *(f"CREATE INDEX ON {table.memories} ({one})" for one in ("id", "likeness", "draw")),
        f"CREATE INDEX ON {table.memories} (gist) WHERE gist IS NOT NULL",
        f"CREATE INDEX ON {table.memories} (session, happened, number) WHERE session IS NOT NULL",
        # For the latest, and for what happened in a time.
        f"CREATE INDEX ON {table.memories} (happened)",
        f"CREATE INDEX ON {table.memories} (valid_to) WHERE status = 1 AND valid_to IS NOT NULL",
        # What waits in a list of its own would be looked through by every search.
        *(
            f"CREATE INDEX ON {table.memories} USING gin ({one}) WITH (fastupdate = off)"
            for one in lists
        ),
        f"CREATE INDEX ON {table.names} (first)",
    ):
        connection.execute(text(statement))
    # Of numbers, kinds and times; of what is hashed or sealed the server keeps no samples.
    for one in table:
        connection.execute(text(f"ANALYZE {one}"))


def make_graph(connection: Connection, table: Names, dimension: int) -> None:
    """Make the graph over the pieces (HNSW, Malkov and Yashunin 2018).

    Over vectors of half the bytes: proposals are compared anew with whole ones.
    """
    connection.execute(
        text(
            f"CREATE INDEX ON {table.pieces} USING hnsw "
            f"((embedding::halfvec({dimension:d})) halfvec_ip_ops) "
            "WITH (m = 16, ef_construction = 100)"
        )
    )


def next_generation(connection: Connection, agent_key: int) -> int:
    """A generation that no tables of the agent have yet."""
    connection.execute(text(f"{_NO_HEAD} ON CONFLICT DO NOTHING"), {"agent": agent_key})
    return int(
        connection.execute(
            text(
                f"UPDATE {SCHEMA}.agents SET last_generation = last_generation + 1 "
                "WHERE agent_key = :agent RETURNING last_generation"
            ),
            {"agent": agent_key},
        ).scalar_one()
    )


def drop(connection: Connection, agent_key: int, *, but: int | None = None) -> None:
    """Drop all tables of an agent, or all but those of one generation."""
    kept = set() if but is None else set(names_of(agent_key, but))
    found = connection.execute(
        text(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname = :schema AND tablename ~ :agent ORDER BY 1"
        ),
        {"schema": SCHEMA, "agent": f"^[a-z]+_{agent_key:d}_[0-9]+$"},
    ).scalars()
    dead = [one for one in found if one not in kept]
    if dead:
        connection.execute(text(f"SET LOCAL lock_timeout = '{DROP_WAIT_S}s'"))
        connection.execute(text(f"DROP TABLE IF EXISTS {', '.join(dead)}"))


def drop_schema(connection: Connection) -> None:
    """Drop all there is."""
    connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))


def has_schema(connection: Connection) -> bool:
    """Whether there is anything to drop."""
    found = text("SELECT to_regnamespace(:schema) IS NOT NULL")
    return bool(connection.execute(found, {"schema": SCHEMA}).scalar())
