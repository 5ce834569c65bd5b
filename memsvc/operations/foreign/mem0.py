"""Memories of mem0: an export of its API, or the databases that it keeps itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from memsvc.operations.foreign.item import ROLES, Item, NotTaken, Worded, moment, text
from memsvc.store.foreign import sqlite_rows

_SAID = ("memory", "data", "text")
_KNOWN = frozenset(
    {
        *_SAID,
        "id",
        "user_id",
        "agent_id",
        "run_id",
        "app_id",
        "role",
        "actor_id",
        "metadata",
        "categories",
        "created_at",
        "updated_at",
        "timestamp",
        "expiration_date",
    }
)
_MADE_ANEW = frozenset({"hash", "text_lemmatized", "score", "score_details", "status"})
"""What follows from the text, or from the question that found it."""

Histories = Mapping[str, tuple[Worded, ...]]


def items(records: Iterator[Any], histories: Histories) -> Iterator[Item | NotTaken]:
    """Each record, by the names of the API or of a payload, as an item or why it is none."""
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
    said = next((record[name] for name in _SAID if isinstance(record.get(name), str)), None)
    if said is None:
        raise NotTaken("it has no text")
    given = record.get("metadata")
    if given is not None and not isinstance(given, Mapping):
        raise NotTaken("its metadata are no object")
    rest = {
        name: value
        for name, value in record.items()
        if name not in _KNOWN and name not in _MADE_ANEW and value is not None
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


def histories_in(path: Path) -> dict[str, tuple[Worded, ...]]:
    """By memory, its earlier wordings, out of `history.db`; raises Unreadable.

    Of rows whose times cannot be read nothing is taken but the order.
    """
    changes: dict[str, list[tuple[str, datetime | None, datetime | None]]] = {}
    for row in sqlite_rows(path, "history", "rowid"):
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
                break
            past.append(Worded(old, min(since, until), until))
        found[id_] = tuple(past)
    return found


def _time(value: Any) -> datetime | None:
    try:
        return moment(value)
    except NotTaken:
        return None
