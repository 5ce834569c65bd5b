"""Evidence put together of the rows of an index that lies in a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from memsvc.core.bm25 import counted_first
from memsvc.core.decay import MICROSECONDS_PER_DAY, retentions
from memsvc.core.evidence import Evidence, Floats, Ints
from memsvc.core.index_row import Standing, Told
from memsvc.core.memory import Trust
from memsvc.index.column import microseconds
from memsvc.index.pgvector.protocol import Beside
from memsvc.index.pgvector.rows import ASSISTANT, KINDS, TRUSTS, USER, Seal, words_of
from memsvc.index.protocol import Probe


class Asked(NamedTuple):
    """Tokens of the stems of a question, in order of their text, and who holds each."""

    words: Sequence[int]
    holders: Sequence[int]


class Chosen(NamedTuple):
    """Rows in order of their numbers, which of them are proposed, and their cosines.

    `beside` are their neighbours in sessions; None where the rows are all there are.
    """

    rows: Sequence[Told]
    proposed: Set[int]
    cosines: Mapping[int, float]
    beside: Sequence[Beside] | None


def gathered(
    probe: Probe,
    standing: Standing,
    asked: Asked,
    chosen: Chosen,
    sample: tuple[float, float],
    *,
    speaks: bool,
    seal: Seal,
) -> Evidence:
    """The evidence of chosen rows; `speaks`: somebody who is asked for does."""
    rows = chosen.rows
    order, counted = counted_first(asked.holders)
    before, after = _links(rows, chosen.beside)
    return Evidence(
        numbers=_ints([row.number for row in rows]),
        proposed=np.array([row.number in chosen.proposed for row in rows], np.bool_),
        dense=_floats([chosen.cosines[row.number] for row in rows]),
        mean=sample[0],
        spread=sample[1],
        frequencies=_frequencies(rows, [asked.words[at] for at in order[:counted]], seal),
        holders=_floats([asked.holders[at] for at in order]),
        count=standing.memories,
        lengths=_floats([row.length for row in rows]),
        average=standing.words / max(standing.memories, 1),
        before=before,
        after=after,
        session=_coded([row.session for row in rows]),
        voice=_coded([row.voice for row in rows]),
        traits=_ints([row.traits for row in rows]),
        named=_floats([_named(row, speaks=speaks) for row in rows]),
        assistant=np.array([row.side == ASSISTANT for row in rows], np.bool_),
        user=np.array([row.side == USER for row in rows], np.bool_),
        kind=_ints([row.kind for row in rows]),
        days=_floats([row.happened for row in rows]) / MICROSECONDS_PER_DAY,
        retention=_retention(rows, probe),
        importance=_floats([row.importance for row in rows]),
        trust=_floats([TRUSTS[row.trust].weight / len(Trust) for row in rows]),
    )


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, np.int64)


def _floats(values: Sequence[float]) -> Floats:
    return np.array(values, np.float64)


def _coded(tokens: Sequence[int | None]) -> Ints:
    """Small numbers for tokens, -1 for none."""
    codes: dict[int | None, int] = {None: -1}
    return _ints([codes.setdefault(token, len(codes) - 1) for token in tokens])


def _frequencies(rows: Sequence[Told], words: Sequence[int], seal: Seal) -> Floats:
    found = np.zeros((len(words), len(rows)))
    if not words:
        return found
    place_of = {word: place for place, word in enumerate(words)}
    for at, row in enumerate(rows):
        for word, frequency in zip(*words_of(row, seal), strict=True):
            place = place_of.get(word)
            if place is not None:
                found[place, at] = frequency
    return found


def _named(row: Told, *, speaks: bool) -> float:
    if row.named:
        return 1.0
    return -1.0 if speaks and row.spoken else 0.0


def _retention(rows: Sequence[Told], probe: Probe) -> Floats:
    if not rows:
        return np.zeros(0)
    elapsed = (microseconds(probe.now) - _ints([row.last_used for row in rows])) / (
        MICROSECONDS_PER_DAY
    )
    code_of = [probe.fading.policies.of(kind).policy.code for kind in KINDS]
    codes = _ints([code_of[row.kind] for row in rows])
    kept = retentions(elapsed, _floats([row.stability_days for row in rows]), codes)
    return np.where(np.array([row.pinned for row in rows]), 1.0, kept)


def _links(rows: Sequence[Told], beside: Sequence[Beside] | None) -> tuple[Ints, Ints]:
    """The places before and after each in its session; the number of places for none."""
    place_of = {row.number: place for place, row in enumerate(rows)}
    before, after = (np.full(len(rows), len(rows), np.int64) for _ in range(2))
    for chain in _chains(rows, beside):
        for one, other in pairwise(chain):
            if one in place_of and other in place_of:
                before[place_of[other]], after[place_of[one]] = place_of[one], place_of[other]
    return before, after


def _chains(rows: Sequence[Told], beside: Sequence[Beside] | None) -> list[list[int]]:
    """Numbers that follow each other without a gap, in order of their sessions."""
    told: dict[object, set[tuple[int, int]]] = {}
    if beside is None:
        for row in rows:
            if row.session is not None:
                told.setdefault(row.session, set()).add((row.happened, row.number))
    else:
        happened = {row.number: row.happened for row in rows}
        for one in beside:
            run = told.setdefault(one.seed, {(happened[one.seed], one.seed)})
            run.add((one.happened, one.number))
    return [[number for _, number in sorted(run)] for run in told.values()]
