"""Which superseded rows hold still, as `core.in_force` says of single memories."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import numpy as np

from memsvc.core.memory import Status
from memsvc.index.column import NO_TIME, microseconds
from memsvc.index.columns import Columns
from memsvc.index.comparison import Rows

NEVER = int(np.iinfo(np.int64).max)


class _Known(NamedTuple):
    """Rows that are in force from one moment on until before another."""

    rows: Rows
    since: int
    until: int


class InForce:
    """Rows of columns that are superseded by what begins later: mostly none, and then at no cost.

    They are looked for again only once the next one is over, or where the clock was set back.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._known: _Known | None = None

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        known = self._known
        return 0 if known is None else known.rows.nbytes

    def append(self, first: int) -> None:
        """The columns have new rows, from this one on."""
        known = self._known
        if known is not None:
            fresh = self._found(first, known.since)
            rows = np.concatenate([known.rows, fresh.rows])
            self._known = _Known(rows, known.since, min(known.until, fresh.until))

    def remove(self, rows: Rows) -> None:
        """Let go of these rows."""
        known = self._known
        if known is not None and len(known.rows):
            self._known = known._replace(rows=known.rows[~np.isin(known.rows, rows)])

    def renumber(self) -> None:
        """The rows of the columns have other places now."""
        self._known = None

    def rows(self, now: datetime) -> Rows:
        """The rows that are in force, ascending."""
        return self._at(microseconds(now)).rows

    def until(self, now: datetime) -> int:
        """The moment, in microseconds since 1970, from which on they may be others."""
        return self._at(microseconds(now)).until

    def _at(self, moment: int) -> _Known:
        known = self._known
        if known is None or not known.since <= moment < known.until:
            known = self._known = self._found(0, moment)
        return known

    def _found(self, first: int, moment: int) -> _Known:
        until = self._columns.moments("valid_to")
        rows = first + np.flatnonzero(until[first:] > moment)
        if len(rows):
            superseded = self._columns.coded("status").mapped(rows, _is_superseded) > 0.0
            rows = rows[superseded & (self._began(rows) < until[rows])]
        return _Known(rows, moment, int(until[rows].min(initial=NEVER)))

    def _began(self, rows: Rows) -> Rows:
        """As `core.statements.since`, in microseconds since 1970."""
        began: Rows = self._columns.moments("created_at")[rows]
        for field in ("event_time", "valid_from"):
            told = self._columns.moments(field)[rows]
            began = np.where(told == NO_TIME, began, told)
        return began


def _is_superseded(status: object) -> bool:
    return status == Status.SUPERSEDED
