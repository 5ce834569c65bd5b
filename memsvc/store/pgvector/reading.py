"""What is looked up in an agent's index that lies in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from memsvc.core.index_row import IndexRow, NameCount
from memsvc.store.pgvector.filter import Where
from memsvc.store.pgvector.ranking import Ranking

CHUNK = 2000

_ALL_COLUMNS = ", ".join(f"m.{field}" for field in IndexRow._fields)


class Reading(Ranking):
    """One moment of one agent's index."""

    def holders(self, words: Sequence[int]) -> dict[int, int]:
        """How many memories hold each of these words, of those that any holds."""
        found = self._all(
            f"SELECT word, holders FROM {self._table.words} "
            "WHERE word = ANY(CAST(:words AS bigint[]))",
            words=list(words),
        )
        return {row.word: row.holders for row in found}

    def few(self, where: Where, most: int) -> bool:
        """Whether no more than `most` memories meet a condition."""
        [row] = self._all(
            "SELECT count(*) AS found FROM (SELECT 1 "
            f"FROM {self._table.memories} m WHERE {where.sql} LIMIT :most) AS meeting",
            **where.values,
            most=most + 1,
        )
        return bool(row.found <= most)

    def numbers(self, where: Where, among: Collection[int] | None = None) -> list[int]:
        """The numbers that meet a condition, ascending: of all memories, or among some."""
        some = "TRUE" if among is None else "m.number = ANY(CAST(:among AS bigint[]))"
        return self._numbers(f"{some} AND ({where.sql})", among=list(among or ()), **where.values)

    def each(self, where: Where) -> Iterator[list[IndexRow]]:
        """All rows that meet a condition, whole, ascending, in chunks."""
        after = -(2**63)
        while True:
            found = self._all(
                f"SELECT {_ALL_COLUMNS} FROM {self._table.memories} m "
                f"WHERE m.number > :after AND ({where.sql}) ORDER BY m.number LIMIT {CHUNK}",
                **where.values,
                after=after,
            )
            if not found:
                return
            yield [IndexRow(*row) for row in found]
            after = found[-1].number

    def same(self, likeness: int) -> list[int]:
        """Numbers of the memories of this likeness, ascending."""
        return self._numbers("m.likeness = :wanted", wanted=likeness)

    def alike(self, gist: int) -> list[int]:
        """Numbers of the memories of this gist, ascending."""
        return self._numbers("m.gist = :wanted", wanted=gist)

    def holding(self, words: Sequence[int]) -> list[int]:
        """Numbers of the memories that hold all of these words, ascending."""
        return self._numbers("m.words @> CAST(:wanted AS bigint[])", wanted=list(words))

    def filling(self, slots: Sequence[int]) -> list[int]:
        """Numbers of the memories that fill any of these slots, ascending."""
        return self._numbers("m.slots && CAST(:wanted AS bigint[])", wanted=list(slots))

    def slots(self, where: Where, slots: Sequence[int]) -> list[tuple[int, Sequence[int]]]:
        """Number and slots of what meets a condition and fills any of these, ascending."""
        found = self._all(
            f"SELECT m.number, m.slots FROM {self._table.memories} m "
            f"WHERE m.slots && CAST(:slots AS bigint[]) AND ({where.sql}) ORDER BY m.number",
            **where.values,
            slots=list(slots),
        )
        return [(row.number, row.slots) for row in found]

    def crossing(self) -> list[list[int]]:
        """Numbers of what fills one odd slot, for each that several fill."""
        found = self._all(
            "SELECT array_agg(m.number ORDER BY m.number) AS numbers "
            f"FROM {self._table.memories} m CROSS JOIN LATERAL unnest(m.slots) AS filled(slot) "
            "WHERE m.slots IS NOT NULL AND slot & 1 = 1 GROUP BY slot HAVING count(*) > 1"
        )
        return sorted(row.numbers for row in found)

    def names(self, column: str, tokens: Sequence[int]) -> list[NameCount]:
        """The names of which one column, `name` or `first`, is among these tokens."""
        found = self._all(
            f"SELECT name, first, sealed, speakers, others FROM {self._table.names} "
            f"WHERE {column} = ANY(CAST(:tokens AS bigint[])) ORDER BY name",
            tokens=list(tokens),
        )
        return [NameCount(*row) for row in found]

    def beyond(self, where: Where, kind: int, most: int, now: int) -> tuple[float, int] | None:
        """Staleness and number of the first of a kind beyond the `most` least stale ones."""
        stale = "greatest(CAST(:now AS bigint) - m.last_used, 0)::float8 / m.stability_days"
        found = self._all(
            f"SELECT {stale} AS stale, m.number FROM {self._table.memories} m "
            f"WHERE m.kind = :kind AND NOT m.pinned AND ({where.sql}) "
            "AND (m.expires_at IS NULL OR m.expires_at > CAST(:now AS bigint)) "
            "ORDER BY stale, m.number DESC OFFSET :most LIMIT 1",
            **where.values,
            kind=kind,
            most=most,
            now=now,
        )
        return (found[0].stale, found[0].number) if found else None

    def latest(self, where: Where, until: int) -> int | None:
        """When the last thing that meets a condition happened up to a moment."""
        found = self._all(
            f"SELECT m.happened FROM {self._table.memories} m "
            f"WHERE m.happened <= :until AND ({where.sql}) ORDER BY m.happened DESC LIMIT 1",
            **where.values,
            until=until,
        )
        return found[0].happened if found else None

    def happened(self, where: Where, start: int, end: int) -> bool:
        """Whether anything that meets a condition happened from one moment on before another."""
        found = self._all(
            f"SELECT 1 FROM {self._table.memories} m "
            f"WHERE m.happened >= :start AND m.happened < :end AND ({where.sql}) LIMIT 1",
            **where.values,
            start=start,
            end=end,
        )
        return bool(found)

    def _numbers(self, sql: str, **values: Any) -> list[int]:
        found = self._all(
            f"SELECT m.number FROM {self._table.memories} m WHERE {sql} ORDER BY m.number",
            **values,
        )
        return [row.number for row in found]
