"""Items of a store of LangGraph: a dump of them, or the table that it keeps itself.

They become what our store for LangGraph makes of an item, so that it finds them: an episodic
memory, pinned, whose words are its value as JSON. Namespace, key and value are in its metadata; the
namespace is the session as well, and each prefix of it a tag.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from memsvc.core.limits import CONTENT_CHARS
from memsvc.core.memory import Kind
from memsvc.operations.foreign.item import Item, NotTaken, moment

TABLE = "store"


def items(records: Iterator[Any], user_from: int | None) -> Iterator[Item | NotTaken]:
    """Each record as an item, or why it is none.

    `user_from`: which part of the namespace, from 0 (from the end below), is the person.
    """
    for record in records:
        try:
            yield _item(record, user_from)
        except NotTaken as error:
            yield error


def _item(record: Any, user_from: int | None) -> Item:
    if not isinstance(record, Mapping):
        raise NotTaken("it is no object")
    namespace, key = _namespace(record), record.get("key")
    if not isinstance(key, str) or not key:
        raise NotTaken("it has no key")
    value = _value(record.get("value"))
    user_id = None
    if user_from is not None:
        try:
            user_id = namespace[user_from]
        except IndexError:
            raise NotTaken("its namespace has no part for the person") from None
    updated = moment(record.get("updated_at"))
    metadata = {"namespace": namespace, "key": key, "value": value}
    if record.get("ttl_minutes") is not None:
        metadata["ttl_minutes"] = record["ttl_minutes"]
        if updated is not None:
            metadata["put_at"] = updated.isoformat()
    return Item(
        name=orjson.dumps([namespace, key]).decode(),
        content=json.dumps(value, ensure_ascii=False)[:CONTENT_CHARS],
        user_id=user_id,
        session_id=".".join(namespace),
        created_at=moment(record.get("created_at")),
        updated_at=updated,
        expires_at=moment(record.get("expires_at")),
        metadata=metadata,
        tags=tuple(".".join(namespace[: end + 1]) for end in range(len(namespace))),
        kind=Kind.EPISODIC,
        pinned=True,
    )


def _namespace(record: Mapping[str, Any]) -> list[str]:
    """The parts: a list in a dump, parted by dots in a table."""
    found = record.get("namespace", record.get("prefix"))
    parts = found.split(".") if isinstance(found, str) else found
    if (
        not isinstance(parts, list)
        or not parts
        or not all(isinstance(one, str) and one for one in parts)
    ):
        raise NotTaken("its namespace is no list of texts")
    return parts


def _value(held: Any) -> Mapping[str, Any]:
    """The value, an object of JSON in a dump, its text in a table."""
    try:
        value = orjson.loads(held) if isinstance(held, str | bytes) else held
    except orjson.JSONDecodeError:
        raise NotTaken("its value is no JSON") from None
    if not isinstance(value, Mapping):
        raise NotTaken("its value is no object")
    return value
