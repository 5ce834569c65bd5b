"""A memory as an object of JSON, under the names that the API uses, and what that object means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from memsvc.core.memory import (
    Behavior,
    Cardinality,
    Channel,
    Fact,
    Kind,
    Memory,
    Status,
    Trust,
)
from memsvc.operations.exported_values import (
    count,
    flag,
    id_,
    moment,
    moment_or_none,
    real,
    text,
    text_or_none,
    texts,
)

_WORDED = (
    "content",
    "user_id",
    "subject_ids",
    "session_id",
    "role",
    "speaker",
    "metadata",
    "tags",
    "fact",
    "behavior",
    "subgoal",
)
"""What a version of a memory has of its own."""


def as_object(memory: Memory) -> dict[str, Any]:
    """All of a memory but what only this database knows it by."""
    said = memory._asdict()
    # Only this database counts like that; what a memory speaks of is read again from its words.
    del said["number"], said["slots"]
    said["metadata"] = dict(memory.metadata)
    return said


def worded_object(memory: Memory) -> dict[str, Any]:
    """What this version of a memory has of its own."""
    worded = {name: getattr(memory, name) for name in _WORDED}
    return worded | {"metadata": dict(memory.metadata)}


def memory_in(held: Mapping[str, Any]) -> Memory:
    """The memory, number 0, of a line; raises one of `BROKEN`."""
    return Memory(
        number=0,
        id=id_(held["id"]),
        agent_id=id_(held["agent_id"]),
        version=count(held["version"]),
        kind=Kind(held["kind"]),
        status=Status(held["status"]),
        trust=Trust(held["trust"]),
        channel=Channel(held["channel"]),
        created_at=moment(held["created_at"]),
        updated_at=moment(held["updated_at"]),
        event_time=moment_or_none(held["event_time"]),
        last_used_at=moment_or_none(held["last_used_at"]),
        use_count=count(held["use_count"]),
        importance=real(held["importance"]),
        confidence=real(held["confidence"]),
        stability_days=real(held["stability_days"]),
        difficulty=real(held["difficulty"]),
        valid_from=moment_or_none(held["valid_from"]),
        valid_to=moment_or_none(held["valid_to"]),
        superseded_by=None if held["superseded_by"] is None else id_(held["superseded_by"]),
        pinned=flag(held["pinned"]),
        expires_at=moment_or_none(held["expires_at"]),
        source_ids=tuple(id_(source) for source in texts(held["source_ids"])),
        superseded_at=moment_or_none(held["superseded_at"]),
        # An earlier version of memsvc wrote none of these.
        stated_valid_to=moment_or_none(held.get("stated_valid_to", held["valid_to"])),
        disputed_with=None if held.get("disputed_with") is None else id_(held["disputed_with"]),
        **worded_in(held),
    )


def worded_in(held: Mapping[str, Any]) -> dict[str, Any]:
    """What a version of a memory has of its own; raises one of `BROKEN`."""
    fact, behavior = held["fact"], held["behavior"]
    return {
        "content": text(held["content"]),
        "user_id": text_or_none(held["user_id"]),
        "subject_ids": texts(held["subject_ids"]),
        "session_id": text_or_none(held["session_id"]),
        "role": text_or_none(held["role"]),
        "speaker": text_or_none(held["speaker"]),
        # A copy: what is no object has no items.
        "metadata": dict(held["metadata"].items()),
        "tags": texts(held["tags"]),
        "fact": None if fact is None else _fact(fact),
        "behavior": None if behavior is None else _behavior(behavior),
        "subgoal": text_or_none(held.get("subgoal")),
    }


def _fact(held: Mapping[str, Any]) -> Fact:
    subject, predicate, object_ = (text(held[name]) for name in ("subject", "predicate", "object"))
    return Fact(subject, predicate, object_, Cardinality(held["cardinality"]))


def _behavior(held: Mapping[str, Any]) -> Behavior:
    return Behavior(text(held["name"]), text(held["instruction"]), count(held["version"]))
