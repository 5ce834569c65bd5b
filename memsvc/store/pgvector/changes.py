"""Changing an agent's index that lies in the database, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from memsvc.core.index_row import IndexRow, NameCount, Standing
from memsvc.store.pgvector.ranking import Live, as_vector
from memsvc.store.pgvector.tables import SCHEMA, TYPES
from memsvc.store.prepared import driver_cursor

_AMONG = "WHERE number = ANY(CAST(:numbers AS bigint[]))"


class Changing:
    """A change under way; the agent's others wait for its end."""

    def __init__(self, connection: Connection, agent_key: int, found: Live) -> None:
        self._connection = connection
        self._agent_key = agent_key
        self._table = found.table
        self.standing = found.standing

    def take_out(self, numbers: Sequence[int]) -> list[IndexRow]:
        """Delete the rows of these memories, as far as there are any; what they held."""
        rows = self._connection.execute(
            text(
                f"DELETE FROM {self._table.memories} {_AMONG} "
                f"RETURNING {', '.join(IndexRow._fields)}"
            ),
            {"numbers": list(numbers)},
        ).all()
        return [IndexRow(*row) for row in rows]

    def vectors(self, numbers: Sequence[int]) -> dict[int, NDArray[np.float32]]:
        """The vectors of these memories, of shape (pieces, dimension), of those that have any."""
        found: dict[int, list[Any]] = {}
        rows = self._connection.execute(
            text(
                f"SELECT number, embedding::text AS vector FROM {self._table.pieces} {_AMONG} "
                "ORDER BY number, place"
            ),
            {"numbers": list(numbers)},
        )
        for row in rows:
            found.setdefault(row.number, []).append(orjson.loads(row.vector))
        return {number: np.array(held, np.float32) for number, held in found.items()}

    def take_out_vectors(self, numbers: Sequence[int]) -> None:
        """Delete the vectors of these memories."""
        self._connection.execute(
            text(f"DELETE FROM {self._table.pieces} {_AMONG}"), {"numbers": list(numbers)}
        )

    def put_in(self, rows: Sequence[IndexRow], vectors: Mapping[int, NDArray[Any]]) -> None:
        """Store new rows, and by number new vectors, of shape (pieces, dimension)."""
        self._copy(self._table.memories, TYPES, rows)
        pieces = (
            (number, place, as_vector(vector))
            for number, of_row in vectors.items()
            for place, vector in enumerate(of_row)
        )
        self._copy(self._table.pieces, None, pieces)

    def count_words(self, more: Mapping[int, int]) -> None:
        """Add to how many memories hold each word; a word that none holds any more goes."""
        changed = {word: count for word, count in more.items() if count}
        if not changed:
            return
        # In one order, or two that change the same words could wait for each other.
        words = sorted(changed)
        values = {"words": words, "counts": [changed[word] for word in words]}
        self._connection.execute(
            text(
                f"INSERT INTO {self._table.words} AS w (word, holders) "
                "SELECT * FROM unnest(CAST(:words AS bigint[]), CAST(:counts AS bigint[])) "
                "ON CONFLICT (word) DO UPDATE SET holders = w.holders + excluded.holders"
            ),
            values,
        )
        fewer = [word for word in words if changed[word] < 0]
        if fewer:
            self._connection.execute(
                text(
                    f"DELETE FROM {self._table.words} "
                    "WHERE word = ANY(CAST(:words AS bigint[])) AND holders <= 0"
                ),
                {"words": fewer},
            )

    def count_names(self, more: Iterable[NameCount]) -> None:
        """Add to how many memories bear each name; one that none bears any more goes."""
        changed = sorted(one for one in more if one.speakers or one.others)
        for one in changed:
            self._connection.execute(
                text(
                    f"INSERT INTO {self._table.names} AS n (name, first, sealed, speakers, others) "
                    "VALUES (:name, :first, :sealed, :speakers, :others) "
                    "ON CONFLICT (name) DO UPDATE SET speakers = n.speakers + excluded.speakers, "
                    "others = n.others + excluded.others"
                ),
                one._asdict(),
            )
        if changed:
            self._connection.execute(
                text(f"DELETE FROM {self._table.names} WHERE speakers <= 0 AND others <= 0")
            )

    def stand(self, standing: Standing, *, erased: bool) -> None:
        """Note where the index stands now; `erased`: something went that must leave the files."""
        self._connection.execute(
            text(
                f"UPDATE {SCHEMA}.agents SET sequence = :sequence, memories = :memories, "
                "words = :words, pieces = :pieces, "
                "has_graph = :has_graph WHERE agent_key = :agent"
            ),
            {**standing._asdict(), "agent": self._agent_key},
        )
        if erased:
            self._connection.execute(
                text(
                    f"UPDATE {SCHEMA}.agents SET erasure = nextval('{SCHEMA}.erasures'), "
                    "erased_by = pg_current_xact_id() WHERE agent_key = :agent"
                ),
                {"agent": self._agent_key},
            )

    def _copy(self, table: str, types: Sequence[str] | None, rows: Iterable[Any]) -> None:
        sql = f"COPY {table} FROM STDIN"
        with driver_cursor(self._connection, sql) as cursor, cursor.copy(sql) as copying:
            if types is not None:
                copying.set_types(types)
            for row in rows:
                copying.write_row(row)
