"""Items of LangGraph as memories, and back.

An item is an episodic memory. Its namespace, joined by periods, which no label may hold, is the
session, so that a whole namespace can be forgotten as one; every prefix of it is a tag, so that
what lies under a prefix is found by a filter. `metadata` holds namespace, key and value, and of an
item whose time runs when it was put. It is pinned: an item stays until it is deleted or its time is
up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from langgraph.store.base import (
    Item,
    MatchCondition,
    PutOp,
    SearchItem,
    get_text_at_path,
    tokenize_path,
)

from memsvc.client.models import Memory

Namespace: TypeAlias = tuple[str, ...]
Place: TypeAlias = tuple[Namespace, str]
"""Where an item stands: its namespace and its key."""

WHOLE = ("$",)
"""The paths of what is searched by default: the whole value, as JSON."""

LONGEST = 32_768
"""Characters that a memory may have."""

UNSAID = "?"
"""What an item says of which neither value nor key says anything."""

IS_ITEM: Mapping[str, Any] = {"metadata.key": {"ne": None}}
"""Leaves out what the service derived by itself."""

IS_INDEXED: Mapping[str, Any] = {"metadata.indexed": {"ne": False}}


@dataclass(frozen=True, slots=True)
class Wish:
    """An item that is to be stored: what it says to a search, and what it holds."""

    place: Place
    value: Mapping[str, Any]
    text: str
    ttl_minutes: float | None
    is_indexed: bool

    @classmethod
    def of(cls, op: PutOp, paths: Sequence[str]) -> Wish:
        """What a put wishes; `paths` say what of a value is searched, unless it says so itself.

        Raises TypeError for a value that is no JSON.
        """
        assert op.value is not None, "a put without a value deletes"
        chosen = () if op.index is False else paths if op.index is None else op.index
        found = [text for path in chosen for text in _texts(op.value, path)]
        text = "\n".join(one for one in found if one.strip())[:LONGEST]
        said = text or op.key[:LONGEST].strip() or UNSAID
        return cls((op.namespace, op.key), op.value, said, op.ttl, bool(text))

    def fields(self, *, is_told_apart: bool = False) -> dict[str, Any]:
        """What a memory of it has, and may be changed to.

        `is_told_apart`: the words alone are another item's too, so the key is put among them.
        """
        namespace, key = self.place
        metadata: dict[str, Any] = {
            "namespace": list(namespace),
            "key": key,
            "value": dict(self.value),
        }
        if self.ttl_minutes is not None:
            metadata["ttl_minutes"] = self.ttl_minutes
            metadata["put_at"] = datetime.now(UTC).isoformat()
        if not self.is_indexed:
            metadata["indexed"] = False
        named = f"{'.'.join(namespace)} {key}"
        room = LONGEST - len(named) - 1
        return {
            "content": f"{self.text[:room]}\n{named}" if is_told_apart else self.text,
            "metadata": metadata,
            "expires_at": expiry(self.ttl_minutes),
        }


def prefixes(namespace: Namespace) -> list[str]:
    """Every prefix of a namespace, the shortest first, each joined by periods."""
    return [".".join(namespace[: end + 1]) for end in range(len(namespace))]


def expiry(ttl_minutes: float | None) -> datetime | None:
    """When an item is over that is used now; None for never, and for beyond the calendar."""
    if ttl_minutes is None:
        return None
    try:
        return datetime.now(UTC) + timedelta(minutes=ttl_minutes)
    except OverflowError:
        return None


def place_of(memory: Memory) -> Place | None:
    """Where the item of a memory stands; None for a memory that is no item."""
    namespace, key = memory.metadata.get("namespace"), memory.metadata.get("key")
    if (
        not isinstance(namespace, list)
        or not isinstance(key, str)
        or "value" not in memory.metadata
    ):
        return None
    return tuple(map(str, namespace)), key


def known_place(memory: Memory) -> Place:
    """Where the item of a memory stands that is one."""
    place = place_of(memory)
    assert place is not None, "only memories with a place are shown"
    return place


def put_at(memory: Memory) -> datetime:
    """When its item was put last: to put off its end changes the memory, and not the item."""
    try:
        found = datetime.fromisoformat(memory.metadata["put_at"])
    except (KeyError, TypeError, ValueError):
        return memory.updated_at
    return max(memory.created_at, found) if found.tzinfo is not None else memory.updated_at


def matches(condition: MatchCondition, namespace: Namespace) -> bool:
    """Whether a namespace begins, or ends, as a condition says."""
    path = condition.path
    if len(namespace) < len(path):
        return False
    is_prefix = condition.match_type == "prefix"
    part = namespace[: len(path)] if is_prefix else namespace[len(namespace) - len(path) :]
    return all(want in ("*", label) for want, label in zip(path, part, strict=True))


def item_of(memory: Memory) -> Item:
    """The item that a memory holds."""
    namespace, key = known_place(memory)
    return Item(
        value=memory.metadata["value"],
        key=key,
        namespace=namespace,
        created_at=memory.created_at,
        updated_at=put_at(memory),
    )


def found_item(memory: Memory, score: float | None) -> SearchItem:
    """The item that a memory holds, as a search found it; 0 to 1, higher is better."""
    namespace, key = known_place(memory)
    return SearchItem(
        namespace, key, memory.metadata["value"], memory.created_at, put_at(memory), score
    )


def _texts(value: Mapping[str, Any], path: str) -> list[str]:
    if path == "$":
        return [json.dumps(value, ensure_ascii=False, separators=(", ", ": "))]
    return get_text_at_path(value, tokenize_path(path))
