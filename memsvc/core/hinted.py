"""Statements beside each other: what some only hint at is told by what others were read to say.

A hint counts where another statement was read to fill the slot: that one vouches for the subject
and the relation, and the values that it and others had before are not the one that is hinted at. It
is a fold over the statements that there are, so that neither order nor what is gone matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from memsvc.core.frames import Frame
from memsvc.core.frames.hints import Hint
from memsvc.core.frames.same import same_value
from memsvc.core.statements import Slot, Statement

Read = Mapping[Slot, Sequence[tuple[datetime, Frame]]]
"""By slot what statements were read to say of it, and since when."""


def beside_each_other(statements: Iterable[Statement]) -> list[Statement]:
    """The statements in their order, with what they hint at among their slots."""
    given = list(statements)
    if not any(one.hints for one in given):
        return given
    read: dict[Slot, list[tuple[datetime, Frame]]] = {}
    for one in given:
        for slot, frame in one.slots.items():
            read.setdefault(slot, []).append((one.since, frame))
    return [_beside(one, read) if one.hints else one for one in given]


def _beside(one: Statement, read: Read) -> Statement:
    found: dict[Slot, Frame] = {}
    for hint in one.hints:
        slot = (one.memory.user_id, hint.subject, hint.relation)
        if slot in read and slot not in one.slots and slot not in found:
            value = _value(hint, [frame for since, frame in read[slot] if since <= one.since])
            if value is not None:
                found[slot] = _frame(hint, value)
    if not found:
        return one
    return replace(one, slots={**one.slots, **found}, hinted=frozenset(found))


def _value(hint: Hint, before: Sequence[Frame]) -> str | None:
    """The one value that is hinted at; None where that is open."""
    if len(hint.values) == 1:
        return hint.values[0]
    new = [
        value
        for value in hint.values
        if not any(same_value(frame, _frame(hint, value)) for frame in before)
    ]
    return new[0] if len(new) == 1 else None


def _frame(hint: Hint, value: str) -> Frame:
    return Frame(hint.subject, hint.relation, value)
