"""Indexes that lie in a PostgreSQL database, by its extension pgvector; see `tables`.

They have connections of their own: a search that reads in a transaction asks an index, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from memsvc.core.fading import Fading
from memsvc.core.filters import Filter
from memsvc.core.index_row import Standing, TokenOf
from memsvc.errors import StartupError, Unavailable
from memsvc.store.failures import translated
from memsvc.store.pgvector import tables
from memsvc.store.pgvector.changes import Changing
from memsvc.store.pgvector.connections import IndexGone, alone, connected, pooled
from memsvc.store.pgvector.filter import Where, searched, where
from memsvc.store.pgvector.ranking import Live, live
from memsvc.store.pgvector.reading import Reading
from memsvc.store.pgvector.tables import SCHEMA, names_of
from memsvc.store.pgvector.vacuuming import size_of, vacuum

LEAST_VERSION = (0, 8)
"""Of pgvector: from then on a graph is searched on until enough meet a filter."""
BUILD_MB = 1024
"""Memory the server may use to build a graph (`maintenance_work_mem`)."""


class Head(NamedTuple):
    """An agent that has tables here: whether they can be used, up to which sequence; its pieces.

    `erased_since`: since when what was erased may lie in free room of pages.
    """

    agent_key: int
    ready: bool
    sequence: int
    pieces: int
    has_graph: bool
    erased_since: datetime | None


class PgVector:
    """The indexes of one database. `shape` names what they are built of: others are not used."""

    def __init__(self, url: str, shape: str, dimension: int) -> None:
        self._shape = f"{tables.FORMAT} {shape} {dimension}"
        self._dimension = dimension
        self._engine = pooled(url)
        self._moments = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._alone = alone(url)
        # Each statement sees what was committed while it waited for its turn.
        self._making = self._alone.execution_options(isolation_level="READ COMMITTED")

    def prepare(self) -> None:
        """Have the extension and the schema; StartupError with what to do where that fails."""
        try:
            with self._making.begin() as connection:
                tables.make_schema(connection)
                version = connection.execute(
                    text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
                ).scalar_one()
        except ProgrammingError:
            raise StartupError(
                "The database has no pgvector, or this user may not create it: install the "
                "extension on the server and run CREATE EXTENSION vector in this database, or set "
                "MEMSVC_INDEX__PGVECTOR=off."
            ) from None
        except DBAPIError as error:
            raise translated(error) from None
        if tuple(int(part) for part in version.split(".")[:2]) < LEAST_VERSION:
            raise StartupError(
                f"The database has pgvector {version}; run ALTER EXTENSION vector UPDATE to 0.8 or "
                "later, or set MEMSVC_INDEX__PGVECTOR=off."
            )

    def where(self, filter_: Filter, fading: Fading, now: datetime, token: TokenOf) -> Where:
        """The condition for memories that a filter speaks of; see `filter.where`."""
        return where(filter_, fading, now, token)

    def searched(self, now: datetime) -> Where:
        """The condition for what is searched by default then."""
        return searched(now)

    def only(self, numbers: list[int]) -> Where:
        """The condition for these memories."""
        return Where("m.number = ANY(CAST(:only AS bigint[]))", {"only": numbers}, exact=True)

    def standing(self, agent_key: int) -> Standing | None:
        """Where the agent's index stands; None where there is none that can be used."""
        with suppress(IndexGone), connected(self._engine) as connection:
            found = live(connection, agent_key, self._shape)
            return None if found is None else found.standing
        return None

    @contextmanager
    def reading(self, agent_key: int) -> Iterator[Reading]:
        """The agent's index as it stands now; IndexGone where there is none that can be used."""
        with connected(self._moments) as connection:
            found = live(connection, agent_key, self._shape)
            if found is None:
                raise IndexGone()
            yield Reading(connection, found)

    @contextmanager
    def changing(self, agent_key: int) -> Iterator[Changing | None]:
        """A change of the agent's index, one at a time among all processes."""
        with connected(self._engine) as connection:
            locked = f"SELECT 1 FROM {SCHEMA}.agents WHERE agent_key = :agent FOR UPDATE"
            connection.execute(text(locked), {"agent": agent_key})
            found = live(connection, agent_key, self._shape)
            yield None if found is None else Changing(connection, agent_key, found)

    def begin(self, agent_key: int) -> int:
        """Have empty tables that are to be filled, and which generation they are.

        What is searched meanwhile stays; what another builder left behind goes, or is left for
        `sweep` where somebody reads it.
        """
        # Another process may have dropped all there was.
        self.prepare()
        with suppress(Unavailable), connected(self._engine) as connection:
            found = live(connection, agent_key, self._shape)
            kept = _generation(connection, agent_key) if found is not None else None
            tables.drop(connection, agent_key, but=kept)
        with connected(self._engine) as connection:
            generation = tables.next_generation(connection, agent_key)
            tables.make(connection, names_of(agent_key, generation), self._dimension)
            return generation

    @contextmanager
    def filling(self, agent_key: int, generation: int) -> Iterator[Changing]:
        """A part of the filling of tables that nobody reads yet."""
        empty = Live(Standing(0, 0, 0, 0, has_graph=False), names_of(agent_key, generation))
        with connected(self._engine) as connection:
            yield Changing(connection, agent_key, empty)

    def complete(self, agent_key: int, generation: int, standing: Standing) -> None:
        """Have filled tables searched from now on; they stand as said, with a graph if it says.

        Former ones wait for `sweep`: who reads them, if only a dump, would hold this up.
        """
        table = names_of(agent_key, generation)
        with connected(self._engine) as connection:
            connection.execute(text(f"SET LOCAL maintenance_work_mem = '{BUILD_MB}MB'"))
            tables.complete(connection, table)
            if standing.has_graph:
                tables.make_graph(connection, table, self._dimension)
        with connected(self._engine) as connection:
            connection.execute(
                text(
                    f"UPDATE {SCHEMA}.agents SET shape = :shape, generation = :generation, "
                    "vacuumed = erasure, erased_since = NULL WHERE agent_key = :agent"
                ),
                {"agent": agent_key, "shape": self._shape, "generation": generation},
            )
            Changing(connection, agent_key, Live(standing, table)).stand(standing, erased=False)

    def drop(self, agent_key: int, *, at: int | None = None) -> None:
        """Drop what there is of an agent; with `at` only if its index stands there."""
        there = "" if at is None else "AND generation IS NOT NULL AND sequence = :at"
        with suppress(IndexGone), connected(self._engine) as connection:
            gone = connection.execute(
                text(f"DELETE FROM {SCHEMA}.agents WHERE agent_key = :agent {there}"),
                {"agent": agent_key} | ({} if at is None else {"at": at}),
            )
            if at is None or gone.rowcount:
                tables.drop(connection, agent_key)

    def sweep(self, agent_key: int) -> None:
        """Drop the tables of an agent that are not searched: former ones, or of who died building.

        Unavailable, and all of them stay, where somebody reads one.
        """
        with connected(self._engine) as connection:
            tables.drop(connection, agent_key, but=_generation(connection, agent_key))

    def heads(self) -> list[Head]:
        """The agents that have tables here."""
        return self._heads("TRUE")

    def head(self, agent_key: int) -> Head | None:
        """The agent, if it has tables here."""
        found = self._heads("agent_key = :agent", agent=agent_key)
        return found[0] if found else None

    def _heads(self, which: str, **values: int) -> list[Head]:
        with suppress(IndexGone), connected(self._engine) as connection:
            found = connection.execute(
                text(
                    "SELECT agent_key, shape = :shape AND generation IS NOT NULL, sequence, "
                    f"pieces, has_graph, erased_since FROM {SCHEMA}.agents WHERE {which} "
                    "ORDER BY agent_key"
                ),
                {"shape": self._shape, **values},
            )
            return [Head(*row) for row in found]
        return []

    def vacuum(self, agent_key: int, now: datetime) -> None:
        """Give the room of deleted rows back, if any is owed; see `vacuuming`."""
        with connected(self._alone, begin=False) as connection:
            found = live(connection, agent_key, self._shape)
            if found is not None:
                vacuum(connection, agent_key, list(found.table), now)

    def sizes(self, agent_key: int) -> dict[str, int]:
        """Bytes on disk of an agent's tables, and of the graph over its vectors, by name."""
        with connected(self._engine) as connection:
            found = live(connection, agent_key, self._shape)
            if found is None:
                return {}
            sizes = {name: size_of(connection, one) for name, one in found.table._asdict().items()}
            graph = connection.execute(
                text(
                    "SELECT sum(pg_relation_size(indexrelid)) FROM pg_index i "
                    "JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam "
                    "WHERE i.indrelid = CAST(:pieces AS regclass) AND a.amname = 'hnsw'"
                ),
                {"pieces": found.table.pieces},
            ).scalar()
            # It is one of the indexes of the pieces, and told apart.
            sizes["pieces"] -= int(graph or 0)
            return sizes | {"graph": int(graph or 0)}

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()


def _generation(connection: Connection, agent_key: int) -> int | None:
    found = f"SELECT generation FROM {SCHEMA}.agents WHERE agent_key = :agent"
    return connection.execute(text(found), {"agent": agent_key}).scalar()


def has_indexes(url: str) -> bool:
    """Whether indexes lie in the database, or a schema for them."""
    with connected(alone(url), begin=False) as connection:
        return tables.has_schema(connection)


def drop_indexes(url: str) -> None:
    """Drop whatever indexes lie in the database, with their schema."""
    with connected(alone(url), begin=False) as connection:
        if tables.has_schema(connection):
            tables.drop_schema(connection)
