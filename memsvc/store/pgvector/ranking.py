"""What is nearest in an agent's index that lies in the database, and what is told of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from memsvc.core.index_row import Standing, Told
from memsvc.store.pgvector.filter import Where
from memsvc.store.pgvector.tables import SCHEMA, Names, names_of

_HNSW_MOST = 1000
"""The longest list of candidates that pgvector keeps (`hnsw.ef_search`)."""
_HNSW_LEAST, _HNSW_FILTERED = 100, 400
"""The shortest; where there is a filter, most of them may not meet it."""
SCANNED_TUPLES = 40_000
"""Of the graph so many vectors are looked at before a search gives up."""

# A row is sealed in one piece, of which most is none of the words.
_COLUMNS = ", ".join(f"m.{field}" for field in Told._fields[:-1])
_TOLD = {True: _COLUMNS.replace("m.sealed", "''::bytea"), False: _COLUMNS}

# Compared first: or whole vectors would be sorted by number, on disk where they are many.
_BEST = (
    "SELECT number, max(cosine) AS cosine FROM ("
    "SELECT p.number, -(p.embedding <#> CAST(:vector AS vector)) AS cosine"
)
_OF_EACH = "OFFSET 0) AS compared GROUP BY number"


class Near(NamedTuple):
    """A memory and the cosine of its best piece with a question."""

    number: int
    cosine: float


class Beside(NamedTuple):
    """A memory that comes before or after another in its session."""

    seed: int
    after: bool
    number: int
    happened: int


class Live(NamedTuple):
    """Where an agent's index stands, and its tables."""

    standing: Standing
    table: Names


def live(connection: Connection, agent_key: int, shape: str) -> Live | None:
    """The index of an agent; None where there is none of this shape that is complete."""
    row = connection.execute(
        text(
            f"SELECT generation, sequence, memories, words, pieces, has_graph FROM {SCHEMA}.agents "
            "WHERE agent_key = :agent AND shape = :shape AND generation IS NOT NULL"
        ),
        {"agent": agent_key, "shape": shape},
    ).first()
    if row is None:
        return None
    generation, *standing = row
    return Live(Standing(*standing), names_of(agent_key, generation))


def as_vector(vector: NDArray[Any]) -> str:
    """A vector as pgvector reads it, exact."""
    return orjson.dumps(vector, option=orjson.OPT_SERIALIZE_NUMPY).decode()


