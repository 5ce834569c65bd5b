"""People whose data is held."""

from __future__ import annotations

from typing import Literal

from memsvc.client.models.answer import Answer, Open


class Aliases(Answer):
    """By how much the person is known now."""

    identities: int
    names: int


class Subject(Answer):
    """By what the person is known."""

    subject_ids: list[str]
    names: list[str]
    restriction_id: str | None


class Rectified(Answer):
    """What became of one correction."""

    agent_id: str
    memory_id: str
    status: Open[Literal["rectified", "not_found"]]


class RectifyAnswer(Answer):
    """One result per correction, in the order they were given."""

    results: list[Rectified]


class Restriction(Answer):
    """Whether the person is restricted now."""

    restricted: bool
    memories: int
    id: str | None


class Readmitted(Answer):
    """How much may be written again."""

    lifted: int
