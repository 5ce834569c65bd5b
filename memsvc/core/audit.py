"""The audit log: who did what, in a chain that cannot be altered, shortened or reordered unseen.

A record holds numbers, codes, times and random ids, never content, identities or names. Records of
a tenant are numbered from 1 without gaps; each one's digest covers the digest before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from memsvc.core.canonical import canonical, instant, instant_in

SERVICE = "memsvc"
"""The actor of what the service does by itself."""
TERMINAL = "terminal"
"""The actor of commands given beside the service, which ask for no key."""

START = bytes(32)
"""What the first record's digest follows."""

CHECKPOINT = "memsvc audit checkpoint 1"
"""Says what is signed, so that nothing else that is signed can pass for it."""

_CODE = re.compile(r"[a-z0-9_.-]{1,64}")
_ID = re.compile(r"[A-Za-z0-9._:@+=~-]{1,128}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LARGEST = 2**53 - 1  # which JSON tells apart from its neighbours


class Action(StrEnum):
    """What was done."""

    FORGET_RECEIVED = "forget.received"
    FORGET_CONFIRMED = "forget.confirmed"
    FORGET_RESTRICTED = "forget.restricted"
    FORGET_ERASED = "forget.erased"
    FORGET_PURGED = "forget.purged"
    FORGET_VERIFIED = "forget.verified"
    FORGET_CLOSED = "forget.closed"
    FORGET_HELD = "forget.held"
    FORGET_RELEASED = "forget.released"
    FORGET_REJECTED = "forget.rejected"
    FORGET_EXTENDED = "forget.extended"
    FORGET_CANCELLED = "forget.cancelled"
    FORGET_FAILED = "forget.failed"
    FORGET_PARTIAL = "forget.partial"
    FORGET_ALARM = "forget.alarm"
    FORGET_REFUSED = "forget.refused"
    MEMORY_ERASED = "memory.erased"
    MEMORY_RELEASED = "memory.released"
    MEMORY_RESTORED = "memory.restored"
    CONFLICT_RESOLVED = "conflict.resolved"
    SUBJECT_EXPORTED = "subject.exported"
    SUBJECT_RECTIFIED = "subject.rectified"
    SUBJECT_RESTRICTED = "subject.restricted"
    SUBJECT_UNRESTRICTED = "subject.unrestricted"
    SUBJECT_ALIASED = "subject.aliased"
    SUBJECT_READMITTED = "subject.readmitted"
    SOURCE_MARKED = "source.marked"
    SOURCE_UNMARKED = "source.unmarked"
    SOURCE_ROLLED_BACK = "source.rolled_back"
    AGENT_CONFIGURED = "agent.configured"
    KEY_ISSUED = "key.issued"
    KEY_REVOKED = "key.revoked"


Code = bool | int | str
"""A number, a flag, or a text of 1 to 64 of `a-z 0-9 _ . -`."""
Detail = Mapping[str, Code | Sequence[Code]]
"""What a record says beside its action, each under a name that is a code."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something to be recorded: who did it, what, to which id, to which agent, how much.

    `actor` is the id of an API key, `SERVICE` or `TERMINAL`; `target` the id of a request or key.
    ValueError for an id that is none and for a detail that is neither number nor code; whoever
    gives one must still see to it that the code is not somebody's name.
    """

    actor: str
    action: Action
    target: str | None = None
    agent_key: int | None = None
    detail: Detail = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not all(_ID.fullmatch(one) for one in (self.actor, self.target) if one is not None):
            raise ValueError("actor and target of an audit record are ids")
        if not all(_CODE.fullmatch(name) and _told(one) for name, one in self.detail.items()):
            raise ValueError("the detail of an audit record holds numbers and codes only")


def _told(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(_is_code(one) for one in value)
    return _is_code(value)


def _is_code(value: object) -> bool:
    if isinstance(value, str):
        return _CODE.fullmatch(value) is not None
    return isinstance(value, int) and abs(value) <= _LARGEST


@dataclass(frozen=True, slots=True)
class Record:
    """One record as its digest covers it.

    `agent_token` stands for the agent, in this tenant alone, and says nothing of it. Nothing is
    checked here: a record that was tampered with has to be read to be found.
    """

    tenant: str
    place: int
    at: datetime
    actor: str
    action: str
    target: str | None
    agent_token: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A record in its chain: with its digest, and the id of its agent while there is one."""

    record: Record
    digest: bytes
    agent_id: str | None = None


def content(record: Record) -> dict[str, Any]:
    """The record as a JSON object, its tenant included."""
    return {
        "tenant": record.tenant,
        "place": record.place,
        "at": instant(record.at),
        "actor": record.actor,
        "action": record.action,
        "target": record.target,
        "agent_token": record.agent_token,
        "detail": dict(record.detail),
    }


def digest(before: bytes, record: Record) -> bytes:
    """SHA-256 of the digest before (32 bytes) and the record in canonical JSON; ValueError."""
    return sha256(before + canonical(content(record))).digest()


def fault(entries: Iterable[Entry], before: bytes | None = None) -> str | None:
    """What breaks a chain first; None for an unbroken one.

    `before` is the digest that precedes the first entry. Without it a sequence that begins later
    than at place 1 begins at a record that is taken at its word.
    """
    place: int | None = None
    for entry in entries:
        at = entry.record.place
        if place is None and before is None and at == 1:
            before = START
        elif place is not None and at != place + 1:
            return f"place {at} comes after place {place}"
        if before is not None and not _follows(before, entry):
            return f"the record of place {at} is not the one that was written there"
        place, before = at, entry.digest
    return None


def _follows(before: bytes, entry: Entry) -> bool:
    try:
        return digest(before, entry.record) == entry.digest
    except ValueError:  # something that no record was ever made of
        return False


def checkpoint(tenant: str, place: int, digest: str, at: datetime) -> dict[str, Any]:
    """What is signed of a chain that ends, for now, at this place with this digest (hex)."""
    return {
        "format": CHECKPOINT,
        "tenant": tenant,
        "place": place,
        "digest": digest,
        "at": instant(at),
    }


def entries_in(tenant: str, values: Iterable[Any]) -> list[Entry]:
    """The entries of saved JSON values: records, pages of them, or lists of either.

    ValueError for anything else.
    """
    listed = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return [_entry(tenant, one) for value in listed for one in _records(value)]


def _records(value: Any) -> Sequence[Any]:
    if isinstance(value, dict) and isinstance(value.get("records"), list):
        return list(value["records"])
    return [value]


_COVERED = {"place", "at", "actor", "action", "target", "agent_token", "detail"}


def _entry(tenant: str, value: Any) -> Entry:
    if not isinstance(value, dict) or value.keys() - {"agent_id"} != _COVERED | {"digest"}:
        raise ValueError("holds something that is no audit record")
    if not _DIGEST.fullmatch(str(value["digest"])) or type(value["place"]) is not int:
        raise ValueError("holds an audit record without place or digest")
    if not isinstance(value["at"], str) or not isinstance(value["detail"], dict):
        raise ValueError("holds an audit record without time or detail")
    covered = {name: value[name] for name in _COVERED} | {"at": instant_in(value["at"])}
    # `agent_id` is shown beside the record: no digest covers it.
    return Entry(Record(tenant, **covered), bytes.fromhex(value["digest"]))
