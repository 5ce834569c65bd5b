"""Keys, the audit log, health."""

from __future__ import annotations

from datetime import datetime

from memsvc.client.models.answer import Answer, Open
from memsvc.client.words import KeyRole


class KeyCard(Answer):
    """What is known of a key, without the key."""

    id: str
    role: Open[KeyRole]
    agents: str
    name: str
    created_at: datetime
    expires_at: datetime | None


class NewKey(Answer):
    """A new key: the only answer that ever holds it."""

    id: str
    role: Open[KeyRole]
    agents: str
    name: str
    created_at: datetime
    expires_at: datetime | None
    key: str


class KeyList(Answer):
    """The tenant's living keys."""

    keys: list[KeyCard]


class AuditRecord(Answer):
    """One record of the audit log."""

    place: int
    at: datetime
    actor: str
    action: str
    target: str | None
    agent_token: str | None
    agent_id: str | None
    detail: dict[str, bool | int | str | list[bool | int | str]]
    digest: str


class AuditPage(Answer):
    """A page of the audit log, oldest first."""

    records: list[AuditRecord]
    next_after: int | None


class Checkpoint(Answer):
    """Where the audit log stands, signed."""

    format: str
    tenant: str
    place: int
    digest: str
    at: datetime
    public_key: str
    signature: str


class Health(Answer):
    """The process answers."""

    status: str
    version: str


class Readiness(Answer):
    """Whether it can serve."""

    status: str
