"""The fields of all memories held, column by column, and a filter's answer over them.

`Columns.mask` agrees exactly with `core.filters.matches`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from memsvc.core.filters import (
    CODE_FIELDS,
    FLAG_FIELDS,
    LIST_FIELDS,
    METADATA_PREFIX,
    NUMBER_FIELDS,
    TIME_FIELDS,
    And,
    Condition,
    Filter,
    Not,
    Or,
    compare,
)
from memsvc.core.memory import Memory, Status
from memsvc.index.column import Coded, Column, Flags, Moments, Numbers
from memsvc.index.comparison import Mask, Rows
from memsvc.index.objects import Objects

# Nearly every memory has its own: a code for each would weigh more than the text.
DISTINCT_FIELDS = frozenset({"id"})


class Shown(NamedTuple):
    """What readers see of rows, whatever their column says: archived, or active.

    `archived` marks rows, of shape (rows,), and goes before the rows in `active`.
    """

    archived: Mask | None
    active: Rows


class Columns:
    """Fields by row; rows are given in order of arrival."""

    def __init__(self) -> None:
        self._coded: dict[str, Coded] = {
            **{field: Coded() for field in sorted(CODE_FIELDS - DISTINCT_FIELDS)},
            **{field: Coded(lists=True) for field in sorted(LIST_FIELDS)},
        }
        self._moments = {field: Moments() for field in sorted(TIME_FIELDS)}
        self._numbers = {field: Numbers() for field in sorted(NUMBER_FIELDS)}
        self._flags = {field: Flags() for field in sorted(FLAG_FIELDS)}
        self._metadata = Objects()
        self._fields: dict[str, Column] = {
            **self._coded,
            **self._moments,
            **self._numbers,
            **self._flags,
            **{field: Objects() for field in sorted(DISTINCT_FIELDS)},
            "metadata": self._metadata,
        }
        self._places = [Memory._fields.index(field) for field in self._fields]

    @property
    def nbytes(self) -> int:
        """Estimate of the bytes held."""
        return sum(column.nbytes for column in self._fields.values())

    def distinct(self, field: str) -> frozenset[object]:
        """The values some row has in a coded or list field."""
        return self._coded[field].distinct

    def coded(self, field: str) -> Coded:
        """The column of a coded or list field."""
        return self._coded[field]

    def moments(self, field: str) -> NDArray[np.int64]:
        """A time field by row, in microseconds since 1970; `column.NO_TIME` where there is none."""
        return self._moments[field].values

    def numbers(self, field: str) -> NDArray[np.float64]:
        """A number field by row."""
        return self._numbers[field].values

    def flags(self, field: str) -> Mask:
        """A flag by row."""
        return self._flags[field].values

    def append(self, memories: Sequence[Memory]) -> None:
        """Give each memory the next row."""
        fields = list(zip(*memories, strict=True))
        for column, place in zip(self._fields.values(), self._places, strict=True):
            column.append(fields[place])

    def clear(self, rows: Rows) -> None:
        """Let go of all values of these rows."""
        for column in self._fields.values():
            column.clear(rows)

    def keep(self, kept: Mask) -> None:
        """Keep the rows marked, in order."""
        for column in self._fields.values():
            column.keep(kept)

    def mask(self, filter_: Filter, possible: Mask, shown: Shown | None = None) -> Mask:
        """The rows out of `possible` that the filter speaks of, of shape (rows,).

        Within And and Or cheap parts go first, and the costly ones look only at the rows that those
        left open.
        """
        if isinstance(filter_, Condition):
            return possible & self._holds(filter_, possible, shown)
        if isinstance(filter_, Not):
            return possible & ~self.mask(filter_.part, possible, shown)
        if isinstance(filter_, Or):
            open_rows = possible
            for part in sorted(filter_.parts, key=_is_costly):
                open_rows = open_rows & ~self.mask(part, open_rows, shown)
            return possible & ~open_rows
        left = possible
        for part in sorted(filter_.parts, key=_is_costly):
            left = self.mask(part, left, shown)
            if not left.any():
                break
        return left

    def _holds(self, condition: Condition, possible: Mask, shown: Shown | None) -> Mask:
        field, operator, wanted = condition.field, condition.operator, condition.value
        if field == "status" and shown is not None:
            own = self._fields[field].holds(operator, wanted, possible)
            if len(shown.active):
                own[shown.active] = compare(Status.ACTIVE, operator, wanted)
            if shown.archived is None:
                return own
            return np.where(shown.archived, compare(Status.ARCHIVED, operator, wanted), own)
        if field.startswith(METADATA_PREFIX):
            return self._metadata.holds_at(field, operator, wanted, possible)
        return self._fields[field].holds(operator, wanted, possible)


def _is_costly(filter_: Filter) -> bool:
    if isinstance(filter_, Condition):
        return filter_.field in DISTINCT_FIELDS or filter_.field.startswith(METADATA_PREFIX)
    if isinstance(filter_, And | Or):
        return any(_is_costly(part) for part in filter_.parts)
    return _is_costly(filter_.part)
