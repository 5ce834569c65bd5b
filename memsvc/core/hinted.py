"""Statements beside each other: what some only hint at is told by what others were read to say.

A hint counts where another statement was read to fill the slot: that one vouches for the subject
and the relation, and the values that it and others had before are not the one that is hinted at.
Whoever tells of a change and names what another was read to say ends that, whatever came instead.
It is a fold over the statements that there are, so that neither order nor what is gone matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from memsvc.core.frames import Frame
from memsvc.core.frames.hints import Hint
from memsvc.core.frames.replaced import replaces, value_of
from memsvc.core.frames.same import same_value
from memsvc.core.memory import Cardinality, Memory
from memsvc.core.statements import Slot, Statement

Read = Mapping[Slot, Sequence[tuple[datetime, Frame, Memory]]]
"""By slot what statements were read to say of it, and since when."""

SOMETHING_ELSE = "\x00"
"""The value of what was replaced by nobody knows what."""


def beside_each_other(statements: Iterable[Statement]) -> list[Statement]:
    """The statements in their order, with what they hint at among their slots."""
    given = list(statements)
    if not any(one.hints or one.former for one in given):
        return given
    read: dict[Slot, list[tuple[datetime, Frame, Memory]]] = {}
    for one in given:
        for slot, frame in one.slots.items():
            read.setdefault(slot, []).append((one.since, frame, one.memory))
    return [_beside(one, read) if one.hints or one.former else one for one in given]


def _beside(one: Statement, read: Read) -> Statement:
    found: dict[Slot, Frame] = {}
    for hint in one.hints:
        slot = (one.memory.user_id, hint.subject, hint.relation)
        if slot in read and slot not in one.slots and slot not in found:
            before = [frame for since, frame, _ in read[slot] if since <= one.since]
            value = _value(hint, before)
            if value is not None:
                found[slot] = _frame(hint, value)
    if one.former:
        found = {**_replaced(one, read), **found}
    if not found:
        return one
    return replace(one, slots={**one.slots, **found}, hinted=frozenset(found))


def _replaced(one: Statement, read: Read) -> dict[Slot, Frame]:
    """Slots whose former value a statement says to hold no more."""
    return {
        slot: Frame(frame.subject, frame.relation, SOMETHING_ELSE, first_person=frame.first_person)
        for slot, told in read.items()
        if slot[0] == one.memory.user_id and slot not in one.slots
        for since, frame, memory in told
        if since <= one.since
        and memory.number != one.number
        and not frame.negated
        and frame.cardinality is Cardinality.ONE
        and value_of(frame) in one.former
        and replaces(one.memory.content, frame, memory.content)
    }


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
