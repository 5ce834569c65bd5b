"""Which rows are faded, as `core.fading` says of single memories."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from operator import is_
from typing import NamedTuple

import numpy as np

from memsvc.core.evidence import Floats, Ints
from memsvc.core.fading import Bound, Cutoff, Fading
from memsvc.core.memory import Kind
from memsvc.index.column import NO_TIME, microseconds
from memsvc.index.columns import Columns
from memsvc.index.comparison import Mask, Rows
from memsvc.index.holdings import Holdings

SLACK = 1e-9
"""The share of its span by which the moment at which a memory fades may be rounded; generous."""


class _Marked(NamedTuple):
    """Marks by row that hold from one moment on until before another."""

    bounds: Mapping[Kind, Bound]
    since: datetime
    until: float
    mask: Mask
    is_any: bool

    def holds(self, now: datetime) -> bool:
        """Whether this is a moment of theirs."""
        return self.since <= now and microseconds(now) < self.until


class Faded:
    """The faded rows of what an index holds.

    They are looked for again only once the next one can have faded: most searches find them as the
    one before did. Not so where a budget is exceeded, for which memory is beyond it changes all the
    time.
    """

    def __init__(self, held: Holdings) -> None:
        self._held = held
        self._last: _Marked | None = None

    def follow(self, fresh: int) -> None:
        """The last `fresh` rows are new, others may have been emptied or closed up."""
        last = self._last
        if last is None or len(last.mask) + fresh != self._held.size:
            self._last = None
            return
        added = _marked(self._held, last.bounds, last.since, len(last.mask))
        self._last = _Marked(
            last.bounds,
            last.since,
            min(last.until, added.until),
            np.concatenate([last.mask, added.mask]),
            last.is_any or added.is_any,
        )

    def marked(self, fading: Fading, now: datetime) -> Mask | None:
        """Marks the faded rows, of shape (rows,); None where there are none."""
        if not fading.bounds:
            return None
        last = self._last
        if last is None or last.bounds != fading.bounds or not last.holds(now):
            last = self._last = _marked(self._held, fading.bounds, now, 0)
        return last.mask if last.is_any else None


def cutoffs(held: Holdings, budgets: Mapping[Kind, int], now: datetime) -> dict[Kind, Cutoff]:
    """As `MemoryIndex.cutoffs`."""
    found: dict[Kind, Cutoff] = {}
    if not budgets:
        return found
    moment = microseconds(now)
    expires = held.columns.moments("expires_at")
    living = _ready(held, now, 0) & ((expires == NO_TIME) | (expires > moment))
    for kind, most in budgets.items():
        rows = np.flatnonzero(living & held.columns.coded("kind").holds("eq", kind, living))
        if len(rows) > most:
            found[kind] = _first_beyond(held, rows, most, moment)
    return found


def last_used(columns: Columns, rows: Rows | slice) -> Ints:
    """As `core.decay.last_used`, for rows, in microseconds since 1970."""
    used = columns.moments("last_used_at")[rows]
    return np.where(used == NO_TIME, columns.moments("created_at")[rows], used)


def _first_beyond(held: Holdings, rows: Rows, most: int, moment: int) -> Cutoff:
    elapsed = np.maximum(moment - last_used(held.columns, rows), 0)
    stale: Floats = elapsed / held.columns.numbers("stability_days")[rows]
    at = float(np.partition(stale, most)[most])
    # Of those that are equally stale the newest are kept, as many as there is room for.
    room = most - int(np.count_nonzero(stale < at))
    alike = np.sort(held.numbers[rows[stale == at]])[::-1]
    return Cutoff(at, int(alike[room]))


def _ready(held: Holdings, now: datetime, first: int) -> Mask:
    """Marks what can fade, from row `first` on."""
    return held.searched(now, first) & ~held.columns.flags("pinned")[first:]


def _marked(held: Holdings, bounds: Mapping[Kind, Bound], now: datetime, first: int) -> _Marked:
    """The faded ones, from row `first` on."""
    rows, moment = slice(first, None), microseconds(now)
    ready = _ready(held, now, first)
    since, kinds = last_used(held.columns, rows), held.columns.coded("kind")
    stability = held.columns.numbers("stability_days")[rows]
    # As `core.decay.staleness`; what an empty row holds would not divide.
    stale = np.zeros(len(ready))
    np.divide(np.maximum(moment - since, 0), stability, out=stale, where=ready)
    limit = kinds.mapped(rows, lambda kind: bounds[kind].staleness if kind in bounds else math.inf)
    mask = ready & (stale > limit)
    is_lasting = True
    for kind, bound in bounds.items():
        if bound.cutoff is not None:
            at, number = bound.cutoff
            of_kind = ready & (kinds.mapped(rows, partial(is_, kind)) > 0.0)
            mask |= of_kind & ((stale > at) | ((stale == at) & (held.numbers[rows] <= number)))
            is_lasting = False
    fades = np.full(len(ready), math.inf)
    np.multiply(limit, stability * (1.0 - SLACK), out=fades, where=ready & ~mask)
    until = float((since + fades).min(initial=math.inf)) if is_lasting else -math.inf
    # What is over can fade no more.
    until = min(until, held.in_force.until(now))
    return _Marked(bounds, now, until, mask, bool(mask.any()))
