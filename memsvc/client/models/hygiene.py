"""The hygiene report."""

from __future__ import annotations

from memsvc.client.models.answer import Answer


class Listed(Answer):
    """A finding."""

    count: int
    ids: list[str]


class Grouped(Answer):
    """Memories that belong together."""

    groups: int
    memories: int
    ids: list[list[str]]


class Duplicates(Answer):
    """What active memories of the same people say more than once."""

    exact: Grouped
    near: Grouped


class Unused(Answer):
    """Active memories older than 30 days that were never used, by kind."""

    episodic: Listed
    semantic: Listed
    procedural: Listed


class Recall(Answer):
    """How uses spread over active memories."""

    used: int
    concentration: float


class Secrets(Answer):
    """What looks like a secret, in memories of whatever status."""

    count: int
    ids: list[str]
    api_key: int
    private_key: int
    password: int
    credit_card: int
    jwt: int


class Hygiene(Answer):
    """What should be looked after among an agent's memories."""

    memories: int
    duplicates: Duplicates
    never_used: Unused
    recall: Recall
    recall_loops: Grouped
    secrets: Secrets
    expiring: Listed
    damaged: Listed
