"""The lines of an export: JSON objects, one a line, and what they mean.

The first says what the file is, the last how much it holds, and each between them is one memory
under the names that the API uses, with all that is needed to make it again: its lineage, its
validity, its earlier versions. Neither vectors nor keys nor numbers of the database are among it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

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
)
"""What a version of a memory has of its own."""

# What the API lets an agent id be; ids of memories are narrower.
_ID = re.compile(r"[^\x00-\x1f\x7f/]{1,256}")

# What a value of another name, kind or size raises while it is looked at.
_BROKEN = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


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
    superseded_at: datetime | None = None
    history: tuple[Past, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """The last line: how many memories stand above it, of how many agents."""

    agents: int
    memories: int


def line_of(one: Header | Exported | End) -> bytes:
    """The line, its end included."""
    if isinstance(one, Exported):
        said = _memory_json(one)
    elif isinstance(one, End):
        said = {"end": {"agents": one.agents, "memories": one.memories}}
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
        memsvc, format_ = _text(held["memsvc"]), _count(held["format"])
        if format_ != FORMAT:
            raise OtherFormat(format_)
        return Header(_text(held["tenant"]), _text(held["agents"]), _time(held["made_at"]), memsvc)
    except _BROKEN as error:
        raise NotALine from error


def exported_in(line: bytes) -> Exported | End:
    """What a further line says; raises NotALine."""
    held = _object(line)
    try:
        if "end" in held:
            return End(_count(held["end"]["agents"]), _count(held["end"]["memories"]))
        memory = _memory(held)
        return Exported(
            memory,
            _time_or_none(held["superseded_at"]),
            tuple(_past(memory, version) for version in held["history"]),
        )
    except _BROKEN as error:
        raise NotALine from error


def _memory_json(one: Exported) -> dict[str, Any]:
    said = one.memory._asdict()
    # Only this database counts like that.
    del said["number"]
    said["metadata"] = dict(one.memory.metadata)
    said["superseded_at"] = one.superseded_at
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
        id=_id(held["id"]),
        agent_id=_id(held["agent_id"]),
        version=_count(held["version"]),
        kind=Kind(held["kind"]),
        status=Status(held["status"]),
        trust=Trust(held["trust"]),
        channel=Channel(held["channel"]),
        created_at=_time(held["created_at"]),
        updated_at=_time(held["updated_at"]),
        event_time=_time_or_none(held["event_time"]),
        last_used_at=_time_or_none(held["last_used_at"]),
        use_count=_count(held["use_count"]),
        importance=_real(held["importance"]),
        confidence=_real(held["confidence"]),
        stability_days=_real(held["stability_days"]),
        difficulty=_real(held["difficulty"]),
        valid_from=_time_or_none(held["valid_from"]),
        valid_to=_time_or_none(held["valid_to"]),
        superseded_by=None if held["superseded_by"] is None else _id(held["superseded_by"]),
        pinned=_flag(held["pinned"]),
        expires_at=_time_or_none(held["expires_at"]),
        source_ids=tuple(_id(source) for source in _texts(held["source_ids"])),
        **_worded(held),
    )


def _past(memory: Memory, held: Mapping[str, Any]) -> Past:
    worded = memory._replace(version=_count(held["version"]), **_worded(held))
    return Past(worded, _time(held["recorded_at"]), _time(held["superseded_at"]))


def _worded(held: Mapping[str, Any]) -> dict[str, Any]:
    fact, behavior = held["fact"], held["behavior"]
    return {
        "content": _text(held["content"]),
        "user_id": _text_or_none(held["user_id"]),
        "subject_ids": _texts(held["subject_ids"]),
        "session_id": _text_or_none(held["session_id"]),
        "role": _text_or_none(held["role"]),
        "speaker": _text_or_none(held["speaker"]),
        # A copy: what is no object has no items.
        "metadata": dict(held["metadata"].items()),
        "tags": _texts(held["tags"]),
        "fact": None if fact is None else _fact(fact),
        "behavior": None if behavior is None else _behavior(behavior),
    }


def _fact(held: Mapping[str, Any]) -> Fact:
    subject, predicate, object_ = (_text(held[name]) for name in ("subject", "predicate", "object"))
    return Fact(subject, predicate, object_, Cardinality(held["cardinality"]))


def _behavior(held: Mapping[str, Any]) -> Behavior:
    return Behavior(_text(held["name"]), _text(held["instruction"]), _count(held["version"]))


def _object(line: bytes) -> dict[str, Any]:
    try:
        held = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise NotALine from error
    if not isinstance(held, dict):
        raise NotALine
    return held


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_text(one) for one in value)


def _id(value: Any) -> str:
    if not _ID.fullmatch(value):
        raise ValueError
    return _text(value)


def _count(value: Any) -> int:
    """What a column of the database holds: 31 bits."""
    if type(value) is not int or not 0 <= value < 2**31:
        raise ValueError
    return value


def _real(value: Any) -> float:
    if type(value) not in (int, float):
        raise TypeError
    return float(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _time(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


def _time_or_none(value: Any) -> datetime | None:
    return None if value is None else _time(value)
