"""One memory as a row of an index that lies in a database.

What filters and rankings compare is a number, a time, or a token: 64 bits of a keyed hash, as
`TokenOf` gives them. Times are microseconds since 1970. Kind, status, trust and channel are their
places in their enums.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import NamedTuple, Protocol


class TokenOf(Protocol):
    """A keyed hash of some parts: a whole number of 64 bits with a sign."""

    def __call__(self, *parts: str | int) -> int:
        """Equal for equal parts, and hardly ever for others."""
        ...


class IndexRow(NamedTuple):
    """The columns of the memories of one agent, in their order.

    `began`, `happened` and `last_used` are computed of the other times: since when it is true, when
    it happened or was written, and from when on it fades. `marks` are tokens of people, session,
    tags and metadata; `words` those of the stems of the text, each once, with their `frequencies`,
    None where they are sealed. `sealed` is what no token can answer for.
    """

    number: int
    id: int
    kind: int
    status: int
    trust: int
    channel: int
    event_time: int | None
    created_at: int
    updated_at: int
    last_used_at: int | None
    valid_from: int | None
    valid_to: int | None
    expires_at: int | None
    superseded_at: int | None
    began: int
    happened: int
    last_used: int
    importance: float
    confidence: float
    use_count: float
    stability_days: float
    pinned: bool
    session: int | None
    voice: int | None
    spoken: bool
    side: int
    traits: int
    draw: int
    likeness: int
    gist: int | None
    slots: Sequence[int] | None
    marks: Sequence[int]
    length: int
    words: Sequence[int] | None
    frequencies: Sequence[int] | None
    sealed: bytes


class Told(NamedTuple):
    """What a ranking asks of a row: those columns, and whether it is of people asked for.

    `sealed` is empty where the words are not.
    """

    number: int
    kind: int
    trust: int
    happened: int
    last_used: int
    importance: float
    stability_days: float
    pinned: bool
    session: int | None
    voice: int | None
    spoken: bool
    side: int
    traits: int
    length: int
    words: Sequence[int] | None
    frequencies: Sequence[int] | None
    sealed: bytes
    named: bool


class Standing(NamedTuple):
    """Where the index of an agent stands: its sequence, and what it holds in all.

    `has_graph`: whether there is a graph over its pieces.
    """

    sequence: int
    memories: int
    words: int
    pieces: int
    has_graph: bool


class NameCount(NamedTuple):
    """A name, by its token and that of its first word, and how many speak by it or else bear it.

    `sealed` is the name itself. As a change, the counts are what is to be added.
    """

    name: int
    first: int
    sealed: bytes
    speakers: int
    others: int


def metadata_parts(value: object) -> tuple[str | int, ...] | None:
    """What the token of a single value of metadata is made of; None where none is equal to it.

    The same for values that are equal: 1 and 1.0, but not true.
    """
    if isinstance(value, float):
        if math.isnan(value):
            return None
        if value.is_integer():
            value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return ("number", hex(value))
    if isinstance(value, float):
        return ("number", repr(value))
    return ("text", value) if isinstance(value, str) else ("constant", json.dumps(value))