class Ranking:
    """One moment of one agent's index."""

    def __init__(self, connection: Connection, found: Live) -> None:
        self._connection = connection
        self._table = found.table
        self.standing = found.standing

    def sample(self, vector: NDArray[Any], most_draw: int, limit: int) -> list[float]:
        """Cosines of the memories that were drawn lowest, in order of their numbers."""
        found = self._all(
            f"WITH drawn AS MATERIALIZED (SELECT number FROM {self._table.memories} "
            "WHERE draw <= :most ORDER BY draw, number LIMIT :limit) "
            f"{_BEST} FROM drawn JOIN {self._table.pieces} p USING (number) {_OF_EACH} "
            "ORDER BY number",
            most=most_draw,
            limit=limit,
            vector=as_vector(vector),
        )
        return [row.cosine for row in found]

    def told(
        self, numbers: Sequence[int], people: Sequence[int], *, words_shown: bool
    ) -> list[Told]:
        """What a ranking asks of these memories, ascending; `people` are tokens of some."""
        found = self._all(
            f"SELECT {_TOLD[words_shown]}, m.marks && CAST(:people AS bigint[]) "
            f"FROM {self._table.memories} m "
            "WHERE m.number = ANY(CAST(:numbers AS bigint[])) ORDER BY m.number",
            numbers=list(numbers),
            people=list(people),
        )
        return [Told(*row) for row in found]

    def cosines(self, vector: NDArray[Any], numbers: Sequence[int]) -> dict[int, float]:
        """The cosine of the best piece of each of these memories."""
        found = self._all(
            f"{_BEST} FROM unnest(CAST(:numbers AS bigint[])) AS wanted(number) "
            f"JOIN {self._table.pieces} p ON p.number = wanted.number {_OF_EACH}",
            vector=as_vector(vector),
            numbers=list(numbers),
        )
        return {row.number: row.cosine for row in found}

    def nearest(self, vector: NDArray[Any], where: Where, wanted: int) -> list[Near]:
        """About the nearest `wanted` that meet a condition, by the graph; fewer where it gives up.

        Several pieces of one memory may be near, so some of these come twice.
        """
        least = _HNSW_LEAST if where.sql == "TRUE" else _HNSW_FILTERED
        self._connection.execute(
            text(f"SET LOCAL hnsw.ef_search = {min(_HNSW_MOST, max(wanted, least))}")
        )
        # Any other plan would read and sort the whole table.
        self._connection.execute(text("SET LOCAL enable_sort = off"))
        half = f"halfvec({len(vector):d})"
        found = self._all(
            "SELECT near.number, -(near.embedding <#> CAST(:vector AS vector)) AS cosine FROM ("
            f"SELECT p.number, p.embedding FROM {self._table.pieces} p {self._joined(where)} "
            f"WHERE {where.sql} ORDER BY p.embedding::{half} <#> CAST(:vector AS {half}) "
            "LIMIT :wanted) AS near",
            **where.values,
            vector=as_vector(vector),
            wanted=wanted,
        )
        self._connection.execute(text("SET LOCAL enable_sort = on"))
        return [Near(row.number, row.cosine) for row in found]

    def nearest_of_all(self, vector: NDArray[Any], where: Where, wanted: int) -> list[Near]:
        """The nearest `wanted` that meet a condition, each looked at."""
        found = self._all(
            f"{_BEST} FROM {self._table.pieces} p {self._joined(where)} WHERE {where.sql} "
            f"{_OF_EACH} ORDER BY cosine DESC, number LIMIT :wanted",
            **where.values,
            vector=as_vector(vector),
            wanted=wanted,
        )
        return [Near(row.number, row.cosine) for row in found]

    def best_by_words(
        self,
        weights: Mapping[int, float],
        some: Collection[int],
        where: Where,
        damping: tuple[float, float],
        wanted: int,
    ) -> list[Near]:
        """The best by BM25 (`core.bm25`) of what holds `some` words and meets a condition.

        `weights` are of all words; `damping` is k1 (1 - b) and k1 b / average.
        """
        values: dict[str, Any] = {"base": damping[0], "slope": damping[1]}
        shares = []
        for at, (word, weight) in enumerate(weights.items()):
            values |= {f"word{at}": word, f"weight{at}": weight}
            often = f"m.frequencies[array_position(m.words, CAST(:word{at} AS bigint))]"
            shares.append(f"coalesce(CAST(:weight{at} AS float8) * {often} / ({often} + damp), 0)")
        found = self._all(
            f"SELECT m.number, {' + '.join(shares)} AS score FROM {self._table.memories} m "
            "CROSS JOIN LATERAL (SELECT CAST(:base AS float8) + CAST(:slope AS float8) * m.length "
            f"AS damp) AS damping WHERE m.words && CAST(:some AS bigint[]) AND ({where.sql}) "
            "ORDER BY score DESC, m.number LIMIT :wanted",
            **where.values,
            **values,
            some=list(some),
            wanted=wanted,
        )
        return [Near(row.number, row.score) for row in found]

    def beside(self, numbers: Sequence[int], where: Where, reach: int) -> list[Beside]:
        """Up to `reach` that meet a condition, before and after each of these in its session."""
        parts = []
        for after, than, order in ((False, "<", "DESC"), (True, ">", "ASC")):
            parts.append(
                f"SELECT s.number AS seed, {after} AS after, x.number, x.happened "
                f"FROM {self._table.memories} s CROSS JOIN LATERAL ("
                f"SELECT m.number, m.happened FROM {self._table.memories} m "
                f"WHERE m.session = s.session AND (m.happened, m.number) {than} "
                f"(s.happened, s.number) AND ({where.sql}) "
                f"ORDER BY m.happened {order}, m.number {order} LIMIT :reach) x "
                "WHERE s.number = ANY(CAST(:numbers AS bigint[])) AND s.session IS NOT NULL"
            )
        # A few steps along the session, not all that meets the condition.
        self._connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        found = self._all(
            " UNION ALL ".join(parts), **where.values, numbers=list(numbers), reach=reach
        )
        self._connection.execute(text("SET LOCAL enable_bitmapscan = on"))
        return [Beside(*row) for row in found]

    def _joined(self, where: Where) -> str:
        if where.sql == "TRUE":
            return ""
        return f"JOIN {self._table.memories} m ON m.number = p.number"

    def _all(self, sql: str, **values: Any) -> Sequence[Any]:
        return self._connection.execute(text(sql), values).all()
