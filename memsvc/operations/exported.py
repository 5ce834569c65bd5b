"""The lines of an export: JSON objects, one a line, and what they mean.

The first says what the file is, the last how much it holds and what settings its agents have, and
each between them is one memory under the names that the API uses, with all that is needed to make
it again: its lineage, its validity, its earlier versions. Neither vectors nor keys nor numbers of
the database are among it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from memsvc.core.agent_settings import AgentSettings, settings_in
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
    BROKEN,
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

FORMAT = 1

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


class NotALine(Exception):
    """Bytes that are no line of an export."""


class OtherFormat(Exception):
    """A first line of another format than ours; its number is in `found`."""

    def __init__(self, found: int) -> None:
        super().__init__(found)
        self.found = found


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: of whom the export is, and which of its agents."""

    tenant: str
    agents: str
    made_at: datetime
    memsvc: str


@dataclass(frozen=True, slots=True)
class Past:
    """A memory as an earlier version worded it, and how long that stood."""

    memory: Memory
    recorded_at: datetime
    superseded_at: datetime


@dataclass(frozen=True, slots=True)
class Exported:
    """A memory, number 0, with what its row and its history know beside it."""

    memory: Memory
    history: tuple[Past, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """The last line: how many memories stand above it, of how many agents.

    `settings` are those of the agents that were given any, whether or not they have memories.
    """

    agents: int
    memories: int
    settings: Mapping[str, AgentSettings] = field(default_factory=dict)


def line_of(one: Header | Exported | End) -> bytes:
    """The line, its end included."""
    if isinstance(one, Exported):
        said = memory_json(one)
    elif isinstance(one, End):
        said = {"end": _end_json(one)}
    else:
        said = {
            "format": FORMAT,
            "memsvc": one.memsvc,
            "made_at": one.made_at,
            "tenant": one.tenant,
            "agents": one.agents,
        }
    return orjson.dumps(said, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


def header_in(line: bytes) -> Header:
    """What a first line says; raises NotALine and OtherFormat."""
    held = _object(line)
    try:
        memsvc, format_ = text(held["memsvc"]), count(held["format"])
        if format_ != FORMAT:
            raise OtherFormat(format_)
        return Header(text(held["tenant"]), text(held["agents"]), moment(held["made_at"]), memsvc)
    except BROKEN as error:
        raise NotALine from error


def exported_in(line: bytes) -> Exported | End:
    """What a further line says; raises NotALine."""
    held = _object(line)
    try:
        if "end" in held:
            return _end(held["end"])
        memory = _memory(held)
        return Exported(
            memory,
            tuple(_past(memory, version) for version in held["history"]),
        )
    except BROKEN as error:
        raise NotALine from error


def _end_json(end: End) -> dict[str, Any]:
    said: dict[str, Any] = {"agents": end.agents, "memories": end.memories}
    if end.settings:
        said["settings"] = {agent_id: one.as_json() for agent_id, one in end.settings.items()}
    return said


def _end(held: Mapping[str, Any]) -> End:
    settings = held.get("settings", {})
    return End(
        count(held["agents"]),
        count(held["memories"]),
        {id_(agent_id): _settings(one) for agent_id, one in settings.items()},
    )


def _settings(held: Mapping[str, Any]) -> AgentSettings:
    for by_kind in ("retention", "decay"):
        if not set(held.get(by_kind, {}).keys()) <= set(Kind):
            raise ValueError
    return settings_in(held)


def memory_json(one: Exported) -> dict[str, Any]:
    said = one.memory._asdict()
    # Only this database counts like that; what a memory speaks of is read again from its words.
    del said["number"], said["slots"]
    said["metadata"] = dict(one.memory.metadata)
    said["history"] = [
        {
            "version": past.memory.version,
            "recorded_at": past.recorded_at,
            "superseded_at": past.superseded_at,
            **{name: getattr(past.memory, name) for name in _WORDED},
            "metadata": dict(past.memory.metadata),
        }
        for past in one.history
    ]
    return said


def _memory(held: Mapping[str, Any]) -> Memory:
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
        **_worded(held),
    )


def _past(memory: Memory, held: Mapping[str, Any]) -> Past:
    worded = memory._replace(version=count(held["version"]), **_worded(held))
    return Past(worded, moment(held["recorded_at"]), moment(held["superseded_at"]))


def _worded(held: Mapping[str, Any]) -> dict[str, Any]:
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


def _object(line: bytes) -> dict[str, Any]:
    try:
        held = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise NotALine from error
    if not isinstance(held, dict):
        raise NotALine
    return held
