"""Ids as the client of mem0 knows them: they say which agent has the memory.

Its routes by id name no agent. So the id of a memory of the default agent is the memory's own, and
any other is `agent~id`, the agent's bytes outside of `A-Z a-z 0-9 . _ -` written `=XX`: it stands
in a path as it is, whether or not a client quotes it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from memsvc.api.wire.values import AGENT_PATTERN, ID_PATTERN
from memsvc.errors import NotFound

BETWEEN = "~"
OUTER_PATTERN = r"^[^\x00-\x1f\x7f/]{1,4096}$"

_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
_ESCAPED = re.compile(rb"=([0-9A-F]{2})")
_AGENT = re.compile(AGENT_PATTERN)
_ID = re.compile(ID_PATTERN)


class Place(NamedTuple):
    """Where a memory is."""

    agent_id: str
    memory_id: str


def outer(place: Place, default: str) -> str:
    """The id to hand out."""
    if place.agent_id == default and BETWEEN not in place.memory_id:
        return place.memory_id
    agent = "".join(
        chr(byte) if byte in _PLAIN else f"={byte:02X}" for byte in place.agent_id.encode()
    )
    return f"{agent}{BETWEEN}{place.memory_id}"


def inner(id_: str, default: str) -> Place:
    """What an id means; raises NotFound for one that was never handed out."""
    agent, between, memory_id = id_.partition(BETWEEN)
    if not between:
        agent_id, memory_id = default, id_
    else:
        try:
            agent_id = _ESCAPED.sub(
                lambda found: bytes([int(found[1], 16)]), agent.encode()
            ).decode()
        except UnicodeDecodeError:
            agent_id = ""
    place = Place(agent_id, memory_id)
    if not (_AGENT.search(agent_id) and _ID.search(memory_id)) or outer(place, default) != id_:
        raise NotFound("No such memory, or not one this key may use.")
    return place
