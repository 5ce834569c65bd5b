"""The hygiene report on the wire."""

from __future__ import annotations

from pydantic import Field

from memsvc.api.wire.values import Wire


class ListedWire(Wire):
    """A finding."""

    count: int = Field(description="Memories.", examples=[2])
    ids: list[str] = Field(description="Ids of the oldest, 50 at most.", examples=[["turn-17"]])


class GroupedWire(Wire):
    """Memories that belong together."""

    groups: int = Field(description="Groups.", examples=[1])
    memories: int = Field(description="Memories in all groups.", examples=[2])
    ids: list[list[str]] = Field(
        description="Ids, group by group, 50 at most.", examples=[[["turn-17", "turn-21"]]]
    )


class DuplicatesWire(Wire):
    """What active memories of the same people say more than once."""

    exact: GroupedWire = Field(description="The same words of the same speaker.")
    near: GroupedWire = Field(
        description="Nearly the same words: they differ in articles, interjections or in who "
        "tells it."
    )


class UnusedWire(Wire):
    """Active memories older than 30 days that were never used, by kind."""

    episodic: ListedWire = Field(description="Events.")
    semantic: ListedWire = Field(description="Facts.")
    procedural: ListedWire = Field(description="Behaviors.")


class RecallWire(Wire):
    """How uses spread over active memories."""

    used: int = Field(description="Memories that were ever used.", examples=[120])
    concentration: float = Field(
        description="Gini coefficient of uses: 0 where all are used alike, near 1 where a few "
        "have all uses.",
        examples=[0.42],
    )


class SecretsWire(ListedWire):
    """What looks like a secret, in memories of whatever status."""

    api_key: int = Field(description="With an API key or access token.", examples=[1])
    private_key: int = Field(description="With a private key.", examples=[0])
    password: int = Field(description="With a password.", examples=[1])
    credit_card: int = Field(description="With the number of a payment card.", examples=[0])
    jwt: int = Field(description="With a JSON Web Token.", examples=[0])


class HygieneAnswer(Wire):
    """What should be looked after among an agent's memories."""

    memories: int = Field(description="Memories that were looked at.", examples=[5000])
    duplicates: DuplicatesWire = Field(description="What stands more than once.")
    never_used: UnusedWire = Field(description="What may be of no use.")
    recall: RecallWire = Field(description="Whether uses are locked onto a few memories.")
    recall_loops: GroupedWire = Field(
        description="What the agent has said three times or more: it may be feeding on its own "
        "memories."
    )
    secrets: SecretsWire = Field(description="What may not belong here.")
    expiring: ListedWire = Field(description="What is erased within 7 days.")
    damaged: ListedWire = Field(description="What does not open with its key.")
