"""The audit log on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from memsvc.api.wire.values import INT64, PAGE_LIMIT, Wire
from memsvc.core.audit import CHECKPOINT, Action

DIGEST = "3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea"


class AuditQuery(Wire):
    """Which records to list."""

    after: Annotated[int, Field(ge=0, lt=INT64)] = Field(
        0, description="Only records after this place.", examples=[0]
    )
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = Field(
        100, description="Records at most, 1 to 500.", examples=[100]
    )
    action: Action | None = Field(
        None,
        description="Only of this action. The chain can be checked over all actions alone.",
        examples=["forget.closed"],
    )


class AuditRecord(Wire):
    """One record of the audit log.

    `digest` is SHA-256 of the 32 bytes of the digest before (zeros before place 1) and the RFC 8785
    JSON of the record with `tenant`, without `agent_id` and `digest`.
    """

    place: int = Field(description="Its place in the log, from 1, without gaps.", examples=[17])
    at: datetime = Field(description="When it was written.", examples=["2026-01-31T12:00:00Z"])
    actor: str = Field(
        description="Id of the API key; `memsvc`: the service by itself; `terminal`: a command "
        "beside it; `no-auth`: anybody, while keys were off.",
        examples=["9f1c2d3e4a5b6c7d"],
    )
    action: str = Field(description="What was done.", examples=["key.issued"])
    target: str | None = Field(
        description="Id of the request or key that it was done to.", examples=["0a1b2c3d4e5f6071"]
    )
    agent_token: str | None = Field(
        description="Stands for the agent, also after that is gone.",
        examples=["8b1a9953c4611296a827abf8c47804d7"],
    )
    agent_id: str | None = Field(
        description="The agent, while it exists. Shown beside the record, not covered by `digest`.",
        examples=["support"],
    )
    detail: dict[str, bool | int | str | list[bool | int | str]] = Field(
        description="Numbers and codes.", examples=[{"role": "agent"}]
    )
    digest: str = Field(description="Digest of the chain up to here, in hex.", examples=[DIGEST])


class AuditAnswer(Wire):
    """A page of the audit log, oldest first."""

    records: list[AuditRecord] = Field(description="The records.", examples=[[]])
    next_after: int | None = Field(
        description="Pass as `after` for the next page; null at the end.", examples=[None]
    )


class CheckpointAnswer(Wire):
    """Where the audit log stands, signed.

    The signature is over the RFC 8785 JSON of this answer without `public_key` and `signature`.
    Keep it elsewhere: with it a later reader knows that nothing up to this place was changed.
    """

    format: str = Field(description="What is signed, and its version.", examples=[CHECKPOINT])
    tenant: str = Field(description="Whose log it is.", examples=["default"])
    place: int = Field(description="Place of the last record, 0 for an empty log.", examples=[17])
    digest: str = Field(description="Digest of the last record, in hex.", examples=[DIGEST])
    at: datetime = Field(description="When it was signed.", examples=["2026-01-31T12:00:00Z"])
    public_key: str = Field(
        description="Ed25519 public key, base64url; `memsvc keys signing` prints it, too.",
        examples=["11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"],
    )
    signature: str = Field(
        description="Ed25519 signature, base64url.",
        examples=[
            "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc-bRr0lv18FlbviRlUUFDjnoQCw"
        ],
    )
