"""What is known of chosen rows, put together for the ranking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memsvc.core.bm25 import counted_first
from memsvc.core.decay import MICROSECONDS_PER_DAY, retentions
from memsvc.core.evidence import Evidence, Floats, Ints, Marks
from memsvc.core.memory import Kind, Trust
from memsvc.index.column import microseconds
from memsvc.index.columns import Columns
from memsvc.index.comparison import Mask, Rows
from memsvc.index.faded import last_used
from memsvc.index.holdings import Holdings
from memsvc.index.lexical import Term
from memsvc.index.protocol import Probe

# A table over all rows is made for each question up to so many; beyond, rows are searched for.
TABLE_UP_TO = 262_144
NO_SPEAKER = 1 << 32

_KINDS: dict[Kind | None, float] = {None: 0.0, **{one: float(at) for at, one in enumerate(Kind)}}
USER, ASSISTANT = 1.0, 2.0
_ASSISTANTS = frozenset({"assistant", "ai", "bot", "model", "system"})


class Places:
    """Where each of some rows stands among them; `rows` are in order of their numbers."""

    def __init__(self, rows: Rows, total: int) -> None:
        self._count = len(rows)
        self._table: NDArray[np.int32] | None = None
        if total <= TABLE_UP_TO:
            self._table = np.full(total + 1, self._count, np.int32)
            self._table[rows] = np.arange(self._count, dtype=np.int32)
        else:
            self._order = np.argsort(rows, kind="stable")
            self._rows = rows[self._order].astype(np.int32)

    def of(self, rows: NDArray[Any]) -> Ints:
        """The place of each row; the number of places for one that is none of them, and for -1."""
        if self._table is not None:
            # The last row of the table answers for -1.
            places: Ints = self._table[rows].astype(np.int64)
            return places
        if not self._count:
            return np.zeros(len(rows), np.int64)
        at = self._rows.searchsorted(rows)
        at[at == self._count] = 0
        return np.where(self._rows[at] == rows, self._order[at], self._count)

    def frequencies(self, term: Term) -> tuple[Ints, Floats]:
        """Places that have the word, and how often."""
        if self._table is not None:
            places = self._table[term.rows]
            held = places < self._count
            return places[held].astype(np.int64), term.frequencies[held].astype(np.float64)
        at = term.rows.searchsorted(self._rows)
        at[at == len(term.rows)] = 0
        held = term.rows[at] == self._rows if len(term.rows) else np.zeros(self._count, np.bool_)
        return self._order[held], term.frequencies[at[held]].astype(np.float64)


def collect(
    held: Holdings,
    probe: Probe,
    asked: Sequence[Term],
    within: Mask | None,
    rows: Rows,
    proposed: Marks,
    dense: Floats,
) -> Evidence:
    """The evidence of these rows, which are in order of their numbers.

    `proposed` and `dense`, of shape (rows,), go with them; `asked` are the words of the question,
    `within` marks what passes the filter.
    """
    order, counted = counted_first([len(term.rows) for term in asked])
    asked = [asked[at] for at in order]
    places = Places(rows, held.size)
    before, after = held.sessions.neighbours(rows, within)
    mean, spread = held.cosines_of_all(probe.vector)
    speaker = held.columns.coded("speaker").codes[rows].astype(np.int64)
    role = held.columns.coded("role")
    coded_role = role.codes[rows].astype(np.int64)
    spoken_by = role.mapped(rows, _side)
    return Evidence(
        numbers=held.numbers[rows],
        proposed=proposed,
        dense=dense,
        mean=mean,
        spread=spread,
        frequencies=_frequencies(places, asked[:counted], len(rows)),
        holders=np.array([len(term.rows) for term in asked], np.float64),
        count=len(held),
        lengths=held.lexical.lengths(rows).astype(np.float64),
        average=held.lexical.average,
        before=places.of(before),
        after=places.of(after),
        session=held.columns.coded("session_id").codes[rows].astype(np.int64),
        voice=np.where(
            speaker >= 0, speaker, np.where(coded_role >= 0, coded_role + NO_SPEAKER, -1)
        ),
        traits=held.traits[rows].astype(np.int64),
        named=held.people.named(rows, probe.people),
        assistant=spoken_by == ASSISTANT,
        user=spoken_by == USER,
        kind=held.columns.coded("kind").mapped(rows, _KINDS.__getitem__).astype(np.int64),
        days=held.happened(rows) / MICROSECONDS_PER_DAY,
        retention=_retention(held.columns, rows, probe),
        importance=held.columns.numbers("importance")[rows],
        trust=held.columns.coded("trust").mapped(rows, _trust),
    )


def _frequencies(places: Places, asked: Sequence[Term], count: int) -> Floats:
    found = np.zeros((len(asked), count))
    for of_word, term in zip(found, asked, strict=True):
        where, how_often = places.frequencies(term)
        of_word[where] = how_often
    return found


def _retention(columns: Columns, rows: Rows, probe: Probe) -> Floats:
    """As `core.fading.Fading.retention`, for rows."""
    elapsed = (microseconds(probe.now) - last_used(columns, rows)) / MICROSECONDS_PER_DAY
    code_of = {kind: probe.fading.policies.of(kind).policy.code for kind in Kind}
    codes: int | Ints = code_of[Kind.EPISODIC]
    if len(set(code_of.values())) > 1:
        kinds = columns.coded("kind")
        codes = kinds.mapped(rows, lambda kind: code_of.get(kind, 0)).astype(np.int64)
    kept = retentions(elapsed, columns.numbers("stability_days")[rows], codes)
    return np.where(columns.flags("pinned")[rows], 1.0, kept)


def _side(role: str | None) -> float:
    return USER if role == "user" else ASSISTANT if role in _ASSISTANTS else 0.0


def _trust(trust: Trust | None) -> float:
    return trust.weight / len(Trust) if trust else 0.0
