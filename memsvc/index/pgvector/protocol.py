"""What an index that lies in a database needs of it: a few questions, and changes in one piece.

Told here and kept in `store`, which this room does not know.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from memsvc.core.fading import Fading
from memsvc.core.filters import Filter
from memsvc.core.index_row import IndexRow, NameCount, Standing, TokenOf, Told
from memsvc.index.protocol import Vector


class Where(Protocol):
    """A condition on memories; one that is not exact lets more through than its filter."""

    @property
    def exact(self) -> bool:
        """Whether all that meet it are meant."""
        ...


class Near(Protocol):
    """A memory, and its cosine or score."""

    @property
    def number(self) -> int:
        """Which memory."""
        ...

    @property
    def cosine(self) -> float:
        """The figure it was chosen by."""
        ...


class Beside(Protocol):
    """A memory that comes before or after another in its session, and when it happened."""

    @property
    def seed(self) -> int:
        """The other."""
        ...

    @property
    def after(self) -> bool:
        """Whether it comes after that."""
        ...

    @property
    def number(self) -> int:
        """Which memory."""
        ...

    @property
    def happened(self) -> int:
        """Microseconds since 1970."""
        ...


class Reading(Protocol):
    """One moment of an index."""

    standing: Standing

    def holders(self, words: Sequence[int]) -> dict[int, int]:
        """How many memories hold each of these words, of those that any holds."""
        ...

    def sample(self, vector: Vector, most_draw: int, limit: int) -> list[float]:
        """Cosines of the memories that were drawn lowest, in order of their numbers."""
        ...

    def few(self, where: Any, most: int) -> bool:
        """Whether no more than `most` memories meet a condition."""
        ...

    def numbers(self, where: Any, among: Collection[int] | None = None) -> list[int]:
        """The numbers that meet a condition, ascending: of all memories, or among some."""
        ...

    def told(
        self, numbers: Sequence[int], people: Sequence[int], *, words_shown: bool
    ) -> list[Told]:
        """What a ranking asks of these memories, ascending; `people` are tokens of some."""
        ...

    def each(self, where: Any) -> Iterator[list[IndexRow]]:
        """All rows that meet a condition, ascending, in chunks."""
        ...

    def cosines(self, vector: Vector, numbers: Sequence[int]) -> dict[int, float]:
        """The cosine of the best piece of each of these memories."""
        ...

    def nearest(self, vector: Vector, where: Any, wanted: int) -> Sequence[Near]:
        """About the nearest pieces that meet a condition; fewer where the graph gives up."""
        ...

    def nearest_of_all(self, vector: Vector, where: Any, wanted: int) -> Sequence[Near]:
        """The nearest `wanted` memories that meet a condition, each looked at."""
        ...

    def best_by_words(
        self,
        weights: Mapping[int, float],
        some: Collection[int],
        where: Any,
        damping: tuple[float, float],
        wanted: int,
    ) -> Sequence[Near]:
        """The best by BM25 of what holds `some` of the words and meets a condition."""
        ...

    def beside(self, numbers: Sequence[int], where: Any, reach: int) -> Sequence[Beside]:
        """Up to `reach` that meet a condition, before and after each of these in its session."""
        ...

    def same(self, likeness: int) -> list[int]:
        """Numbers of the memories of this likeness, ascending."""
        ...

    def alike(self, gist: int) -> list[int]:
        """Numbers of the memories of this gist, ascending."""
        ...

    def holding(self, words: Sequence[int]) -> list[int]:
        """Numbers of the memories that hold all of these words, ascending."""
        ...

    def filling(self, slots: Sequence[int]) -> list[int]:
        """Numbers of the memories that fill any of these slots, ascending."""
        ...

    def slots(self, where: Any, slots: Sequence[int]) -> list[tuple[int, Sequence[int]]]:
        """Number and slots of what meets a condition and fills any of these, ascending."""
        ...

    def crossing(self) -> list[list[int]]:
        """Numbers of what fills one odd slot, for each that several fill."""
        ...

    def names(self, column: str, tokens: Sequence[int]) -> list[NameCount]:
        """The names of which one column, `name` or `first`, is among these tokens."""
        ...

    def beyond(self, where: Any, kind: int, most: int, now: int) -> tuple[float, int] | None:
        """Staleness and number of the first of a kind beyond the `most` least stale ones."""
        ...

    def latest(self, where: Any, until: int) -> int | None:
        """When the last thing that meets a condition happened up to a moment."""
        ...

    def happened(self, where: Any, start: int, end: int) -> bool:
        """Whether anything that meets a condition happened from one moment on before another."""
        ...


class Changing(Protocol):
    """A change under way; the agent's others wait for its end."""

    standing: Standing

    def take_out(self, numbers: Sequence[int]) -> list[IndexRow]:
        """Delete the rows of these memories, as far as there are any; what they held."""
        ...

    def vectors(self, numbers: Sequence[int]) -> dict[int, Vector]:
        """The vectors of these memories, of those that have any."""
        ...

    def take_out_vectors(self, numbers: Sequence[int]) -> None:
        """Delete the vectors of these memories."""
        ...

    def put_in(self, rows: Sequence[IndexRow], vectors: Mapping[int, Vector]) -> None:
        """Store new rows, and by number new vectors, of shape (pieces, dimension)."""
        ...

    def count_words(self, more: Mapping[int, int]) -> None:
        """Add to how many memories hold each word."""
        ...

    def count_names(self, more: Iterable[NameCount]) -> None:
        """Add to how many memories bear each name."""
        ...

    def stand(self, standing: Standing, *, erased: bool) -> None:
        """Note where the index stands now, and whether something went that was to be erased."""
        ...


class Tables(Protocol):
    """The indexes that lie in one database."""

    def standing(self, agent_key: int) -> Standing | None:
        """Where the agent's index stands; None where there is none that can be used."""
        ...

    def reading(self, agent_key: int) -> AbstractContextManager[Reading]:
        """The agent's index as it stands now; Unavailable where there is none to be used."""
        ...

    def changing(self, agent_key: int) -> AbstractContextManager[Changing | None]:
        """A change of the agent's index, one at a time among all processes."""
        ...

    def begin(self, agent_key: int) -> int:
        """Have empty tables that are to be filled, and which generation they are."""
        ...

    def filling(self, agent_key: int, generation: int) -> AbstractContextManager[Changing]:
        """A part of the filling of tables that nobody reads yet."""
        ...

    def complete(self, agent_key: int, generation: int, standing: Standing) -> None:
        """Have filled tables searched from now on; they stand as said."""
        ...

    def where(self, filter_: Filter, fading: Fading, now: datetime, token: TokenOf) -> Where:
        """The condition for memories that a filter speaks of."""
        ...

    def searched(self, now: datetime) -> Where:
        """The condition for what is searched by default then, whatever has faded."""
        ...

    def only(self, numbers: list[int]) -> Where:
        """The condition for these memories."""
        ...
