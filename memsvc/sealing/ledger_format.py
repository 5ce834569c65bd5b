"""How the lines of the erasure ledger are written, and how one hangs on the one before.

JSON lines. The first names the database, every other one erasure: its place from 1 on without gap,
when, and numbers of what was erased. Each ends in a keyed digest of itself and of the digest
before: a line that was removed, moved, changed or comes from elsewhere breaks the chain.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

VERSION = 1
MAC_BYTES = 32
PURPOSE = "ledger"

Digest = Callable[[bytes], bytes]
"""32 bytes that nobody gives who has not the root key."""

_BEFORE_THE_FIRST = bytes(MAC_BYTES)
_MAC, _END = b',"mac":"', b'"}\n'
_TAIL_BYTES = len(_MAC) + 2 * MAC_BYTES + len(_END)


@dataclass(frozen=True, slots=True)
class Entry:
    """One erasure: where it stands, when it was, and what was erased, by number."""

    place: int
    at: datetime
    content: Mapping[str, Any]

    def is_same(self, other: Entry) -> bool:
        """Whether both tell of one erasure, perhaps at different places."""
        return self.at == other.at and self.content == other.content


@dataclass(frozen=True, slots=True)
class Link:
    """How far a chain goes: the place of its last entry, where that ends, and its digest."""

    place: int
    end: int
    mac: bytes


BEGINNING = Link(place=-1, end=0, mac=_BEFORE_THE_FIRST)
"""Before the first line, which stands at place 0."""


class Broken(Exception):
    """A line that does not hang on the one before."""


def first_line(digest: Digest, database: str) -> tuple[bytes, Link]:
    """The line that names the database, and the link it is."""
    return _chained(digest, BEGINNING, {"ledger": VERSION, "database": database})


def entry_line(digest: Digest, before: Link, entry: Entry) -> tuple[bytes, Link]:
    """The line of an entry, and the link it is; ValueError when it would leave a gap."""
    if entry.place != before.place + 1 or before.place < 0:
        raise ValueError("entries have no gap")
    body = {"place": entry.place, "at": entry.at.isoformat(), "content": dict(entry.content)}
    return _chained(digest, before, body)


def _chained(digest: Digest, before: Link, body: Mapping[str, Any]) -> tuple[bytes, Link]:
    written = orjson.dumps(body)[:-1]
    mac = digest(before.mac + written)
    line = written + _MAC + mac.hex().encode() + _END
    return line, Link(before.place + 1, before.end + len(line), mac)


def checked(digest: Digest, before: Link, line: bytes) -> Link:
    """The link that a whole line is; raises Broken."""
    written, tail = line[:-_TAIL_BYTES], line[-_TAIL_BYTES:]
    mac = digest(before.mac + written)
    if not hmac.compare_digest(tail, _MAC + mac.hex().encode() + _END):
        raise Broken
    return Link(before.place + 1, before.end + len(line), mac)


def database_in(line: bytes) -> str:
    """The database that a checked first line names; raises Broken for another version's."""
    body = orjson.loads(line)
    if body.get("ledger") != VERSION:
        raise Broken
    return str(body["database"])


def entry_in(line: bytes) -> Entry:
    """The entry of a checked line."""
    body = orjson.loads(line)
    return Entry(body["place"], datetime.fromisoformat(body["at"]), body["content"])
