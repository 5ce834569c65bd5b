"""Slots: what holds one current value; and how two statements stand to each other by them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from memsvc.core.frames.frame import OPEN, Frame, Relation
from memsvc.core.frames.same import refines, same_value
from memsvc.core.memory import Cardinality, Draft, Memory

_IS, _WAS = 0b010, 0b100
_VALUE = _IS | _WAS
"""Bits of a key that stands for a value, and not for a slot: one that holds, one that did."""
_SMALL = frozenset("of the for in on at a an and to 's".split())  # noqa: SIM905


def slots_of(statement: Draft | Memory, frames: Sequence[Frame]) -> tuple[int, ...]:
    """Keys of the slots that a statement's frames fill, each a signed 64-bit number.

    Equal in every process for the same user, subject and relation; frames of cardinality many
    have none. In the order of the frames, each once.
    """
    user = statement.user_id or ""
    return tuple(
        dict.fromkeys(
            _key(user, *named(frame)) & ~_VALUE
            for frame in frames
            if frame.cardinality is Cardinality.ONE
        )
    )


def value_keys(statement: Draft | Memory, values: Iterable[str], *, holding: bool) -> list[int]:
    """Keys of values that a statement gives, or says to hold no more.

    Who says that a value holds no more seeks who says that it does, and the other way round.
    """
    user, bit = statement.user_id or "", _IS if holding else _WAS
    return [_key(user, value) & ~_VALUE | bit for value in values]


def is_slot(key: int) -> bool:
    """Whether a key is one of a slot, and not of a value."""
    return not key & _VALUE


def sought(key: int) -> int:
    """What is to be looked up for a key: the same slot, or the opposite of what is said of a value.

    It leads back to the key.
    """
    return key ^ _VALUE if key & _VALUE else key


def things(keys: Iterable[int], *, with_values: bool) -> list[int]:
    """What keys are about, the same for both sides of what is looked up."""
    return [key | _VALUE if key & _VALUE else key for key in keys if with_values or is_slot(key)]


def takes_back(key: int) -> bool:
    """Whether a key is of a value that is said to hold no more."""
    return key & _VALUE == _WAS


def _key(*told: str) -> int:
    written = repr(told).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(written, digest_size=8).digest(), signed=True)


def named(frame: Frame) -> tuple[str, str]:
    """Subject and relation as the slot knows them.

    Of an open relation all words count alike: "the rate limit of the API", "the API's rate
    limit" and "API rate limit" are one.
    """
    if not frame.relation.startswith(OPEN):
        return frame.subject, frame.relation
    words, _, kind = frame.relation.removeprefix(OPEN).partition("@")
    mine = "I" if frame.first_person and not frame.subject else ""
    told = f"{frame.subject} {words}".replace("'s ", " ").split()
    bag = sorted({word.strip(",") for word in told} - _SMALL)
    return mine, f"{OPEN}{' '.join(bag)}@{kind}"


def between(one: Frame, other: Frame) -> Relation:
    """How two frames of the same user stand to each other."""
    if Cardinality.MANY in (one.cardinality, other.cardinality) or named(one) != named(other):
        return Relation.UNRELATED
    same = same_value(one, other)
    if one.negated and other.negated:
        return Relation.DUPLICATE if same else Relation.UNRELATED
    if one.negated or other.negated:
        return Relation.CONTRADICTS if same else Relation.UNRELATED
    if same:
        return Relation.DUPLICATE
    return Relation.UNRELATED if refines(one, other) else Relation.CONTRADICTS


def relation(one: Sequence[Frame], other: Sequence[Frame]) -> Relation:
    """How two statements of the same user stand to each other: a contradiction counts most."""
    found = {between(frame, another) for frame in one for another in other}
    for strongest in (Relation.CONTRADICTS, Relation.DUPLICATE):
        if strongest in found:
            return strongest
    return Relation.UNRELATED
