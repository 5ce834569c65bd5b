"""Forget requests on the wire, as they stand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from memsvc.api.wire.forget_previews import MentionWire
from memsvc.api.wire.values import PAGE_LIMIT, JsonObject, Wire
from memsvc.core.forget_request import ForgetScope, Regulation, RequestStatus
from memsvc.core.order import Derived, OrderMode


class StepWire(Wire):
    """One step of a request."""

    name: str = Field(description="Its name.", examples=["shred"])
    status: Literal["done", "next", "waiting"] = Field(
        description="done, the one being worked at, or still to come.", examples=["done"]
    )
    at: datetime | None = Field(description="When it was done.", examples=["2026-01-31T12:00:00Z"])


class WaitsWire(Wire):
    """What a request waits for."""

    code: str = Field(
        description="held: other requests keep some of it; log_in_use: a reader holds the "
        "database's log, or an index that lies in it is read or built; others_write: what rests on "
        "it is changed while it is derived anew; or the code of an error.",
        examples=["held"],
    )
    requests: list[str] = Field(description="Requests that keep it.", examples=[["req-9"]])


class ClocksWire(Wire):
    """When it came, and by when it has to be done."""

    received_at: datetime = Field(
        description="When it was received.", examples=["2026-01-31T12:00:00Z"]
    )
    due_at: datetime = Field(
        description="By when it has to be closed.", examples=["2026-02-28T12:00:00Z"]
    )
    restricted_at: datetime | None = Field(
        description="Since when nobody is shown any of it.", examples=["2026-01-31T12:00:00Z"]
    )
    erased_at: datetime | None = Field(
        description="When the rows were gone.", examples=["2026-01-31T12:00:01Z"]
    )
    purged_at: datetime | None = Field(
        description="When files were purged.", examples=["2026-01-31T12:00:02Z"]
    )
    verified_at: datetime | None = Field(
        description="When it was verified.", examples=["2026-01-31T12:00:02Z"]
    )
    closed_at: datetime | None = Field(
        description="When the receipt was signed.", examples=["2026-01-31T12:00:03Z"]
    )


class StoresWire(Wire):
    """What a request has done so far, store by store."""

    keys: int = Field(description="Keys of memories destroyed.", examples=[14])
    rows: dict[str, int] = Field(
        description="Rows erased, by table.", examples=[{"memories": 14, "vectors": 14}]
    )
    tombstones_until: datetime | None = Field(
        description="Until when it cannot be written again.", examples=["2026-02-21T00:00:00Z"]
    )
    ledger_place: int | None = Field(
        description="Up to where the ledger outside backups told of it.", examples=[31]
    )
    unreadable: dict[str, Any] = Field(
        description="By store, `at` what time nothing erased could be read there any more; where "
        "that is not known, `once` something has happened.",
        examples=[{"rows": {"at": "2026-01-31T12:00:01Z"}}],
    )


class ForgetRequestWire(Wire):
    """A forget request as it stands. What it says of people is sealed and not shown."""

    id: str = Field(description="Its id.", examples=["req-2026-017"])
    status: RequestStatus = Field(description="How far it is.", examples=["restricted"])
    scope: ForgetScope = Field(description="What it selects by.", examples=["people"])
    regulation: Regulation = Field(description="Whose clock runs.", examples=["gdpr"])
    derived: Derived = Field(description="What becomes of the derived.", examples=["rederive"])
    mode: OrderMode = Field(description="At once, or once confirmed.", examples=["immediate"])
    extended: bool = Field(description="Whether its time was extended.", examples=[False])
    alarm: int = Field(
        description="50, 80 or 100 once so many percent of its time are used; else 0.",
        examples=[0],
    )
    clocks: ClocksWire = Field(description="Its times.")
    counts: dict[str, int] = Field(
        description="Memories by what becomes of them, and agents touched. `unredacted`, where "
        "there are any: those of the `redacted` in which nobody was found, and that were left.",
        examples=[{"agents": 1, "memories": 12, "derived": 2, "demoted": 1}],
    )
    stores: StoresWire = Field(description="What was done in each store.")
    steps: list[StepWire] = Field(description="Its steps, in order.", examples=[[]])
    waits_for: WaitsWire | None = Field(description="What it waits for.", examples=[None])
    verifier: JsonObject | None = Field(
        description="What the verifier found.", examples=[{"residue": 0}]
    )


class ForgetRequestPage(Wire):
    """A page of forget requests, newest first."""

    forget_requests: list[ForgetRequestWire] = Field(description="The requests.", examples=[[]])
    next_cursor: str | None = Field(
        description="Pass as `cursor` for the next page; null at the end.", examples=[None]
    )


class ForgetRequestQuery(Wire):
    """Which requests to list."""

    status: RequestStatus | None = Field(
        None, description="Only in this state.", examples=["restricted"]
    )
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = Field(
        50, description="Requests at most, 1 to 500.", examples=[50]
    )
    cursor: Annotated[str, StringConstraints(max_length=512)] | None = Field(
        None, description="`next_cursor` of the page before.", examples=[None]
    )


class DryRunIds(Wire):
    """Ids of one agent's memories by what would become of them."""

    agent_id: str = Field(description="The agent.", examples=["support"])
    erased: list[str] = Field(description="Erased.", examples=[["turn-17"]])
    demoted: list[str] = Field(description="Quarantined.", examples=[[]])
    rederived: list[str] = Field(description="Derived anew.", examples=[[]])
    redacted: list[str] = Field(description="Kept without the name.", examples=[[]])


class DryRunWire(Wire):
    """What an order would come to."""

    dry_run: Literal[True] = Field(description="Nothing was done.", examples=[True])
    counts: dict[str, int] = Field(
        description="Memories by what would become of them.",
        examples=[{"agents": 1, "memories": 12, "derived": 2, "demoted": 1}],
    )
    agents: list[DryRunIds] = Field(description="Which, by agent.", examples=[[]])
    complete: bool = Field(
        description="Whether all ids are named: they are up to 10,000.", examples=[True]
    )
    mentions: list[MentionWire] = Field(
        description="With `subject_ids`: memories of others that name them, which the order leaves "
        "as they are; the 200 surest.",
        examples=[[]],
    )
    mentions_complete: bool = Field(
        description="Whether there are no more: false with more than 200, with agents left, and "
        "with an agent of more than 20,000 memories, of whom only texts and speakers were looked "
        "at.",
        examples=[True],
    )
    mentions_next: str | None = Field(
        description="Pass as `mentions_after` to look at the agents left; null at the end.",
        examples=[None],
    )


class SignatureWire(Wire):
    """Who signed a receipt."""

    algorithm: Literal["Ed25519"] = Field(description="How it is signed.", examples=["Ed25519"])
    public_key: str = Field(
        description="The service's key for receipts, base64url.",
        examples=["VBncRN8rNAPgJOUthghdqJ7YzhOZNMdtg0oDcl6j1jQ"],
    )
    value: str = Field(
        description="Signature of the RFC 8785 JSON of `receipt`, base64url.",
        examples=["BW1yxz20ls8tbTY9_DO0mSz8MhpeZAe4pMWiSCvaqPGn6ieKtFI0dd"],
    )


class ReceiptWire(Wire):
    """A signed receipt: what was done and verified, without personal data."""

    receipt: dict[str, Any] = Field(
        description="What was done: counts, steps, times, when each store holds nothing readable "
        "any more, the verifier's figures, and the place in the audit log that precedes it.",
        examples=[{"request_id": "req-2026-017", "counts": {"memories": 12}}],
    )
    signature: SignatureWire = Field(description="Its signature.")
