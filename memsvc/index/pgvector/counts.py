"""What a change adds to the counts of an index that lies in a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from memsvc.core.index_row import IndexRow, NameCount
from memsvc.index.pgvector.rows import Seal, names_in, opened, words_of


class Counts:
    """Memories, their words in all, who holds which word and bears which name."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._names: dict[int, NameCount] = {}
        self.memories = 0
        self.length = 0
        self.pieces = 0
        self.words: Counter[int] = Counter()

    @property
    def names(self) -> Collection[NameCount]:
        """What is to be added, by name."""
        return self._names.values()

    def add(self, rows: Sequence[IndexRow], *, times: int) -> None:
        """Count these rows so many times: 1 for new ones, -1 for those that go."""
        for row in rows:
            self.memories += times
            self.length += times * row.length
            for word in words_of(row, self._seal)[0]:
                self.words[word] += times
            for one in names_in(row, opened(row, self._seal), self._seal, times):
                self._count(one)

    def _count(self, one: NameCount) -> None:
        held = self._names.get(one.name)
        speakers, others = (held.speakers, held.others) if held is not None else (0, 0)
        self._names[one.name] = one._replace(
            speakers=one.speakers + speakers, others=one.others + others
        )
