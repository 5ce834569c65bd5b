"""Memories of mem0: an export of its API, or the databases that it keeps itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from memsvc.core.limits import LIST_ITEMS, NAME_CHARS
from memsvc.operations.foreign.item import ROLES, Item, NotTaken, Worded, moment, text
from memsvc.store.foreign import sqlite_rows, with_columns

_TEXT = "data"
"""Where a payload has its text; a record of the API has it in `memory`."""
_WHOSE = frozenset({"id", "user_id", "agent_id", "run_id"})
_FROM_TEXT = frozenset({"hash", "text_lemmatized"})
_MADE_ANEW = _FROM_TEXT | {"score", "score_details", "status"}
"""What follows from the text, or, in what the API answered, from the question that found it."""

Histories = Mapping[str, tuple[Worded, ...]]


def items(records: Iterator[Any], histories: Histories) -> Iterator[Item | NotTaken]:
    """Each record, of the API or a payload, as an item or why it is none."""
    for record in records:
        if isinstance(record, NotTaken):
            yield record
            continue
        try:
            yield _item(record, histories)
        except NotTaken as error:
            yield error


def _item(record: Any, histories: Histories) -> Item:
    if not isinstance(record, Mapping):
        raise NotTaken("it is no object")
    if isinstance(record.get(_TEXT), str):
        record = _shown(record)
    said = next((record[name] for name in _SAID if isinstance(record.get(name), str)), None)
    if said is None:
        raise NotTaken("it has no text")
    given = record.get("metadata")
    if given is not None and not isinstance(given, Mapping):
        raise NotTaken("its metadata are no object")
    rest = {
        name: value
        for name, value in record.items()
        if name not in _KNOWN
        and name not in _MADE_ANEW
        and value is not None
        and (name, value) != ("text", said)
    }
    metadata = {**rest, **(given or {})}
    if record.get("app_id") is not None:
        metadata["app_id"] = record["app_id"]
    role = text(record.get("role"), "role")
    if role is not None and role not in ROLES:
        metadata["role"] = role
    id_ = record.get("id")
    name = str(id_) if isinstance(id_, str | int) and str(id_) else None
    created = moment(record.get("created_at"))
    return Item(
        name=name or "\n".join(map(str, (record.get("user_id"), created, said))),
        content=said,
        id=name,
        agent_id=text(record.get("agent_id"), "agent"),
        user_id=text(record.get("user_id"), "user"),
        session_id=text(record.get("run_id"), "run"),
        role=role if role in ROLES else None,
        speaker=text(record.get("actor_id"), "actor"),
        created_at=created,
        updated_at=moment(record.get("updated_at")),
        event_time=moment(record.get("timestamp")),
        expires_at=_end_of(record.get("expiration_date")),
        metadata=metadata,
        tags=_tags(record.get("categories")),
        past=histories.get(name or "", ()),
    )


def _shown(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A payload as mem0 itself shows it: what is no field of mem0's own is metadata.

    So is a field's value that means nothing here. `timestamp` and `categories` are fields of the
    API alone: they are metadata, and read where they can be.
    """
    shown: dict[str, Any] = {"memory": payload[_TEXT]}
    metadata: dict[str, Any] = {}
    for name, value in payload.items():
        if name == _TEXT or name in _FROM_TEXT:
            continue
        if name in _WHOSE:
            shown[name] = value
            continue
        is_read = name in _READ and _can_be(name, value)
        if is_read:
            shown[name] = value
        if not is_read or name in _OF_THE_API:
            metadata[name] = value
    return {**shown, "metadata": metadata}


def _can_be(name: str, value: Any) -> bool:
    """Whether a value can be what a field of its name is here."""
    try:
        found = _READ[name](value)
    except NotTaken:
        return False
    names = found if isinstance(found, tuple) else (found,) if isinstance(found, str) else ()
    return len(names) <= LIST_ITEMS and all(
        0 < len(one) <= NAME_CHARS and "\x00" not in one for one in names
    )


def _tags(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise NotTaken("its categories are no list of texts")
    return tuple(dict.fromkeys(value))


def _end_of(day: Any) -> datetime | None:
    """When the last day on which it is kept is over."""
    if day is None:
        return None
    try:
        return moment((date.fromisoformat(str(day)[:10]) + timedelta(days=1)).isoformat())
    except (OverflowError, ValueError):
        raise NotTaken("its expiration date cannot be read") from None


_READ: Mapping[str, Callable[[Any], object]] = {
    "role": lambda value: text(value, "role"),
    "actor_id": lambda value: text(value, "actor"),
    "created_at": moment,
    "updated_at": moment,
    "expiration_date": _end_of,
    "timestamp": moment,
    "categories": _tags,
}
_OF_THE_API = frozenset({"timestamp", "categories"})
_SAID = ("memory", "text")
_KNOWN = _WHOSE | _READ.keys() | {"memory", "metadata", "app_id"}


def histories_in(path: Path) -> dict[str, tuple[Worded, ...]]:
    """By memory, its earlier wordings, out of `history.db`; raises Unreadable.

    A wording of which nothing tells when it was said is left out.
    """
    changes: dict[str, list[tuple[str, datetime | None, datetime | None]]] = {}
    columns = "event", "old_memory", "memory_id", "created_at", "updated_at"
    for row in with_columns(sqlite_rows(path, "history", "rowid"), *columns):
        if row["event"] == "UPDATE" and row["old_memory"]:
            times = _time(row["created_at"]), _time(row["updated_at"])
            changes.setdefault(row["memory_id"], []).append((row["old_memory"], *times))
    found: dict[str, tuple[Worded, ...]] = {}
    for id_, steps in changes.items():
        past: list[Worded] = []
        for old, began, ended in steps:
            since = past[-1].until if past else began or ended
            until = ended or since
            if since is None or until is None:
                continue
            past.append(Worded(old, min(since, until), until))
        found[id_] = tuple(past)
    return found


def _time(value: Any) -> datetime | None:
    try:
        return moment(value)
    except NotTaken:
        return None
