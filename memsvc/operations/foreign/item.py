"""An item of another store, in our words, and the line of an export that it becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from memsvc.core.agent_settings import WITHOUT_SETTINGS
from memsvc.core.decay import INITIAL_DIFFICULTY, initial_stability
from memsvc.core.limits import CONTENT_CHARS, JSON_DEPTH, LIST_ITEMS, METADATA_BYTES, NAME_CHARS
from memsvc.core.memory import Channel, Kind, Memory, Status, Trust
from memsvc.operations.exported import Exported, Past

ROLES = ("user", "assistant", "system", "tool")
IMPORTANCE = 0.5
_RANDOM = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
"""A UUID: ids lie in the clear, and one of this kind tells nothing."""
_AGENT = re.compile(r"[^\x00-\x1f\x7f/]{1,256}")
_CHANNELS = {"user": Channel.USER, "tool": Channel.TOOL}


class NotTaken(Exception):
    """An item that cannot become a memory; the reason never repeats what it says."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Worded:
    """How an item was worded earlier, and how long that stood."""

    content: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """What another store holds: `name` is what it knows it by, the same at every import.

    `id` is that name where it is an id.
    """

    name: str
    content: str
    id: str | None = None
    agent_id: str | None = None
    user_id: str | None = None
    session_id: str | None = None
    role: str | None = None
    speaker: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    event_time: datetime | None = None
    expires_at: datetime | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    kind: Kind = Kind.SEMANTIC
    pinned: bool = False
    past: tuple[Worded, ...] = ()


def exported(item: Item, agent_id: str, id_: str, now: datetime) -> Exported:
    """The item as a line of an export, of that agent where it names none.

    `id_` is taken where it has none that tells nothing. Raises NotTaken.
    """
    _check(item)
    created = item.created_at or now
    memory = Memory(
        number=0,
        id=item.id if item.id is not None and _RANDOM.fullmatch(item.id) else id_,
        agent_id=item.agent_id or agent_id,
        version=len(item.past) + 1,
        kind=item.kind,
        status=Status.ACTIVE,
        trust=Trust(_CHANNELS.get(item.role or "", Channel.AGENT)),
        channel=_CHANNELS.get(item.role or "", Channel.AGENT),
        content=item.content,
        created_at=created,
        updated_at=max(created, item.updated_at or created),
        user_id=item.user_id,
        session_id=item.session_id,
        role=item.role,
        speaker=item.speaker,
        event_time=item.event_time,
        importance=IMPORTANCE,
        stability_days=initial_stability(
            item.kind, IMPORTANCE, WITHOUT_SETTINGS.decay.of(item.kind).policy
        ),
        difficulty=INITIAL_DIFFICULTY,
        pinned=item.pinned,
        expires_at=item.expires_at,
        metadata=dict(item.metadata),
        tags=item.tags,
    )
    history = tuple(
        Past(memory._replace(version=at, content=one.content), one.since, one.until)
        for at, one in enumerate(item.past, 1)
    )
    return Exported(memory, history)


def _check(item: Item) -> None:
    """Raise NotTaken for what no write could have stored."""
    for content in (item.content, *(one.content for one in item.past)):
        if not content.strip():
            raise NotTaken("it says nothing")
        if len(content) > CONTENT_CHARS:
            raise NotTaken(f"its text is longer than {CONTENT_CHARS} characters")
    names = [item.user_id, item.session_id, item.speaker, *item.tags]
    if any(one is not None and not 0 < len(one) <= NAME_CHARS for one in names):
        raise NotTaken(f"a name in it is empty or longer than {NAME_CHARS} characters")
    if len(item.tags) > LIST_ITEMS:
        raise NotTaken(f"it has more than {LIST_ITEMS} categories")
    if item.agent_id is not None and not _AGENT.fullmatch(item.agent_id):
        raise NotTaken("its agent has an id that none can have here")
    if any("\x00" in one for one in (item.content, *filter(None, names))):
        raise NotTaken("it holds NUL characters")
    _check_metadata(item.metadata)


def _check_metadata(metadata: Mapping[str, Any]) -> None:
    try:
        size = len(orjson.dumps(metadata))
    except TypeError:
        raise NotTaken("its metadata are no JSON, or hold integers beyond 64 bits") from None
    if size > METADATA_BYTES:
        raise NotTaken(f"its metadata are larger than {METADATA_BYTES} bytes")
    if _depth(metadata) > JSON_DEPTH:
        raise NotTaken(f"its metadata are nested deeper than {JSON_DEPTH}")


def _depth(value: Any) -> int:
    if isinstance(value, Mapping):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def moment(value: Any) -> datetime | None:
    """A time as other stores write it: in words, without an offset in UTC, or in Unix seconds.

    Raises NotTaken.
    """
    if value is None or isinstance(value, datetime):
        found = value
    else:
        try:
            is_seconds = isinstance(value, int | float) and not isinstance(value, bool)
            found = (
                datetime.fromtimestamp(value, UTC) if is_seconds else datetime.fromisoformat(value)
            )
        except (OSError, OverflowError, TypeError, ValueError):
            raise NotTaken("a time in it cannot be read") from None
    if found is None:
        return None
    aware = found.replace(tzinfo=UTC) if found.tzinfo is None else found
    try:
        return aware.astimezone(UTC)
    except OverflowError:
        raise NotTaken("a time in it cannot be read") from None


def text(value: Any, what: str) -> str | None:
    """A text, or none; raises NotTaken for anything else."""
    if value is None or isinstance(value, str):
        return value or None
    raise NotTaken(f"its {what} is no text")
