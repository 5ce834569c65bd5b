"""The id of an offer: all that its outcome needs to know of it, sealed.

So nothing is written when an offer is made. Only the service can make such an id or read one, and
it is good for the agent that it was made for alone.

The sealed bytes: a flag, 16 random ones, seconds since 1970 (5), the length of the task class (2)
and its UTF-8, then the offered numbers, best first, each in base 128 with the low digits first.
"""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from memsvc.runtime import Safe
from memsvc.sealing.aead import CannotOpen, context, open_sealed, seal
from memsvc.store.agents import Agent

ID_BYTES = 16
LASTS = timedelta(days=365)
"""How long the outcome of an offer can be told."""

_HEAD = struct.Struct(f">?{ID_BYTES}sBIH")
_MORE = 0x80


@dataclass(frozen=True, slots=True)
class OfferToken:
    """An offer: 16 random bytes, when it was made, for what, and what it held.

    `numbers` are those of the memories with the wordings, best first.
    """

    id: bytes
    at: datetime
    task_class: str
    held_out: bool
    numbers: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """By what draws and outcomes go."""
        return self.id.hex()


def sealed(safe: Safe, agent: Agent, token: OfferToken) -> str:
    """The offer's id for a caller: letters, digits, `-` and `_`; some 90 for five behaviors."""
    seconds = int(token.at.timestamp())
    named = token.task_class.encode("utf-8", "surrogatepass")
    head = _HEAD.pack(token.held_out, token.id, seconds >> 32, seconds & 0xFFFFFFFF, len(named))
    plain = head + named + b"".join(map(_digits, token.numbers))
    found = seal(_secret(safe, agent), plain, _context(agent))
    return base64.urlsafe_b64encode(found).decode().rstrip("=")


def read(safe: Safe, agent: Agent, offer_id: str, now: datetime) -> OfferToken | None:
    """The offer of an id; None for what is none, another agent's, or too long ago."""
    try:
        padded = offer_id + "=" * (-len(offer_id) % 4)
        found = base64.b64decode(padded, altchars=b"-_", validate=True)
        plain = open_sealed(_secret(safe, agent), found, _context(agent))
    except (ValueError, binascii.Error, CannotOpen):
        return None
    held_out, id_, high, low, length = _HEAD.unpack_from(plain)
    named, rest = plain[_HEAD.size :][:length], plain[_HEAD.size + length :]
    at = datetime.fromtimestamp(high << 32 | low, UTC)
    if now - at > LASTS:
        return None
    task_class = named.decode("utf-8", "surrogatepass")
    return OfferToken(id_, at, task_class, held_out, _numbers(rest))


def _secret(safe: Safe, agent: Agent) -> bytes:
    return safe.keyring.digest("offer", b"%d" % agent.agent_key)


def _context(agent: Agent) -> bytes:
    return context(agent.tenant, agent.agent_id, "offer")


def _digits(number: int) -> bytes:
    digits = bytearray()
    while number >= _MORE:
        digits.append(number % _MORE | _MORE)
        number //= _MORE
    digits.append(number)
    return bytes(digits)


def _numbers(digits: bytes) -> tuple[int, ...]:
    numbers, number, place = [], 0, 1
    for digit in digits:
        number += digit % _MORE * place
        place *= _MORE
        if digit < _MORE:
            numbers.append(number)
            number, place = 0, 1
    return tuple(numbers)
