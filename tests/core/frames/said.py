"""Statements for the tests of frames."""

from __future__ import annotations

from memsvc.core.frames import Frame, Relation, frames_of, relation
from memsvc.core.memory import Cardinality, Draft

USER = "u1"


def told(content: str, **more: str | None) -> list[tuple[str, str, str]]:
    """Subject, relation and value of what a statement says of one current value."""
    return [
        (frame.subject, frame.relation, frame.value)
        for frame in read(content, **more)
        if frame.cardinality is Cardinality.ONE and not frame.negated
    ]


def read(content: str, **more: str | None) -> tuple[Frame, ...]:
    return frames_of(Draft(content=content, **{"user_id": USER} | more))  # type: ignore[arg-type]


def stand(one: str, other: str) -> Relation:
    """How two statements of one user stand to each other."""
    return relation(read(one), read(other))
