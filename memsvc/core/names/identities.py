"""A person's identities in a text: addresses and ids, on boundaries, whatever their case."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from memsvc.core.names.addresses import Address, AddressKind, mailbox
from memsvc.core.names.phone_numbers import Number, numbers_in, phone_number, same_number
from memsvc.core.names.written import is_inside, lowered
from memsvc.core.people import looks_like_a_name, name_key

Spot = tuple[int, int, float]
"""Start, end, confidence."""

CERTAIN, SURE, AS_A_NAME, AS_A_NUMBER, HARDLY = 1.0, 0.95, 0.6, 0.3, 0.1
SHORT_ID = 6
"""An id of fewer signs stands in texts by chance."""


class Identities(NamedTuple):
    """A person's identities by how they are looked for.

    `ids`: in small letters, with the confidence of a find; `called`: those that are names at best.
    """

    mailboxes: frozenset[tuple[str, str]]
    numbers: tuple[Number, ...]
    ids: tuple[tuple[str, float], ...]
    called: tuple[str, ...]
    exact: frozenset[str]


def sorted_out(identities: Iterable[str]) -> Identities:
    """Identities by their kinds."""
    given = [one.strip() for one in identities if one.strip()]
    mailboxes, numbers, ids, called = [], [], {}, []
    for one in given:
        number = phone_number(one)
        if looks_like_a_name(one):
            called.append(one)
            continue
        if one.count("@") == 1 and not one.startswith("@") and " " not in one:
            mailboxes.append(mailbox(one))
        if number is not None:
            numbers.append(number)
        for form in ("NFC", "NFD"):
            ids[lowered(unicodedata.normalize(form, one))] = _confidence(one)
    exact = frozenset(one.casefold() for one in given)
    return Identities(
        frozenset(mailboxes), tuple(numbers), tuple(ids.items()), tuple(called), exact
    )


def is_identity(value: str, identities: Identities) -> bool:
    """Whether a user id or subject id is one of these."""
    if value.strip().casefold() in identities.exact:
        return True
    number = phone_number(value)
    if number is None:
        return "@" in value and mailbox(value) in identities.mailboxes
    return any(same_number(number, one) == CERTAIN for one in identities.numbers)


def identity_spots(text: str, identities: Identities) -> Iterator[Spot]:
    """Where ids and telephone numbers stand; spots may overlap."""
    yield from numbers_in(text, identities.numbers)
    small = lowered(text)
    for id_, confidence in identities.ids:
        at = small.find(id_)
        while at >= 0:
            end = at + len(id_)
            if not _joined_before(text, at) and not _joined_behind(text, end):
                yield at, end, confidence
            at = small.find(id_, end)


def address_confidence(address: Address, identities: Identities) -> float:
    """How sure an address is one of the identities; 0 where it is none."""
    if address.kind is AddressKind.EMAIL:
        box = mailbox(address.written)
        if box in identities.mailboxes:
            return CERTAIN
        return AS_A_NAME if box[0] in identities.exact else 0.0
    wanted = identities.exact
    if address.kind is AddressKind.HANDLE:
        handle = address.written[1:].casefold()
        found = handle in wanted or address.written.casefold() in wanted
        return (AS_A_NAME if len(handle) < SHORT_ID else SURE) if found else 0.0
    return 0.0


def _confidence(id_: str) -> float:
    """Of finding this id: short and plain ones stand in texts for other things."""
    signs = sum(map(str.isalnum, id_))
    if "@" in id_:
        return CERTAIN
    if id_.isdecimal():
        if len(id_) > SHORT_ID:
            return SURE
        return {SHORT_ID: AS_A_NAME}.get(len(id_), AS_A_NUMBER if len(id_) >= 4 else HARDLY)
    if not any(map(str.isalnum, id_)) or len(name_key(id_)) < 2:
        return HARDLY
    return SURE if signs >= SHORT_ID else AS_A_NAME


def _joined_before(text: str, start: int) -> bool:
    """Whether what begins here goes on from before: "xu1", "bug-u1", "a.u1"."""
    if is_inside(text, start - 1):
        return True
    return start > 1 and text[start - 1] in ".-+'" and is_inside(text, start - 2)


def _joined_behind(text: str, end: int) -> bool:
    """Whether what ends here goes on: "u12", "u1-2", "u1@…", "…example.org.uk"."""
    if is_inside(text, end) or text[end : end + 1] == "@":
        return True
    if text[end : end + 1] not in {".", "-", "+"} or not is_inside(text, end + 1):
        return False
    # A sentence may begin without a space.
    return text[end] != "." or not text[end + 1].isupper()
