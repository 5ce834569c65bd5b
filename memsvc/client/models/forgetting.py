"""Forget requests and receipts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from memsvc.client.models.answer import Answer, Open
from memsvc.client.params.ordering import Order
from memsvc.client.words import (
    DerivedRule,
    ForgetScope,
    OrderMode,
    Regulation,
    RequestStatus,
)


class Clocks(Answer):
    """When it came, and by when it has to be done."""

    received_at: datetime
    due_at: datetime
    restricted_at: datetime | None
    erased_at: datetime | None
    purged_at: datetime | None
    verified_at: datetime | None
    closed_at: datetime | None


class Stores(Answer):
    """What a request has done so far, store by store."""

    keys: int
    rows: dict[str, int]
    tombstones_until: datetime | None
    ledger_place: int | None
    unreadable: dict[str, Any]


class ForgetStep(Answer):
    """One step of a request."""

    name: str
    status: Open[Literal["done", "next", "waiting"]]
    at: datetime | None


class Waits(Answer):
    """What a request waits for."""

    code: str
    requests: list[str]


class ForgetRequest(Answer):
    """A forget request as it stands. What it says of people is sealed and not shown."""

    id: str
    status: Open[RequestStatus]
    scope: Open[ForgetScope]
    regulation: Open[Regulation]
    derived: Open[DerivedRule]
    mode: Open[OrderMode]
    extended: bool
    alarm: int
    clocks: Clocks
    counts: dict[str, int]
    stores: Stores
    steps: list[ForgetStep]
    waits_for: Waits | None
    verifier: dict[str, Any] | None


class ForgetRequestPage(Answer):
    """A page of forget requests, newest first."""

    forget_requests: list[ForgetRequest]
    next_cursor: str | None


class Mention(Answer):
    """A memory of others that names the person."""

    agent_id: str
    memory_id: str
    confidence: float
    excerpt: str
    action: Open[Literal["delete", "redact"]] | None


class DryRunIds(Answer):
    """Ids of one agent's memories by what would become of them."""

    agent_id: str
    erased: list[str]
    demoted: list[str]
    rederived: list[str]
    redacted: list[str]


class DryRun(Answer):
    """What an order would come to."""

    dry_run: bool
    counts: dict[str, int]
    agents: list[DryRunIds]
    complete: bool
    mentions: list[Mention]
    mentions_complete: bool
    mentions_next: str | None


class Candidate(Answer):
    """Somebody whom a name may mean."""

    written: str
    subject_id: str | None
    identities: list[str]
    names: list[str]


class Meant(Answer):
    """A memory that a request means."""

    agent_id: str
    memory_id: str
    excerpt: str
    score: float


class Preview(Answer):
    """What a request in plain words would come to; nothing was done."""

    understood: bool
    reason: str | None
    doubts: list[str]
    candidates: list[Candidate]
    proposal: Open[Order] | None
    counts: dict[str, int]
    certain: list[Meant]
    uncertain: list[Meant]
    mentions: list[Mention]
    complete: bool


class Signature(Answer):
    """Who signed a receipt."""

    algorithm: str
    public_key: str
    value: str


class Receipt(Answer):
    """A signed receipt: what was done and verified, without personal data."""

    receipt: dict[str, Any]
    signature: Signature
